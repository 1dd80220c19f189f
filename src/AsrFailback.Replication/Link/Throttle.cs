namespace AsrFailback.Replication.Link;

/// <summary>Holds bytes back so that no more of them leave in a second than the policy allows at that time of the day. Thread-safe.</summary>
internal sealed class Throttle(TimeProvider clock)
{
    private const int BatchesPerSecond = 4;

    private readonly object _lock = new();
    private volatile BandwidthLimit? _limit;
    private readonly long _began = clock.GetTimestamp();
    private TimeSpan _paidUntil;

    /// <summary>The limit; from now on.</summary>
    public BandwidthLimit? Limit
    {
        get => _limit;
        set => _limit = value;
    }

    /// <summary>Bytes a second that may leave now; null without a limit.</summary>
    public long? BytesPerSecond => _limit is { } limit && limit.CountsAt(TimeOnly.FromDateTime(clock.GetLocalNow().DateTime)) ? limit.BytesPerSecond : null;

    /// <summary>How many bytes are to be sent at once, so that a limit is kept evenly.</summary>
    public long BatchOf(long bytes) => BytesPerSecond is { } perSecond ? Math.Min(bytes, perSecond / BatchesPerSecond) : bytes;

    /// <summary>Waits until bytes may leave.</summary>
    public async Task WaitAsync(long bytes, CancellationToken cancellation)
    {
        if (BytesPerSecond is { } perSecond && Reserve(TimeSpan.FromSeconds((double)bytes / perSecond)) is var delay && delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, clock, cancellation).ConfigureAwait(false);
        }
    }

    // The first goes at once, the next when the one before it is paid for.
    private TimeSpan Reserve(TimeSpan cost)
    {
        lock (_lock)
        {
            var now = clock.GetElapsedTime(_began);
            var begin = _paidUntil > now ? _paidUntil : now;
            _paidUntil = begin + cost;
            return begin - now;
        }
    }
}
