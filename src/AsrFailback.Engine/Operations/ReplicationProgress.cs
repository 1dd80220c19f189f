using AsrFailback.Engine.Items;
using AsrFailback.Engine.Jobs;
using AsrFailback.Replication.Link;

namespace AsrFailback.Engine.Operations;

/// <summary>Brings a target in order and tells how far it is.</summary>
internal static class ReplicationProgress
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>Replicates until the target follows in order and lists a first point. A job that is stopped stops copying, too.</summary>
    public static async Task SynchroniseAsync(ItemRuntime runtime, string label, TaskContext context, bool sendAll = false)
    {
        await runtime.EnsureReplicationAsync(sendAll).ConfigureAwait(false);
        var session = runtime.Session!;
        try
        {
            await WaitUntilInOrderAsync(session, context).ConfigureAwait(false);
            context.SetBytes(session.Status.SyncBytesMoved);
            await session.MarkPointAsync(Guid.NewGuid(), label, PointConsistency.CrashConsistent, context.Cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await runtime.CloseReplicationAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits until the target follows in order.</summary>
    public static async Task WaitUntilInOrderAsync(ReplicationSession session, TaskContext context)
    {
        var known = session.Refusal; // what is older than the job does not stop it
        var waiting = session.WaitUntilInOrderAsync(context.Cancellation);
        while (await Task.WhenAny(waiting, Task.Delay(Interval, context.Cancellation)).ConfigureAwait(false) != waiting)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            if (session.Refusal is { } refusal && !ReferenceEquals(refusal, known))
            {
                throw new AsrException(refusal); // the session goes on by itself; the job is started again when there is space
            }

            var status = session.Status;
            context.Report(status.Mode.ToString(), status.SyncBytesDone, status.SyncBytesTotal);
        }

        await waiting.ConfigureAwait(false);
    }
}
