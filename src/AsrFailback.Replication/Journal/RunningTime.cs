namespace AsrFailback.Replication.Journal;

/// <summary>
/// How long a journal has been open in all. The age of a point is the shorter of what the wall clock says and of the running
/// time since it was made: a clock that jumps ahead lets none expire, and neither does a night in which nothing ran. Thread-safe.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="secondsBefore">Seconds of earlier openings, as far as they were recorded.</param>
internal sealed class RunningTime(TimeProvider clock, uint secondsBefore)
{
    private readonly long _opened = clock.GetTimestamp();

    /// <summary>Seconds until now; recorded with everything that is written.</summary>
    public uint Seconds => (uint)Now.TotalSeconds;

    private TimeSpan Now => TimeSpan.FromSeconds(secondsBefore) + clock.GetElapsedTime(_opened);

    /// <summary>The age of a point.</summary>
    /// <param name="point">The point.</param>
    /// <param name="madeAt">Running time when it was made, seconds.</param>
    public TimeSpan AgeOf(RecoveryPoint point, uint madeAt)
    {
        var running = Now - TimeSpan.FromSeconds(madeAt);
        var wall = clock.GetUtcNow() - point.TimeUtc;
        return wall < running ? wall : running;
    }
}
