namespace AsrFailback;

/// <summary>Retention and point interval of an item.</summary>
/// <param name="PointInterval">Time between automatic crash-consistent points; 5 minutes by default.</param>
/// <param name="MaxPoints">Points kept at most, at least 1; the two newest are kept regardless.</param>
/// <param name="MaxHistoryBytes">Bytes of history kept at most; the two newest points are kept regardless.</param>
public sealed record ReplicationPolicy(TimeSpan PointInterval, int MaxPoints, long MaxHistoryBytes)
{
    /// <summary>How old a point may get, by the wall clock and by running time; the two newest are kept regardless.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromHours(24);

    /// <summary>What brings the machine's applications to rest for an application-consistent point; null for nothing.</summary>
    public QuiesceScripts? Quiesce { get; init; }

    /// <summary>Time between automatic points that are application-consistent; null for none.</summary>
    public TimeSpan? AppConsistentInterval { get; init; }

    /// <summary>How much work may be at risk before the item's health says so; more than nothing, 24 hours at most.</summary>
    public TimeSpan RpoThreshold { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How fast replication may send; null for as fast as it can.</summary>
    public BandwidthLimit? Bandwidth { get; init; }

    /// <summary>How old a test failover may get before it is cleaned up by itself; null for any age (FO-01).</summary>
    public TimeSpan? TestFailoverLimit { get; init; }

    /// <summary>Who is told where the machine runs after a failover, or one that was taken back; null for nobody (FO-12).</summary>
    public RoutingHook? Routing { get; init; }

    /// <summary>The shortest limit of a test failover.</summary>
    public static readonly TimeSpan MinTestFailoverLimit = TimeSpan.FromMinutes(5);

    /// <summary>The longest limit of a test failover.</summary>
    public static readonly TimeSpan MaxTestFailoverLimit = TimeSpan.FromDays(365);

    /// <summary>From this age on a test failover without a limit is told in the item's health.</summary>
    public static readonly TimeSpan TestFailoverWarning = TimeSpan.FromDays(14);

    /// <summary>The largest threshold there is.</summary>
    public static readonly TimeSpan MaxRpoThreshold = TimeSpan.FromHours(24);

    /// <summary>The shortest time between automatic points.</summary>
    public static readonly TimeSpan MinPointInterval = TimeSpan.FromSeconds(5);

    /// <summary>The longest time between automatic points.</summary>
    public static readonly TimeSpan MaxPointInterval = TimeSpan.FromHours(12);

    /// <summary>A point every 5 minutes for 24 hours, at most 64 GiB of history.</summary>
    public static readonly ReplicationPolicy Default = new(TimeSpan.FromMinutes(5), 288, 64L << 30);
}
