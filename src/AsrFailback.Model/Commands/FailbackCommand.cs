using System.Text.Json.Serialization;

namespace AsrFailback;

/// <summary>A change somebody asks for. Commands are data: jobs, previews, audit and plans carry them.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "command")]
[JsonDerivedType(typeof(AddFabric), "AddFabric")]
[JsonDerivedType(typeof(RemoveFabric), "RemoveFabric")]
[JsonDerivedType(typeof(RegisterProcessServer), "RegisterProcessServer")]
[JsonDerivedType(typeof(UnregisterProcessServer), "UnregisterProcessServer")]
[JsonDerivedType(typeof(RegisterMasterTarget), "RegisterMasterTarget")]
[JsonDerivedType(typeof(UnregisterMasterTarget), "UnregisterMasterTarget")]
[JsonDerivedType(typeof(RegisterConfigurationServer), "RegisterConfigurationServer")]
[JsonDerivedType(typeof(BackupConfigurationServer), "BackupConfigurationServer")]
[JsonDerivedType(typeof(RestoreConfigurationServer), "RestoreConfigurationServer")]
[JsonDerivedType(typeof(DeployProcessServer), "DeployProcessServer")]
[JsonDerivedType(typeof(ImportMachine), "ImportMachine")]
[JsonDerivedType(typeof(MapNetwork), "MapNetwork")]
[JsonDerivedType(typeof(UnmapNetwork), "UnmapNetwork")]
[JsonDerivedType(typeof(IssueEncryptionCertificate), "IssueEncryptionCertificate")]
[JsonDerivedType(typeof(EnableProtection), "EnableProtection")]
[JsonDerivedType(typeof(UpdateProtection), "UpdateProtection")]
[JsonDerivedType(typeof(CreateRecoveryPoint), "CreateRecoveryPoint")]
[JsonDerivedType(typeof(StartTestFailover), "StartTestFailover")]
[JsonDerivedType(typeof(CleanUpTestFailover), "CleanUpTestFailover")]
[JsonDerivedType(typeof(StartFailover), "StartFailover")]
[JsonDerivedType(typeof(CommitFailover), "CommitFailover")]
[JsonDerivedType(typeof(SwitchRecoveryPoint), "SwitchRecoveryPoint")]
[JsonDerivedType(typeof(CancelFailover), "CancelFailover")]
[JsonDerivedType(typeof(Reprotect), "Reprotect")]
[JsonDerivedType(typeof(DisableProtection), "DisableProtection")]
[JsonDerivedType(typeof(CompleteMigration), "CompleteMigration")]
[JsonDerivedType(typeof(RepairReplication), "RepairReplication")]
[JsonDerivedType(typeof(SaveRecoveryPlan), "SaveRecoveryPlan")]
[JsonDerivedType(typeof(RemoveRecoveryPlan), "RemoveRecoveryPlan")]
[JsonDerivedType(typeof(AddRecoveryPlanAction), "AddRecoveryPlanAction")]
[JsonDerivedType(typeof(RemoveRecoveryPlanAction), "RemoveRecoveryPlanAction")]
[JsonDerivedType(typeof(RunRecoveryPlan), "RunRecoveryPlan")]
[JsonDerivedType(typeof(RunDrill), "RunDrill")]
public abstract record FailbackCommand
{
    /// <summary>The object the command works on: an item's or the vault's name.</summary>
    [JsonIgnore]
    public abstract string Target { get; }

    /// <summary>Ids of checks that may fail: skippable ones only, recorded with the job; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? SkipChecks { get; init; }
}

/// <summary>A command on one protected item.</summary>
/// <param name="Item">The item's name.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(StartTestFailover), "StartTestFailover")]
[JsonDerivedType(typeof(CleanUpTestFailover), "CleanUpTestFailover")]
[JsonDerivedType(typeof(StartFailover), "StartFailover")]
[JsonDerivedType(typeof(CommitFailover), "CommitFailover")]
[JsonDerivedType(typeof(SwitchRecoveryPoint), "SwitchRecoveryPoint")]
[JsonDerivedType(typeof(CancelFailover), "CancelFailover")]
[JsonDerivedType(typeof(Reprotect), "Reprotect")]
public abstract record ItemCommand(string Item) : FailbackCommand
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Target => Item;
}

/// <summary>Protects a machine: initial replication, then recovery points.</summary>
/// <param name="Item">The item's name; the machine has the same one.</param>
/// <param name="HomeFabric">Where the machine runs.</param>
/// <param name="RecoveryFabric">Where it is to be replicated.</param>
/// <param name="Policy">Retention and point interval.</param>
public sealed record EnableProtection(string Item, string HomeFabric, string RecoveryFabric, ReplicationPolicy Policy) : ItemCommand(Item)
{
    /// <summary>The machines it shares recovery points with; null for none (RP-06).</summary>
    public string? ReplicationGroup { get; init; }

    /// <summary>The group it fails over with; null for the default one of the two fabrics (TO-08).</summary>
    public string? ProtectionGroup { get; init; }

    /// <summary>What its network interfaces become at the recovery site; null, or one that is not named, for what is usual (FO-12).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<NicTarget>? Nics { get; init; }
}

/// <summary>Changes how a machine is protected; what replicates goes on meanwhile.</summary>
/// <param name="Item">The item's name.</param>
/// <param name="Policy">Its own policy from now on; what the failback policy fixes counts away from home only (TO-09).</param>
public sealed record UpdateProtection(string Item, ReplicationPolicy Policy) : ItemCommand(Item)
{
    /// <summary>What network interfaces become at the recovery site from now on; null, or one that is not named, for what it was (FO-12).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<NicTarget>? Nics { get; init; }
}

/// <summary>Takes a point across all disks of the machine, and of the machines of its replication group.</summary>
/// <param name="Item">The item's name.</param>
/// <param name="Label">A label of at most 64 characters.</param>
public sealed record CreateRecoveryPoint(string Item, string Label) : ItemCommand(Item)
{
    /// <summary>Bring the applications to rest for it.</summary>
    public bool AppConsistent { get; init; }
}

/// <summary>Starts a copy of a point at the target, isolated from production (FO-01).</summary>
/// <param name="Item">The item's name.</param>
/// <param name="PointId">The point; null for the newest listed one.</param>
/// <param name="Network">Network to attach; null for none (isolated).</param>
public sealed record StartTestFailover(string Item, Guid? PointId, string? Network) : ItemCommand(Item)
{
    /// <summary>Do not read production and the replica first: the result does not show then that they stayed as they were.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool SkipDigest { get; init; }

    /// <summary>What decrypts the data of an encrypted VMM cloud in Azure; null for nothing (FO-06).</summary>
    public EncryptionCertificate? EncryptionCertificate { get; init; }
}

/// <summary>Removes the machine and disks of a test failover.</summary>
/// <param name="Item">The item's name.</param>
public sealed record CleanUpTestFailover(string Item) : ItemCommand(Item)
{
    /// <summary>Characters of a comment at most.</summary>
    public const int MaxComment = 1024;

    /// <summary>Do not compare production and the replica with what they held before: the way is free for a failover at once.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool SkipDigest { get; init; }

    /// <summary>What the caller notes about the test, recorded in the job; null for nothing.</summary>
    public string? Comment { get; init; }

    /// <summary>The limit of its policy that the test failover has outlived; null when somebody asked for the clean-up.</summary>
    public TimeSpan? Outlived { get; init; }
}

/// <summary>The kinds of failover that can be asked for (FO-04).</summary>
public enum FailoverType
{
    /// <summary>Works with or without the source; where the source answers it is shut down and its last changes are sent (FO-03).</summary>
    Unplanned,

    /// <summary>The source is shut down first and nothing is lost (FO-02).</summary>
    Planned,
}

/// <summary>Where a failover leads.</summary>
public enum FailoverDirection
{
    /// <summary>Away from the site the machine came from.</summary>
    FromHome,

    /// <summary>To the site the machine came from: a failback.</summary>
    ToHome,
}

/// <summary>When the data of a machine in Azure is sent home to a Hyper-V or VMM site (FB-05).</summary>
public enum DataSync
{
    /// <summary>While the machine runs, and its last changes once it is shut down: the shortest downtime; only what differs is sent.</summary>
    BeforeFailover,

    /// <summary>Everything, once the machine is shut down, and nothing is compared: for a machine of which most has changed.</summary>
    DuringFailover,
}

/// <summary>A failover in the direction of the replication (FO-03, FB-02); home from Azure to Hyper-V it sends the data, too (FB-05).</summary>
/// <param name="Item">The item's name.</param>
/// <param name="PointId">The point; null for the latest: everything the target received is processed first.</param>
/// <param name="ShutDownSource">Shut the source down and send its last changes first, where it can be reached.</param>
public sealed record StartFailover(string Item, Guid? PointId, bool ShutDownSource) : ItemCommand(Item)
{
    /// <summary>The shortest time a source is waited for.</summary>
    public static readonly TimeSpan MinShutdownTimeout = TimeSpan.FromSeconds(1);

    /// <summary>The longest time a source is waited for.</summary>
    public static readonly TimeSpan MaxShutdownTimeout = TimeSpan.FromHours(1);

    /// <summary>How long a source is waited for when nothing else is said.</summary>
    public static readonly TimeSpan UsualShutdownTimeout = TimeSpan.FromMinutes(5);

    /// <summary>The shortest time after which a failover is taken back by itself.</summary>
    public static readonly TimeSpan MinRollBackAfter = TimeSpan.FromMinutes(1);

    /// <summary>The longest time after which a failover is taken back by itself.</summary>
    public static readonly TimeSpan MaxRollBackAfter = TimeSpan.FromDays(7);

    /// <summary>How long the source may take to shut down before the failover goes on without it; null for <see cref="UsualShutdownTimeout"/> (FO-03).</summary>
    public TimeSpan? ShutdownTimeout { get; init; }

    /// <summary>Take the failover back by itself when it is not committed after so much time in which the vault was open; null for never (FO-07).</summary>
    public TimeSpan? RollBackAfter { get; init; }

    /// <summary>Its kind; what the direction does not support is refused (FO-04).</summary>
    public FailoverType Type { get; init; }

    /// <summary>Where it must lead; refused when the replication goes the other way; null for wherever it goes (FO-05).</summary>
    public FailoverDirection? Direction { get; init; }

    /// <summary>What decrypts the data of an encrypted VMM cloud in Azure; null for nothing (FO-06).</summary>
    public EncryptionCertificate? EncryptionCertificate { get; init; }

    /// <summary>On a planned failover: give up what was written since the point, which is not the latest (FO-10).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AllowOlderPoint { get; init; }

    /// <summary>When the data is sent home from Azure to Hyper-V; null for <see cref="DataSync.BeforeFailover"/> there, and where no data is sent (FB-05).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DataSync? DataSync { get; init; }

    /// <summary>Do not wait, once the data is at home, for somebody to complete the failover (FB-05).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool CompletesItself { get; init; }

    /// <summary>Make the machine anew at home when it is gone there (FB-07).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool CreateMachine { get; init; }

    /// <summary>The Hyper-V host for a machine that is made anew; null for the first one of the site's storage (FB-07).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? VMHost { get; init; }

    /// <summary>The site to come home to, which is its home from then on; null for its home (FB-07).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Fabric { get; init; }
}

/// <summary>Ends a failover; drops the other points (FO-07). After a failback the Azure machine is removed (FB-04).</summary>
/// <param name="Item">The item's name.</param>
public sealed record CommitFailover(string Item) : ItemCommand(Item)
{
    /// <summary>Reverse the replication as well: after a planned failover between own sites (FO-08); null until that is decided.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Reverses { get; init; }
}

/// <summary>Brings a machine that failed over, and is not committed, to another recovery point (FO-07). What it wrote since its failover is lost.</summary>
/// <param name="Item">The item's name.</param>
/// <param name="PointId">The point; null for the newest listed one.</param>
public sealed record SwitchRecoveryPoint(string Item, Guid? PointId) : ItemCommand(Item);

/// <summary>Takes a failover back before its commit: the machine runs at its source again, and is protected. What it wrote since its failover is lost.</summary>
/// <param name="Item">The item's name.</param>
public sealed record CancelFailover(string Item) : ItemCommand(Item)
{
    /// <summary>Nobody asked: the failover was not committed in time.</summary>
    public bool Overdue { get; init; }
}

/// <summary>Replicates from the now active side back to the other one (RP-01, RP-02).</summary>
/// <param name="Item">The item's name.</param>
/// <param name="MasterTarget">Master target on a VMware site; null takes the first one of the machine's operating system family.</param>
/// <param name="ProcessServer">Process server; null takes the only one.</param>
public sealed record Reprotect(string Item, string? MasterTarget = null, string? ProcessServer = null) : ItemCommand(Item)
{
    /// <summary>
    /// The VMware site or AVS private cloud to come home to, which is its home from then on; null for its home. A physical server has to
    /// name one (RP-10, RP-15).
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Fabric { get; init; }

    /// <summary>Datastore for a machine that is made anew; null for the master target's own, or its first usable one (RP-03).</summary>
    public string? Datastore { get; init; }

    /// <summary>Retention volume of the master target; null for its first usable one (MT-09).</summary>
    public string? RetentionVolume { get; init; }

    /// <summary>The protection group that the machine is to be in; null derives it, another one than that is refused (TO-08).</summary>
    public string? ProtectionGroup { get; init; }

    /// <summary>Name of the policy that is to count; null selects it, another one than that is refused (TO-09).</summary>
    public string? Policy { get; init; }

    /// <summary>The recovery plan that asks; machines of a replication group go home through one only (RP-06).</summary>
    public string? Plan { get; init; }
}

/// <summary>Reads a whole replica and fetches the blocks that do not hold what was written to them from the machine again.</summary>
/// <param name="Item">The item's name.</param>
public sealed record RepairReplication(string Item) : ItemCommand(Item);

/// <summary>Declares a machine that failed over to Azure at home there: it is not failed back any more (RP-08).</summary>
/// <param name="Item">The item's name.</param>
public sealed record CompleteMigration(string Item) : ItemCommand(Item);

/// <summary>Stops protecting; the machine stays where it runs.</summary>
/// <param name="Item">The item's name.</param>
public sealed record DisableProtection(string Item) : ItemCommand(Item);

/// <summary>The whole story on real disks, verified byte by byte.</summary>
/// <param name="Options">What the drill uses and where it works.</param>
public sealed record RunDrill(DrillOptions Options) : FailbackCommand
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Target => "drill";
}
