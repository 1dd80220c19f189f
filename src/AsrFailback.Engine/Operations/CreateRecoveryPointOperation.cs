using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Engine.Jobs;
using AsrFailback.Replication.Log;

namespace AsrFailback.Engine.Operations;

/// <summary>Takes a labelled point on demand.</summary>
internal sealed class CreateRecoveryPointOperation(CreateRecoveryPoint command, FailbackEngine engine)
    : ItemOperation(command, ProtectionOperation.CreatePoint, engine)
{
    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [Mark];

    public override IReadOnlyList<CheckResult> Check(string? asJob)
    {
        var fits = command.Label.Length <= LogRecord.MaxLabel;
        var label = CheckResult.Of("Label", "FO-10", fits, () => ErrorCatalogue.Error("LabelTooLong", command.Label.Length, LogRecord.MaxLabel));
        return
        [
            .. base.Check(asJob),
            label,
            .. new[] { Runtime.At(Side.Home).Site.Outage, Runtime.At(Side.Recovery).Site.Outage }.Select(outage =>
                CheckResult.Of("SiteReachable", "RP-14", outage is null, () => outage!)),
        ];
    }

    private async Task Mark(TaskContext context)
    {
        var decision = context.DecideOnce(() => new Decision(Guid.NewGuid()));
        if (Runtime.Journal is { } journal && journal.Points.Any(point => point.Id == decision.PointId))
        {
            return;
        }

        await Runtime.EnsureReplicationAsync().ConfigureAwait(false);
        var session = Runtime.Session ?? throw ErrorCatalogue.Exception("ReplicationNotInOrder", command.Item, ReplicationMode.Stopped);
        await session.WaitUntilInOrderAsync(context.Cancellation).ConfigureAwait(false);
        await session.MarkPointAsync(decision.PointId, command.Label, PointConsistency.CrashConsistent, context.Cancellation).ConfigureAwait(false);
        Runtime.Journal?.Prune(Facts.Policy);
    }

    private sealed record Decision(Guid PointId);
}
