using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Engine.Items;
using AsrFailback.Engine.Jobs;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Link;

namespace AsrFailback.Engine.Operations;

/// <summary>
/// Compares every block of a replica with its digest and fetches those that differ from the machine again; reads all
/// history. Nothing is repaired by guessing: what cannot be fetched stays a finding.
/// </summary>
internal sealed class RepairReplicationOperation(RepairReplication command, FailbackEngine engine)
    : ItemOperation(command, ProtectionOperation.Repair, engine)
{
    private const long BlocksPerStep = 1024;

    private (ReplicationSession? Session, long Bytes) _before;

    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [CheckPrerequisites, ReadReplica, FetchDamagedBlocks];

    private Task ReadReplica(TaskContext context)
    {
        _before = (Runtime.Session, Moved);
        var damaged = new List<BlockAddress>();
        var blocks = Runtime.Journal?.BlockCount ?? 0;
        for (var done = 0L; done < blocks; done += BlocksPerStep)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            damaged.AddRange(Trust.Scrub(Math.Min(BlocksPerStep, blocks - done)));
            context.Report("", Math.Min(done + BlocksPerStep, blocks) * Blocks.Size, blocks * Blocks.Size);
        }

        Runtime.Journal?.VerifyHistory(int.MaxValue, context.Cancellation);
        foreach (var warning in new[] { ItemProjection.DamageOf(Runtime, damaged), ItemProjection.HistoryDamageOf(Runtime) }.OfType<AsrError>())
        {
            context.Warn(warning);
        }

        return Task.CompletedTask;
    }

    private async Task FetchDamagedBlocks(TaskContext context)
    {
        await Runtime.EnsureReplicationAsync().ConfigureAwait(false);
        await Trust.Comparing.WaitAsync(context.Cancellation).ConfigureAwait(false);
        context.SetBytes(Moved - (Runtime.Session == _before.Session ? _before.Bytes : 0));
    }

    private long Moved => Runtime.Session?.Status.SyncBytesMoved ?? 0;

    private ReplicaTrust Trust => Runtime.Trust ?? throw ErrorCatalogue.Exception("ReplicationNotInOrder", command.Item, ReplicationMode.Stopped);
}
