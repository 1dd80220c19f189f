namespace AsrFailback;

/// <summary>
/// How fast replication may send, always or between two times of every day. Thread-safe (immutable).
/// </summary>
/// <param name="BytesPerSecond">Bytes of data a second, at least <see cref="MinBytesPerSecond"/>.</param>
public sealed record BandwidthLimit(long BytesPerSecond)
{
    /// <summary>The lowest limit: a block a second.</summary>
    public const long MinBytesPerSecond = 64 * 1024;

    /// <summary>When it begins to count, by the local clock of the computer that runs the vault; null for always.</summary>
    public TimeOnly? From { get; init; }

    /// <summary>When it ends; earlier than <see cref="From"/> for a window over midnight; null for always.</summary>
    public TimeOnly? Until { get; init; }

    /// <summary>Whether it counts at a time of the day.</summary>
    public bool CountsAt(TimeOnly time) => From is not { } from || Until is not { } until || time.IsBetween(from, until);
}
