using System.Text.Json.Serialization;

namespace AsrFailback.Core.Protection;

/// <summary>The two sites of an item. The names do not change when the roles do.</summary>
public enum Side
{
    /// <summary>Where the machine ran when it was first protected.</summary>
    Home,

    /// <summary>Where it is replicated to.</summary>
    Recovery,
}

/// <summary>Helpers on <see cref="Side"/>.</summary>
public static class Sides
{
    /// <summary>The other side.</summary>
    public static Side Other(this Side side) => side == Side.Home ? Side.Recovery : Side.Home;
}

/// <summary>Where an item stands in the failover cycle. Everything else is a guard, not a phase.</summary>
public enum Phase
{
    /// <summary>Protection is being enabled or was disabled.</summary>
    Unprotected,

    /// <summary>The active side replicates to the other one.</summary>
    Protected,

    /// <summary>Failed over, not committed.</summary>
    CommitPending,

    /// <summary>Failed over and committed; nothing replicates (FO-08).</summary>
    Committed,
}

/// <summary>A test failover that exists.</summary>
/// <param name="PointId">The pinned point.</param>
/// <param name="Machine">Name of the test machine.</param>
public sealed record TestFailoverFacts(Guid PointId, string Machine)
{
    /// <summary>When it began, UTC; null when that was not noted.</summary>
    public DateTimeOffset? StartedUtc { get; init; }

    /// <summary>What production and the replica held before; null when that was not noted.</summary>
    public DigestFacts? Digests { get; init; }
}

/// <summary>What disks held at one moment.</summary>
/// <param name="Disks">Each disk of production and of the replica.</param>
/// <param name="Generation">The opening of the machine at that moment.</param>
/// <param name="Writes">Its writes before that moment.</param>
public sealed record DigestFacts(IReadOnlyList<DiskDigest> Disks, uint Generation, long Writes);

/// <summary>A failover that is taken back by itself unless it is committed.</summary>
/// <param name="Failover">The epoch that the failover began, which no other failover has.</param>
/// <param name="Left">Time left, as it was noted last; only time in which the vault is open counts, and no clock that jumps.</param>
public sealed record RollBackFacts(long Failover, TimeSpan Left);

/// <summary>
/// Side-neutral facts about one item, as the store keeps them. The service's words are a projection of these
/// (<see cref="ServiceProjection"/>).
/// </summary>
public sealed record ProtectionFacts
{
    /// <summary>The item's name, also the machine's.</summary>
    public required string Item { get; init; }

    /// <summary>Fabric of <see cref="Side.Home"/>: where the machine comes home to; moves when that is another site (<see cref="HomeMove"/>).</summary>
    public required string HomeFabric { get; init; }

    /// <summary>Fabric of <see cref="Side.Recovery"/>.</summary>
    public required string RecoveryFabric { get; init; }

    /// <summary>Kind of the home fabric.</summary>
    public FabricKind HomeKind { get; init; } = FabricKind.VMware;

    /// <summary>Kind of the recovery fabric.</summary>
    public FabricKind RecoveryKind { get; init; } = FabricKind.Azure;

    /// <summary>How its two sites replicate.</summary>
    [JsonIgnore]
    public ProviderPath Path => ProviderPaths.Between(OriginKind, RecoveryKind);

    /// <summary>Where it was first protected, when its home has moved since; null while it has not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Origin? Origin { get; init; }

    /// <summary>Where its machine was left when its home moved, and must never run again (invariant 5).</summary>
    public IReadOnlyList<LeftMachine> Left { get; init; } = [];

    /// <summary>The fabric it was first protected at.</summary>
    [JsonIgnore]
    public string OriginFabric => Origin?.Fabric ?? HomeFabric;

    /// <summary>The kind of the fabric it was first protected at.</summary>
    [JsonIgnore]
    public FabricKind OriginKind => Origin?.Kind ?? HomeKind;

    /// <summary>The machine's own policy, which counts while it replicates away from home.</summary>
    public required ReplicationPolicy Policy { get; init; }

    /// <summary>The policy that counts now: its own, or on the way home to a VMware site the failback policy (TO-09).</summary>
    [JsonIgnore]
    public ReplicationPolicy PolicyInForce => Policies.Toward(this, TargetSide);

    /// <summary>Where the item stands.</summary>
    public Phase Phase { get; init; } = Phase.Unprotected;

    /// <summary>The source of the current, or else the last, replication.</summary>
    public Side SourceSide { get; init; } = Side.Home;

    /// <summary>The only side that may run the machine (invariant 5).</summary>
    public Side ActiveSide { get; init; } = Side.Home;

    /// <summary>Fencing epoch: grows at every change of the active side; writes under an older one are refused.</summary>
    public long Epoch { get; init; } = 1;

    /// <summary>The epoch in which the current, or else the last, replication began; it names the journal.</summary>
    public long ReplicationEpoch { get; init; } = 1;

    /// <summary>The last generation handed to a write splitter of this item.</summary>
    public uint Generation { get; init; }

    /// <summary>The point of the last failover: both sides were equal there.</summary>
    public RecoveryPoint? FailoverPoint { get; init; }

    /// <summary>The test failover, when there is one.</summary>
    public TestFailoverFacts? TestFailover { get; init; }

    /// <summary>The machine was shut down on its active side, for a failover.</summary>
    public bool ShutDown { get; init; }

    /// <summary>The replica was written by somebody else: the next replication compares everything.</summary>
    public bool CompareEverything { get; init; }

    /// <summary>The master target whose retention volume holds the journals on a VMware site; null before the first reprotect.</summary>
    public string? MasterTarget { get; init; }

    /// <summary>The volume of the master target; null for its first one (MT-09).</summary>
    public string? RetentionVolume { get; init; }

    /// <summary>The process server that the last reprotect chose; null before the first one (TO-04).</summary>
    public string? ProcessServer { get; init; }

    /// <summary>The machines it shares recovery points with; null for none (RP-06).</summary>
    public string? ReplicationGroup { get; init; }

    /// <summary>The group it fails over with; null for the default one of its two fabrics (TO-08).</summary>
    public string? ProtectionGroup { get; init; }

    /// <summary>Where the disks lay when replication turned home; null before that (MT-03, FB-08).</summary>
    public Placement? Placement { get; init; }

    /// <summary>Its network interfaces at home, as they were seen last: a source that is gone cannot be asked. Null before they were (FO-12).</summary>
    public IReadOnlyList<MachineNic>? HomeNics { get; init; }

    /// <summary>What an earlier version kept of its only network interface; null since <see cref="HomeNics"/> is kept.</summary>
    public SingleAddress? Addresses { get; init; }

    /// <summary>Its network interfaces at home, as far as they are known; null when they are not.</summary>
    [JsonIgnore]
    public IReadOnlyList<MachineNic>? KnownNics => HomeNics ?? Addresses?.Nics;

    /// <summary>The same with its network interfaces at home as they are now; itself where they are as they were.</summary>
    public ProtectionFacts WithHomeNics(IReadOnlyList<MachineNic> nics) =>
        HomeNics?.SequenceEqual(nics) == true ? this : this with { HomeNics = nics, Addresses = null };

    /// <summary>What its network interfaces become at the recovery site, as far as it was said (FO-12).</summary>
    public IReadOnlyList<NicTarget> NicTargets { get; init; } = [];

    /// <summary>The resource group the machine was started in by its failover; null when it is not known (RP-08).</summary>
    public string? ResourceGroup { get; init; }

    /// <summary>The replica was switched on by somebody while the machine replicated to it (RP-04).</summary>
    public bool ReplicaRan { get; init; }

    /// <summary>Somebody else may have written the replica; it has not been compared in full since.</summary>
    public bool ReplicaSuspect { get; init; }

    /// <summary>While it was compared, a block was found that is not known to be as replication left it: older points are not exact.</summary>
    public bool ReplicaSpoilt { get; init; }

    /// <summary>The applications of the machine were, or are about to be, brought to rest for a point; they are to go on.</summary>
    public bool Frozen { get; init; }

    /// <summary>The machine was declared at home in Azure (RP-08).</summary>
    public bool MigrationCompleted { get; init; }

    /// <summary>A failover, or a change before its commit, is under way: neither side runs until it has ended.</summary>
    public bool Switching { get; init; }

    /// <summary>What the machine overwrites since its failover is kept, so that the failover may still go to any listed point (FO-07).</summary>
    public bool PointsKept { get; init; }

    /// <summary>When the failover is taken back by itself unless it is committed; null for never (FO-07).</summary>
    public RollBackFacts? RollBack { get; init; }

    /// <summary>The kind of the last failover; null before the first one, or when that was not noted (FO-08, FO-09).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FailoverType? LastFailover { get; init; }

    /// <summary>Since when the machine runs away from home, UTC; null while it is at home, or when that was not noted (FB-05).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? AwaySinceUtc { get; init; }

    /// <summary>A failback has begun to write the disks at home, and has not come to its end: the machine must not be started from them (FB-06).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HomeInconsistent { get; init; }

    /// <summary>When the machine was last started by a failover that is not committed, UTC; null when that was not noted.</summary>
    public DateTimeOffset? StartedUtc { get; init; }

    /// <summary>How its data is encrypted in Azure, decided when it was protected; null where it is not (FO-06).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CloudEncryption? Encryption { get; init; }

    /// <summary>The side the current or last replication writes to.</summary>
    public Side TargetSide => SourceSide.Other();

    /// <summary>Whether a failover home has to send the data first, or to go on with it (FB-05).</summary>
    [JsonIgnore]
    public bool BringsDataHome => Path == ProviderPath.HyperVReplicaAzure && ActiveSide == Side.Recovery && (Phase == Phase.Committed || HomeInconsistent);

    /// <summary>The side that the next failover leaves: the source of the replication, or where a machine runs that nothing replicates.</summary>
    [JsonIgnore]
    public Side FailoverFrom => Phase == Phase.Committed ? ActiveSide : SourceSide;

    /// <summary>The side that test failovers go to: away from home, and between equals wherever replication leads (FO-04).</summary>
    [JsonIgnore]
    public Side TestSide => Path == ProviderPath.HyperVReplica ? TargetSide : Side.Recovery;

    /// <summary>The sides at which a test machine may be: between equals one that was left behind may be at the other by now.</summary>
    [JsonIgnore]
    public IReadOnlyList<Side> TestSides => Path == ProviderPath.HyperVReplica ? [TestSide, TestSide.Other()] : [TestSide];

    /// <summary>The fabric of a side.</summary>
    public string FabricOf(Side side) => side == Side.Home ? HomeFabric : RecoveryFabric;

    /// <summary>The kind of the fabric of a side.</summary>
    public FabricKind KindOf(Side side) => side == Side.Home ? HomeKind : RecoveryKind;
}

/// <summary>Where disks lay at one moment.</summary>
/// <param name="MasterTarget">Datastore of the master target's own disks; null when it is not known.</param>
/// <param name="Disks">Datastore of each disk of the machine, by the disk's name; empty where it is not known.</param>
public sealed record Placement(string? MasterTarget, IReadOnlyDictionary<string, string> Disks)
{
    /// <summary>The machine they belong to; null when it is not known (MT-11).</summary>
    public Guid? Machine { get; init; }
}
