namespace AsrFailback.Core.Protection;

/// <summary>What surrounds the phase when a command is judged.</summary>
/// <param name="ListedPoints">Number of listed recovery points.</param>
/// <param name="Mode">What replication is doing.</param>
/// <param name="BusyWith">Another unfinished job that has the item to itself, or null.</param>
public sealed record Surroundings(int ListedPoints, ReplicationMode Mode, Job? BusyWith)
{
    /// <summary>The listed points, oldest first, where they are known.</summary>
    public IReadOnlyList<RecoveryPoint> Points { get; init; } = [];

    /// <summary>Work that would be lost if the source ended now; null when it is not known (FO-03).</summary>
    public TimeSpan? ExpectedLoss { get; init; }

    /// <summary>Writes that the target had not acknowledged; null when that is not known (FO-03).</summary>
    public long? ExpectedLostWrites { get; init; }

    /// <summary>How old the newest listed point is, when the machine has written since; zero while it has not.</summary>
    public TimeSpan WrittenSinceNewest { get; init; }

    /// <summary>Writes of the machine since it was opened.</summary>
    public long Writes { get; init; }

    /// <summary>Bytes of the regions that the machine wrote and the other side may lack.</summary>
    public long WrittenBytes { get; init; }

    /// <summary>Why the vault must not act on what it remembers of the item; null when it may.</summary>
    public AsrError? Outdated { get; init; }

    /// <summary>Its data lies encrypted in Azure, and the key is not there: nobody knows its points (FO-06).</summary>
    public bool KeyMissing { get; init; }

    /// <summary>Disks of other machines that use or wait for a slot, by master target (MT-08).</summary>
    public IReadOnlyDictionary<string, int> ReservedSlots { get; init; } = NothingReserved;

    /// <summary>A test machine that no test failover knows; null for none (FO-01).</summary>
    public string? LeftTestMachine { get; init; }

    /// <summary>Other machines whose failover to the same site is under way; looked up when a check asks (FO-12, ER 8038).</summary>
    public Lazy<Arrivals> Arriving { get; init; } = Nobody;

    /// <summary>The two fabrics of another machine of its protection group that does not go where it is to go; null without one (TO-08).</summary>
    public string? OtherPath { get; init; }

    /// <summary>Which networks are mapped to which (FO-12).</summary>
    public IReadOnlyList<NetworkMapping> NetworkMappings { get; init; } = [];

    /// <summary>The machines of its source site that fail over with it, by the same plan; looked up when a check asks (FO-12).</summary>
    public Lazy<Departures> Leaving { get; init; } = Alone;

    /// <summary>The other machines of its replication group (RP-06).</summary>
    public IReadOnlyList<GroupMember> Group { get; init; } = [];

    private static readonly Lazy<Arrivals> Nobody = new(Arrivals.None);

    private static readonly Lazy<Departures> Alone = new(Departures.None);

    private static readonly IReadOnlyDictionary<string, int> NothingReserved = new Dictionary<string, int>();
}

/// <summary>Another machine of a replication group.</summary>
/// <param name="Item">Its item.</param>
/// <param name="OperatingSystem"><c>Linux</c> or <c>Windows</c>.</param>
/// <param name="MasterTarget">The master target it replicates home through now; null while it does not.</param>
public sealed record GroupMember(string Item, string OperatingSystem, string? MasterTarget)
{
    /// <summary>The site it replicates home to, or is about to; null where that is of no interest.</summary>
    public string? Home { get; init; }
}
