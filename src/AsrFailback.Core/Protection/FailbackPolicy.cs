namespace AsrFailback.Core.Protection;

/// <summary>
/// The policy of the way home to a VMware site (TO-09): what is fixed in it belongs to the configuration server and is nobody's to
/// change, the rest is as in the machine's own policy. Pure.
/// </summary>
public static class FailbackPolicy
{
    /// <summary>How far the target may be behind.</summary>
    public static readonly TimeSpan RpoThreshold = TimeSpan.FromMinutes(15);

    /// <summary>How old a point may get.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromHours(24);

    /// <summary>Time between application-consistent points of a machine that has scripts for them.</summary>
    public static readonly TimeSpan AppConsistentInterval = TimeSpan.FromMinutes(60);

    /// <summary>The failback policy of a machine.</summary>
    /// <param name="forward">Its own policy.</param>
    public static ReplicationPolicy Of(ReplicationPolicy forward)
    {
        var failback = forward with { RpoThreshold = RpoThreshold, MaxAge = MaxAge };
        return forward.Quiesce is null ? failback : failback with
        {
            AppConsistentInterval = AppConsistentInterval,
            PointInterval = forward.PointInterval < AppConsistentInterval ? forward.PointInterval : AppConsistentInterval, // every automatic point is a chance for one
        };
    }

    /// <summary>Its name.</summary>
    /// <param name="homeFabric">The site of the configuration server.</param>
    public static string NameOf(string homeFabric) => $"{homeFabric}-failback";

    /// <summary>Whether two policies of a machine differ in what is fixed on the way home.</summary>
    public static bool Fixes(ReplicationPolicy one, ReplicationPolicy other) =>
        (one.RpoThreshold, one.MaxAge, one.AppConsistentInterval) != (other.RpoThreshold, other.MaxAge, other.AppConsistentInterval);
}
