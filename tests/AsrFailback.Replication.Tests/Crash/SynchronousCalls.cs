using AsrFailback.Replication.Link;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Tests;

/// <summary>Calls a target that answers before it returns, as the journal does.</summary>
internal static class SynchronousCalls
{
    public static LogPosition Receive(this IReplicationTarget target, params IReadOnlyList<LogRecord> records) =>
        target.ReceiveAsync(records, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    public static ValueTask<byte[]> DigestsAsync(this IReplicationTarget target, int disk, long firstBlock, int count, CancellationToken cancellation) =>
        target.GetDigestsAsync(disk, [.. Enumerable.Range(0, count).Select(index => firstBlock + index)], cancellation);

    public static byte[] Digests(this IReplicationTarget target, int disk, long firstBlock, int count) =>
        target.DigestsAsync(disk, firstBlock, count, CancellationToken.None).AsTask().GetAwaiter().GetResult();
}
