using System.Text.Json.Serialization;

namespace AsrFailback;

/// <summary>A command on one site of the vault.</summary>
/// <param name="Fabric">The fabric's name.</param>
public abstract record FabricCommand(string Fabric) : FailbackCommand
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Target => Fabric;
}

/// <summary>Adds an embedded site to the vault.</summary>
/// <param name="Name">The fabric's name.</param>
/// <param name="Path">The site's folder, holding <c>site.json</c>; a relative one begins at the folder that holds the vault.</param>
/// <param name="Type">The kind of site to begin in a folder without <c>site.json</c>; null for a site that is there.</param>
public sealed record AddFabric(string Name, string Path, FabricKind? Type = null) : FabricCommand(Name);

/// <summary>Forgets a site that no item uses; its folder and machines stay.</summary>
/// <param name="Fabric">The fabric's name.</param>
public sealed record RemoveFabric(string Fabric) : FabricCommand(Fabric);

/// <summary>Registers a process server with a site (TO-04); one that is registered is changed.</summary>
/// <param name="Fabric">The fabric's name.</param>
/// <param name="Server">The server.</param>
public sealed record RegisterProcessServer(string Fabric, ProcessServer Server) : FabricCommand(Fabric);

/// <summary>Takes a process server off a site; not while an item replicates through it.</summary>
/// <param name="Fabric">The fabric's name.</param>
/// <param name="Name">The server's name.</param>
public sealed record UnregisterProcessServer(string Fabric, string Name) : FabricCommand(Fabric);

/// <summary>Registers a master target with a VMware site (MT); one that is registered is changed.</summary>
/// <param name="Fabric">The fabric's name.</param>
/// <param name="Name">The server's name.</param>
/// <param name="Host">The host it runs on.</param>
/// <param name="OperatingSystem"><c>Linux</c> or <c>Windows</c>; null keeps what is known, or takes Linux.</param>
/// <param name="RetentionVolume">Folder of its retention volume, relative to the site; null keeps what is known, or takes <c>retention</c>.</param>
/// <param name="Datastore">The datastore its own disks lie on; null keeps what is known, or takes the first that its host can use (MT-03).</param>
public sealed record RegisterMasterTarget(
    string Fabric, string Name, string Host, string? OperatingSystem = null, string? RetentionVolume = null, string? Datastore = null) : FabricCommand(Fabric);

/// <summary>Takes a master target off a site; not while an item replicates through it.</summary>
/// <param name="Fabric">The fabric's name.</param>
/// <param name="Name">The server's name.</param>
public sealed record UnregisterMasterTarget(string Fabric, string Name) : FabricCommand(Fabric);

/// <summary>Makes a machine at a site from copies of disk images.</summary>
/// <param name="Fabric">The fabric's name.</param>
/// <param name="Name">The machine's name.</param>
/// <param name="OperatingSystem"><c>Linux</c> or <c>Windows</c>.</param>
/// <param name="Images">Absolute paths of the images (raw, VMDK, VHD; with qemu-img VHDX, qcow2, VDI); read, never written.</param>
public sealed record ImportMachine(string Fabric, string Name, string OperatingSystem, IReadOnlyList<string> Images) : FabricCommand(Fabric)
{
    /// <summary>The machine, so that the job can be piped to what needs one.</summary>
    public override string Target => Name;
}
