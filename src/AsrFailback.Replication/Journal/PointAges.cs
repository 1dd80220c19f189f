using System.Collections.Concurrent;

namespace AsrFailback.Replication.Journal;

/// <summary>
/// How long points have been there: the shorter of what the wall clock says and of the running time since they were first
/// seen. A clock that jumps ahead lets none expire, and neither does a night in which nothing ran. Thread-safe.
/// </summary>
internal sealed class PointAges(TimeProvider clock)
{
    private readonly ConcurrentDictionary<RecoveryPoint, long> _firstSeen = new();

    /// <summary>Counts a point's running time from now on, unless it is counted already.</summary>
    public void Begin(RecoveryPoint point) => _firstSeen.TryAdd(point, clock.GetTimestamp());

    /// <summary>The age of a point that is counted.</summary>
    public TimeSpan Of(RecoveryPoint point)
    {
        var running = clock.GetElapsedTime(_firstSeen[point]);
        var wall = clock.GetUtcNow() - point.TimeUtc;
        return wall < running ? wall : running;
    }

    /// <summary>Forgets a point that is gone.</summary>
    public void Forget(RecoveryPoint point) => _firstSeen.TryRemove(point, out _);
}
