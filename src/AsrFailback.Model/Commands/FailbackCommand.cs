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
[JsonDerivedType(typeof(ImportMachine), "ImportMachine")]
[JsonDerivedType(typeof(EnableProtection), "EnableProtection")]
[JsonDerivedType(typeof(CreateRecoveryPoint), "CreateRecoveryPoint")]
[JsonDerivedType(typeof(StartTestFailover), "StartTestFailover")]
[JsonDerivedType(typeof(CleanUpTestFailover), "CleanUpTestFailover")]
[JsonDerivedType(typeof(StartFailover), "StartFailover")]
[JsonDerivedType(typeof(CommitFailover), "CommitFailover")]
[JsonDerivedType(typeof(Reprotect), "Reprotect")]
[JsonDerivedType(typeof(DisableProtection), "DisableProtection")]
[JsonDerivedType(typeof(RunDrill), "RunDrill")]
public abstract record FailbackCommand
{
    /// <summary>The object the command works on: an item's or the vault's name.</summary>
    [JsonIgnore]
    public abstract string Target { get; }
}

/// <summary>A command on one protected item.</summary>
/// <param name="Item">The item's name.</param>
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
public sealed record EnableProtection(string Item, string HomeFabric, string RecoveryFabric, ReplicationPolicy Policy) : ItemCommand(Item);

/// <summary>Takes a crash-consistent point across all disks of the machine.</summary>
/// <param name="Item">The item's name.</param>
/// <param name="Label">A label of at most 64 characters.</param>
public sealed record CreateRecoveryPoint(string Item, string Label) : ItemCommand(Item);

/// <summary>Starts a copy of a point at the target, isolated from production (FO-01).</summary>
/// <param name="Item">The item's name.</param>
/// <param name="PointId">The point; null for the newest listed one.</param>
/// <param name="Network">Network to attach; null for none (isolated).</param>
public sealed record StartTestFailover(string Item, Guid? PointId, string? Network) : ItemCommand(Item);

/// <summary>Removes the machine and disks of a test failover.</summary>
/// <param name="Item">The item's name.</param>
public sealed record CleanUpTestFailover(string Item) : ItemCommand(Item);

/// <summary>Unplanned failover, in either direction (FO-03, FB-02).</summary>
/// <param name="Item">The item's name.</param>
/// <param name="PointId">The point; null for the latest: everything the target received is processed first.</param>
/// <param name="ShutDownSource">Shut the source down and send its last changes first, where it can be reached.</param>
public sealed record StartFailover(string Item, Guid? PointId, bool ShutDownSource) : ItemCommand(Item);

/// <summary>Ends a failover; drops the other points (FO-07). After a failback the Azure machine is removed (FB-04).</summary>
/// <param name="Item">The item's name.</param>
public sealed record CommitFailover(string Item) : ItemCommand(Item);

/// <summary>Replicates from the now active side back to the other one (RP-01, RP-02).</summary>
/// <param name="Item">The item's name.</param>
/// <param name="MasterTarget">Master target on a VMware site; null takes the first one of the machine's operating system family.</param>
/// <param name="ProcessServer">Process server; null takes the only one.</param>
public sealed record Reprotect(string Item, string? MasterTarget = null, string? ProcessServer = null) : ItemCommand(Item);

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
