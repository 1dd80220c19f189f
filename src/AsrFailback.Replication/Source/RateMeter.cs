namespace AsrFailback.Replication.Source;

/// <summary>
/// Bytes a second over the last minute, in steps of a second; nothing is kept beyond that. Thread-safe.
/// </summary>
internal sealed class RateMeter(TimeProvider clock)
{
    private const int Seconds = 60;

    private readonly long[] _bytes = new long[Seconds];
    private readonly long _began = clock.GetTimestamp();
    private readonly object _lock = new();
    private long _second;

    /// <summary>Counts bytes now.</summary>
    public void Add(long bytes)
    {
        lock (_lock)
        {
            _bytes[Forward() % Seconds] += bytes;
        }
    }

    /// <summary>Bytes a second over the last minute, or since the beginning while that is shorter.</summary>
    public double PerSecond
    {
        get
        {
            lock (_lock)
            {
                var second = Forward();
                return _bytes.Sum() / (double)Math.Min(second + 1, Seconds);
            }
        }
    }

    private long Forward()
    {
        var now = (long)clock.GetElapsedTime(_began).TotalSeconds;
        for (var second = Math.Max(_second + 1, now - Seconds + 1); second <= now; second++)
        {
            _bytes[second % Seconds] = 0;
        }

        return _second = Math.Max(_second, now);
    }
}
