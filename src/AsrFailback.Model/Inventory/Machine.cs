using System.Text.Json.Serialization;

namespace AsrFailback;

/// <summary>Power of a machine as the fabric sees it; the fabric is the truth for power and disks.</summary>
public enum PowerState
{
    /// <summary>Switched off.</summary>
    Off,

    /// <summary>Running.</summary>
    On,
}

/// <summary>A disk of a machine. Capacity in bytes.</summary>
/// <param name="Name">Name within the machine.</param>
/// <param name="File">The image's path relative to the site's folder.</param>
/// <param name="CapacityBytes">What the guest sees, in bytes.</param>
public sealed record MachineDisk(string Name, string File, long CapacityBytes)
{
    /// <summary>The UUID the hypervisor shows to the guest; null when it is not known (RP-12).</summary>
    public string? Uuid { get; init; }

    /// <summary>Whether its image is there; filled in by queries.</summary>
    [JsonIgnore]
    public bool Present { get; init; } = true;

    /// <summary>The datastore the image lies on; filled in by queries, null where none holds it.</summary>
    [JsonIgnore]
    public string? Datastore { get; init; }
}

/// <summary>What is known of the system inside a machine.</summary>
public sealed record Guest
{
    /// <summary>What nothing special is known of.</summary>
    public static readonly Guest Usual = new();

    /// <summary>Version of the operating system, for example <c>Windows Server 2008 R2 SP1</c>; null when it is not known (RP-10).</summary>
    public string? Version { get; init; }

    /// <summary>Whether the configuration server can reach it (RP-13).</summary>
    public bool Answers { get; init; } = true;

    /// <summary>Whether it can reach the configuration server (ER 95226).</summary>
    public bool ReachesConfigurationServer { get; init; } = true;

    /// <summary>Whether the mobility agent is installed (TO-06).</summary>
    public bool AgentInstalled { get; init; } = true;

    /// <summary>Whether the agent's service runs and starts by itself (ER 95226).</summary>
    public bool AgentServiceRunning { get; init; } = true;

    /// <summary>Whether its drivers and boot loader let it start in Azure.</summary>
    public bool BootsInAzure { get; init; } = true;
}

/// <summary>A machine at a site.</summary>
/// <param name="Name">Its name at the site.</param>
/// <param name="Uuid">Its identity (MT-11).</param>
/// <param name="OperatingSystem"><c>Linux</c> or <c>Windows</c>.</param>
/// <param name="Host">The host it runs on; empty in Azure.</param>
/// <param name="Nics">Its network interfaces in order, one to <see cref="MaxNics"/> (FO-12).</param>
/// <param name="Disks">Disks in order.</param>
/// <param name="Power">Running or not.</param>
/// <param name="Epoch">The epoch it was last powered on under; 0 before the first.</param>
public sealed record Machine(
    string Name, Guid Uuid, string OperatingSystem, string Host, IReadOnlyList<MachineNic> Nics, IReadOnlyList<MachineDisk> Disks, PowerState Power, long Epoch)
{
    /// <summary>Network interfaces of a machine at most: Azure makes no more.</summary>
    public const int MaxNics = 8;

    /// <summary>The fabric it belongs to; filled in by queries, not stored with it.</summary>
    [JsonIgnore]
    public string Fabric { get; init; } = "";

    /// <summary>Its network interfaces in order.</summary>
    public IReadOnlyList<MachineNic> Nics { get; init; } = Indexable.Of(Nics);

    /// <summary>Its primary network interface; null for a machine without any.</summary>
    [JsonIgnore]
    public MachineNic? PrimaryNic => Nics.FirstOrDefault(nic => nic.Primary);

    /// <summary>The network of its primary interface; null when that is isolated.</summary>
    [JsonIgnore]
    public string? Network => PrimaryNic?.Network;

    /// <summary>Disks in order.</summary>
    public IReadOnlyList<MachineDisk> Disks { get; init; } = Indexable.Of(Disks);

    /// <summary>Memory in bytes; null when it is not known (ER 8038).</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Snapshots on its disks (RP-05).</summary>
    public int Snapshots { get; init; }

    /// <summary>Whether its snapshots can be merged (RP-05).</summary>
    public bool SnapshotsMerge { get; init; } = true;

    /// <summary>Its resource group in Azure; null elsewhere, or when it is not known (RP-08).</summary>
    public string? ResourceGroup { get; init; }

    /// <summary>Its cloud at a VMM site; null elsewhere. Filled in by queries, not stored with it (FO-06).</summary>
    [JsonIgnore]
    public string? Cloud { get; init; }

    /// <summary>Whether its disks hold only a part of what a failback was sending to them: it cannot be switched on (FB-06).</summary>
    public bool Inconsistent { get; init; }

    /// <summary>What is known of the system inside.</summary>
    public Guest Guest { get; init; } = Guest.Usual;

    /// <summary>When it was switched on last, UTC; null when it never was.</summary>
    public DateTimeOffset? BootedUtc { get; init; }

    /// <summary>When its agent registered after that, UTC; null while it has not (TO-06).</summary>
    public DateTimeOffset? AgentRegisteredUtc { get; init; }
}
