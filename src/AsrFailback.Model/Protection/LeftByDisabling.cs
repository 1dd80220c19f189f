namespace AsrFailback;

/// <summary>What the disks of the other side are once a protection was disabled. None of them is deleted.</summary>
public enum LeftDisks
{
    /// <summary>A copy that was not finished; there may be none.</summary>
    Unfinished,

    /// <summary>The machine as it was replicated last; its machine there is off.</summary>
    Replica,

    /// <summary>A replica that a failover may have begun to bring to another point; its machine there is off.</summary>
    Unknown,

    /// <summary>The machine as it was there before its failover; it is off.</summary>
    Former,

    /// <summary>Disks without a machine, from which the next protection begins.</summary>
    Seed,
}

/// <summary>What disabling a protection would leave. Immutable, thread-safe.</summary>
/// <param name="Runs">The fabric at which the machine runs afterwards.</param>
/// <param name="Starts">Whether it is started there: a failover that did not come to its end had shut it down.</param>
/// <param name="Keeps">The other fabric.</param>
/// <param name="Disks">What its disks there are.</param>
/// <param name="PointsLost">Recovery points that are deleted.</param>
public sealed record LeftByDisabling(string Runs, bool Starts, string Keeps, LeftDisks Disks, int PointsLost);
