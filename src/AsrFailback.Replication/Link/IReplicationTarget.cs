using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Link;

/// <summary>
/// The receiving end of a replication. Calls for one machine come one after another for records, and at any time for
/// digests. A link that is down throws <see cref="AsrException"/> <c>LinkDown</c>; the caller tries again later and may
/// send the same records again, which the target skips.
/// </summary>
public interface IReplicationTarget
{
    /// <summary>
    /// Takes records in order; when it returns, everything up to the returned position is durable (invariant 1). Their data is
    /// the caller's again then, who may use the memory for something else; of a piece of <see cref="IO.AlignedMemory"/> once nobody
    /// holds it any more.
    /// </summary>
    ValueTask<LogPosition> ReceiveAsync(IReadOnlyList<LogRecord> records, CancellationToken cancellation);

    /// <summary>Digests (<see cref="Disks.Blocks.DigestSize"/> bytes each) of 64 KiB blocks as they are at the target, in the order asked.</summary>
    ValueTask<byte[]> GetDigestsAsync(int disk, IReadOnlyList<long> blocks, CancellationToken cancellation);

    /// <summary>The first block at or behind one that may hold something other than zeros; the number of blocks when there is none.</summary>
    ValueTask<long> NextDataAsync(int disk, long firstBlock, CancellationToken cancellation);
}
