using AsrFailback.Engine.Jobs;
using AsrFailback.Replication.Link;

namespace AsrFailback.Engine.Operations;

/// <summary>Waits for replication and tells how far it is.</summary>
internal static class ReplicationProgress
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits until the target follows in order.</summary>
    public static async Task WaitUntilInOrderAsync(ReplicationSession session, TaskContext context)
    {
        var waiting = session.WaitUntilInOrderAsync(context.Cancellation);
        while (await Task.WhenAny(waiting, Task.Delay(Interval, context.Cancellation)).ConfigureAwait(false) != waiting)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var status = session.Status;
            context.Report(status.Mode.ToString(), status.SyncBytesDone, status.SyncBytesTotal);
        }

        await waiting.ConfigureAwait(false);
    }
}
