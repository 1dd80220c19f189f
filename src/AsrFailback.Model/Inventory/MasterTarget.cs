using System.Text.Json.Serialization;

namespace AsrFailback;

/// <summary>A master target (MT).</summary>
/// <param name="Name">Its name.</param>
/// <param name="OperatingSystem"><c>Linux</c> or <c>Windows</c> (MT-01).</param>
/// <param name="Host">The host it runs on.</param>
/// <param name="DiskEnableUuid">The value of <c>disk.EnableUUID</c>; null when the row is missing (MT-02).</param>
/// <param name="ToolsInstalled">VMware Tools (MT-04).</param>
/// <param name="HasSnapshots">Snapshots on its disks (MT-06).</param>
/// <param name="AttachedDisks">Disks attached now, system and retention disks counted, those of machines that replicate home not (MT-08).</param>
public sealed record MasterTarget(
    string Name, string OperatingSystem, string Host, string? DiskEnableUuid, bool ToolsInstalled, bool HasSnapshots, int AttachedDisks)
{
    /// <summary>Types of its SCSI controllers, for example <c>lsilogic</c>, <c>pvscsi</c> (MT-07).</summary>
    public IReadOnlyList<string> ScsiControllers { get; init; } = ["lsilogic"];

    /// <summary>Its retention volumes (MT-09); the first usable one is taken when none is named.</summary>
    public IReadOnlyList<RetentionVolume> RetentionVolumes { get; init; } = [];

    /// <summary>Whether Storage vMotion may move its disks (MT-03).</summary>
    public bool StorageVMotion { get; init; }

    /// <summary>The datastore its own disks lie on; null when it is not known (MT-03).</summary>
    public string? Datastore { get; init; }

    /// <summary>The UUIDs of its own disks, as far as they are known (RP-12).</summary>
    public IReadOnlyList<string> DiskUuids { get; init; } = [];

    /// <summary>When it reported last, UTC; null where heartbeats are not recorded.</summary>
    public DateTimeOffset? LastHeartbeatUtc { get; init; }

    /// <summary>How it was set up; null when that was not written down (MT-12).</summary>
    public MasterTargetSetup? Setup { get; init; }

    /// <summary>The fabric it belongs to; filled in by queries, not stored with it.</summary>
    [JsonIgnore]
    public string Fabric { get; init; } = "";
}

/// <summary>A volume of a master target on which points in time are kept (MT-09).</summary>
/// <param name="Name">Its name there: <c>/mnt/retention</c>, <c>R:</c>.</param>
/// <param name="Folder">The folder that stands for it, relative to the site.</param>
public sealed record RetentionVolume(string Name, string Folder)
{
    /// <summary>The file system on it; null when it is not known.</summary>
    public string? FileSystem { get; init; }

    /// <summary>Capacity in bytes; null when it is not known.</summary>
    public long? CapacityBytes { get; init; }

    /// <summary>Whether it is locked.</summary>
    public bool Locked { get; init; }

    /// <summary>What else it is used for, for example <c>replication target</c>; null for nothing.</summary>
    public string? UsedFor { get; init; }

    /// <summary>Whether a process server or the master target itself is installed on it.</summary>
    public bool IsCache { get; init; }

    /// <summary>When it was added, UTC; null when it was always there. It shows after some time, or after a refresh (TO-10).</summary>
    public DateTimeOffset? AddedUtc { get; init; }
}

/// <summary>What the set-up checklist of a master target asks for (MT-12); a field that is null was not written down.</summary>
public sealed record MasterTargetSetup
{
    /// <summary>Windows: set up with the choice that adds a process server to scale out.</summary>
    public bool? ScaleOut { get; init; }

    /// <summary>Windows: the address of the configuration server that was given to the unified set-up.</summary>
    public string? ConfigurationServerAddress { get; init; }

    /// <summary>Windows: the passphrase of the configuration server was given and taken.</summary>
    public bool? PassphraseAccepted { get; init; }

    /// <summary>Linux: the boot loader lies on the root partition.</summary>
    public bool? BootLoaderOnRoot { get; init; }

    /// <summary>Linux: it reaches the internet.</summary>
    public bool? InternetAccess { get; init; }

    /// <summary>Linux: the unified agent for RHEL6-64 was unpacked.</summary>
    public bool? AgentUnpacked { get; init; }

    /// <summary>Linux: mode of the script with the custom changes, for example <c>755</c>.</summary>
    public string? CustomChangesMode { get; init; }

    /// <summary>The configuration server it was registered with.</summary>
    public string? ConfigurationServer { get; init; }

    /// <summary>Distribution and release, for example <c>CentOS 6.6 minimal</c>.</summary>
    public string? Distribution { get; init; }

    /// <summary>Linux: its address is static and the connection comes up by itself.</summary>
    public bool? StaticAddress { get; init; }

    /// <summary>Linux: file system by mount point.</summary>
    public IReadOnlyDictionary<string, string>? Mounts { get; init; }

    /// <summary>Linux: installed packages.</summary>
    public IReadOnlyList<string>? Packages { get; init; }

    /// <summary>Linux: the script with the custom changes ran once and succeeded.</summary>
    public bool? CustomChangesApplied { get; init; }

    /// <summary>Rebooted after that.</summary>
    public bool? Rebooted { get; init; }
}
