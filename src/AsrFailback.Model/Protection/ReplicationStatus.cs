namespace AsrFailback;

/// <summary>What the replication of an item is doing.</summary>
public enum ReplicationMode
{
    /// <summary>No replication is configured or open.</summary>
    Stopped,

    /// <summary>Blocks are compared and sent until both ends agree.</summary>
    Synchronizing,

    /// <summary>Every write follows in order.</summary>
    InOrder,

    /// <summary>The target cannot be reached; writes are queued.</summary>
    Disconnected,

    /// <summary>No queue is kept, because it reached its limit or the last synchronisation was cut off; only the intent bitmap is, and a resync will follow.</summary>
    IntentOnly,
}

/// <summary>How much work would have been lost at a moment.</summary>
/// <param name="TimeUtc">The moment.</param>
/// <param name="Seconds">Seconds of work.</param>
public sealed record RpoSample(DateTimeOffset TimeUtc, double Seconds);

/// <summary>A look at the replication of one item. Bytes are payload bytes before compression.</summary>
/// <param name="Mode">What it is doing.</param>
/// <param name="BytesMoved">Bytes moved since this replication was started.</param>
/// <param name="SyncBytesMoved">Of these, the bytes of blocks that differed between the two ends.</param>
/// <param name="SyncBytesDone">Bytes of the running synchronisation compared or moved so far.</param>
/// <param name="SyncBytesTotal">Bytes the running synchronisation has to look at.</param>
/// <param name="QueuedBytes">Bytes written at the source and not acknowledged by the target.</param>
/// <param name="Acknowledged">Everything up to here is durable at the target.</param>
public sealed record ReplicationStatus(
    ReplicationMode Mode, long BytesMoved, long SyncBytesMoved, long SyncBytesDone, long SyncBytesTotal, long QueuedBytes, LogPosition Acknowledged)
{
    /// <summary>The item; filled in by queries.</summary>
    public string Item { get; init; } = "";

    /// <summary>Seconds of work that would be lost if the source ended now: 0 while the target has everything; null before it ever had.</summary>
    public double? RpoSeconds { get; init; }

    /// <summary>The same over the last day, a sample a minute while the vault is open, oldest first.</summary>
    public IReadOnlyList<RpoSample> RpoHistory { get; init; } = [];

    /// <summary>The worst of <see cref="RpoHistory"/> and now, in seconds; null without any.</summary>
    public double? WorstRpoSeconds => RpoHistory.Select(sample => (double?)sample.Seconds).Append(RpoSeconds).Max();

    /// <summary>Bytes a second that the machine wrote in the last minute.</summary>
    public double ChurnBytesPerSecond { get; init; }

    /// <summary>Bytes a second that were moved to the target in the last minute.</summary>
    public double RateBytesPerSecond { get; init; }

    /// <summary>What <see cref="RateBytesPerSecond"/> may be now, by the policy; null without a limit.</summary>
    public long? RateLimitBytesPerSecond { get; init; }

    /// <summary>What <see cref="QueuedBytes"/> may be at most; then the queue is given up and only the intent bitmap is kept.</summary>
    public long QueueLimitBytes { get; init; }

    /// <summary>
    /// Bytes of the 1 MiB regions that the target may lack: what a synchronisation would have to look at. While every write follows,
    /// the regions written since the last point.
    /// </summary>
    public long DirtyBytes { get; init; }

    /// <summary>
    /// Seconds that the running synchronisation will take at this rate, or the next one at the rate of the last; null while none is
    /// needed, or no rate is known.
    /// </summary>
    public double? ResyncSeconds { get; init; }

    /// <summary>Listed recovery points.</summary>
    public int RecoveryPoints { get; init; }

    /// <summary>When the newest point was captured, UTC; null without one.</summary>
    public DateTimeOffset? NewestPointUtc { get; init; }

    /// <summary>When the oldest point was captured, UTC; null without one.</summary>
    public DateTimeOffset? OldestPointUtc { get; init; }

    /// <summary>Bytes of history at the target.</summary>
    public long HistoryBytes { get; init; }

    /// <summary>What <see cref="HistoryBytes"/> may be at most, by the policy that is in force; the two newest points are kept regardless.</summary>
    public long HistoryLimitBytes { get; init; }
}
