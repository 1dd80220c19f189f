namespace AsrFailback.Replication.Journal;

/// <summary>A listed point as the pruner sees it.</summary>
/// <param name="Bytes">Bytes of history between it and the next point.</param>
/// <param name="Age">How long it has been there.</param>
/// <param name="IsPinned">Whether somebody reads it.</param>
public readonly record struct RetainedPoint(long Bytes, TimeSpan Age, bool IsPinned);

/// <summary>Which points a policy lets go: pure. Only the oldest can go, because older points are read through newer ones.</summary>
public static class RetentionRules
{
    /// <summary>Points that stay whatever the policy says.</summary>
    public const int AlwaysKept = 2;

    /// <summary>How many of the oldest points are to be dropped.</summary>
    /// <param name="points">The listed points, oldest first.</param>
    /// <param name="policy">The policy.</param>
    public static int CountToDrop(IReadOnlyList<RetainedPoint> points, ReplicationPolicy policy)
    {
        var dropped = 0;
        var bytes = points.Sum(point => point.Bytes);
        while (CanDrop(points, dropped)
            && (points.Count - dropped > policy.MaxPoints || bytes > policy.MaxHistoryBytes || points[dropped].Age > policy.MaxAge))
        {
            bytes -= points[dropped++].Bytes;
        }

        return dropped;
    }

    /// <summary>Whether one more point may go after some have been dropped.</summary>
    public static bool CanDrop(IReadOnlyList<RetainedPoint> points, int dropped) => points.Count - dropped > AlwaysKept && !points[dropped].IsPinned;
}
