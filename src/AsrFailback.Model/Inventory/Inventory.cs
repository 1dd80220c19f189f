using System.Text.Json.Serialization;

namespace AsrFailback;

/// <summary>The kinds of site a vault can hold (TO-01) that this version runs.</summary>
public enum FabricKind
{
    /// <summary>A VMware site: vCenter or stand-alone ESXi.</summary>
    VMware,

    /// <summary>An Azure region.</summary>
    Azure,
}

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
public sealed record MachineDisk(string Name, string File, long CapacityBytes);

/// <summary>A machine at a site.</summary>
/// <param name="Name">Its name at the site.</param>
/// <param name="Uuid">Its identity (MT-11).</param>
/// <param name="OperatingSystem"><c>Linux</c> or <c>Windows</c>.</param>
/// <param name="Host">The host it runs on; empty in Azure.</param>
/// <param name="Network">The network it is attached to; null when isolated.</param>
/// <param name="Disks">Disks in order.</param>
/// <param name="Power">Running or not.</param>
/// <param name="Epoch">The epoch it was last powered on under; 0 before the first.</param>
public sealed record Machine(
    string Name, Guid Uuid, string OperatingSystem, string Host, string? Network, IReadOnlyList<MachineDisk> Disks, PowerState Power, long Epoch)
{
    /// <summary>The fabric it belongs to; filled in by queries, not stored with it.</summary>
    [JsonIgnore]
    public string Fabric { get; init; } = "";
}

/// <summary>A datastore. Bytes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type"><c>VMFS</c>, <c>vSAN</c>, <c>NFS</c>; <c>StorageAccount</c> in Azure.</param>
/// <param name="Hosts">The hosts that mount it read/write.</param>
public sealed record Datastore(string Name, string Type, IReadOnlyList<string> Hosts)
{
    /// <summary>The fabric it belongs to; filled in by queries, not stored with it.</summary>
    [JsonIgnore]
    public string Fabric { get; init; } = "";
}

/// <summary>An ESXi host.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Licence"><c>Licensed</c>, <c>Evaluation</c> or <c>Free</c> (RP-09).</param>
public sealed record EsxiHost(string Name, string Licence)
{
    /// <summary>The fabric it belongs to; filled in by queries, not stored with it.</summary>
    [JsonIgnore]
    public string Fabric { get; init; } = "";
}

/// <summary>A master target (MT).</summary>
/// <param name="Name">Its name.</param>
/// <param name="OperatingSystem"><c>Linux</c> or <c>Windows</c> (MT-01).</param>
/// <param name="Host">The host it runs on.</param>
/// <param name="RetentionVolume">Folder of its retention volume, relative to the site.</param>
/// <param name="DiskEnableUuid">The value of <c>disk.EnableUUID</c>; null when the row is missing (MT-02).</param>
/// <param name="ToolsInstalled">VMware Tools (MT-04).</param>
/// <param name="HasSnapshots">Snapshots on its disks (MT-06).</param>
/// <param name="ScsiController">Its SCSI controller (MT-07).</param>
/// <param name="AttachedDisks">Disks attached now (MT-08).</param>
public sealed record MasterTarget(
    string Name, string OperatingSystem, string Host, string RetentionVolume, string? DiskEnableUuid, bool ToolsInstalled,
    bool HasSnapshots, string ScsiController, int AttachedDisks)
{
    /// <summary>The fabric it belongs to; filled in by queries, not stored with it.</summary>
    [JsonIgnore]
    public string Fabric { get; init; } = "";
}

/// <summary>A process server (TO-04).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Port">Data port.</param>
public sealed record ProcessServer(string Name, int Port)
{
    /// <summary>The fabric it belongs to; filled in by queries, not stored with it.</summary>
    [JsonIgnore]
    public string Fabric { get; init; } = "";
}

/// <summary>A network of a site.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Fabric">The fabric it belongs to.</param>
public sealed record Network(string Name, string Fabric);

/// <summary>A configuration server (TO-03).</summary>
/// <param name="Name">Its name.</param>
/// <param name="VCenter">The vCenter it discovers; null without one.</param>
/// <param name="Fabric">The fabric it belongs to.</param>
public sealed record ConfigurationServer(string Name, string? VCenter, string Fabric);

/// <summary>Everything the checks look at, of one site, at one moment; any home can fill it.</summary>
public sealed record InventorySnapshot
{
    /// <summary>The fabric's name.</summary>
    public required string Fabric { get; init; }

    /// <summary>Its kind.</summary>
    public required FabricKind Kind { get; init; }

    /// <summary>Whether the site answers at all.</summary>
    public required bool Reachable { get; init; }

    /// <summary>Whether the site-to-site link is up (TO-07).</summary>
    public required bool Connected { get; init; }

    /// <summary>Name of the vCenter; null without one.</summary>
    public string? VCenter { get; init; }

    /// <summary>Name of the configuration server; null where there is none.</summary>
    public string? ConfigurationServer { get; init; }

    /// <summary>Hosts.</summary>
    public IReadOnlyList<EsxiHost> Hosts { get; init; } = [];

    /// <summary>Datastores.</summary>
    public IReadOnlyList<Datastore> Datastores { get; init; } = [];

    /// <summary>Networks, by name.</summary>
    public IReadOnlyList<string> Networks { get; init; } = [];

    /// <summary>Master targets.</summary>
    public IReadOnlyList<MasterTarget> MasterTargets { get; init; } = [];

    /// <summary>Process servers.</summary>
    public IReadOnlyList<ProcessServer> ProcessServers { get; init; } = [];

    /// <summary>Machines.</summary>
    public IReadOnlyList<Machine> Machines { get; init; } = [];
}
