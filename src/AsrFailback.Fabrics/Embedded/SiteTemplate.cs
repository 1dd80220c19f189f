using AsrFailback.Core.Readiness;
using AsrFailback.Replication.IO;

namespace AsrFailback.Fabrics.Embedded;

/// <summary>The inventories of a new pair of sites: enough of each kind to fail over and to come home.</summary>
public static class SiteTemplate
{
    /// <summary>Begins a site of a kind in a folder that has no <c>site.json</c>; one that is there is left as it is.</summary>
    public static void CreateIfMissing(IFileSystem files, string root, FabricKind kind)
    {
        if (files.Exists(Path.Combine(root, "site.json")))
        {
            return;
        }

        EmbeddedSite.Create(files, root, kind.IsVSphere() ? VMware(kind) : kind == FabricKind.Azure ? Azure : kind.IsHyperV() ? HyperV(kind) : Physical);
    }

    /// <summary>A VMware site: vCenter, two hosts, two VMFS datastores, configuration, process and master target server.</summary>
    public static void CreateVMware(IFileSystem files, string root) => EmbeddedSite.Create(files, root, VMware(FabricKind.VMware));

    /// <summary>An Azure region: a storage account for disks, a network, a process server.</summary>
    public static void CreateAzure(IFileSystem files, string root) => EmbeddedSite.Create(files, root, Azure);

    /// <summary>A well-prepared master target (MT).</summary>
    public static MasterTarget WellPrepared(string name, string operatingSystem, string host, string retentionFolder) =>
        new(name, operatingSystem, host, DiskEnableUuid: "TRUE", ToolsInstalled: true, HasSnapshots: false, AttachedDisks: 2)
        {
            RetentionVolumes = [UsualVolume(operatingSystem, retentionFolder)],
        };

    /// <summary>A retention volume with the name it usually has on an operating system (MT-09).</summary>
    public static RetentionVolume UsualVolume(string operatingSystem, string folder) =>
        new(MasterTargetRules.UsualVolume(operatingSystem), folder);

    private static SiteDocument VMware(FabricKind kind) => new()
    {
        Version = SiteDocument.CurrentVersion,
        Kind = kind,
        VCenter = "vcenter01",
        ConfigurationServer = new("cs01"),
        Hosts = [new("esxi01", "Licensed"), new("esxi02", "Licensed")],
        Datastores =
        [
            new("datastore1", "VMFS", "datastores/datastore1", ["esxi01", "esxi02"]),
            new("datastore2", "VMFS", "datastores/datastore2", ["esxi01", "esxi02"]),
        ],
        Networks = ["VM Network"],
        MasterTargets = [WellPrepared("mt01", "Linux", "esxi01", "retention") with { Datastore = "datastore1" }],
        ProcessServers = [new("ps-onprem", ProcessServer.UsualPort)],
    };

    private static SiteDocument Azure => new()
    {
        Version = SiteDocument.CurrentVersion,
        Kind = FabricKind.Azure,
        Datastores = [new("disks", "StorageAccount", "disks", [])],
        Networks = ["vnet-recovery"],
        ProcessServers = [new("ps-azure", ProcessServer.UsualPort)],
    };

    private static SiteDocument HyperV(FabricKind kind) => new()
    {
        Version = SiteDocument.CurrentVersion,
        Kind = kind,
        VmmServer = kind == FabricKind.Vmm ? "vmm01" : null,
        Clouds = kind == FabricKind.Vmm ? [new("cloud01")] : [],
        Hosts = [HyperVHost("hv01"), HyperVHost("hv02")],
        Datastores = [new("volume1", "Volume", "volumes/volume1", ["hv01", "hv02"])],
        Networks = ["Production"],
    };

    private static EsxiHost HyperVHost(string name) =>
        new(name, "Licensed") { Hypervisor = "Hyper-V", OperatingSystem = "Windows Server 2012 R2", Switches = ["Production"] };

    private static SiteDocument Physical => new()
    {
        Version = SiteDocument.CurrentVersion,
        Kind = FabricKind.Physical,
        Datastores = [new("disks", "Volume", "disks", [])],
        Networks = ["LAN"],
        ProcessServers = [new("ps-onprem", ProcessServer.UsualPort)],
    };
}
