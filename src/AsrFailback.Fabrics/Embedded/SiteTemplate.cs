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

        (kind == FabricKind.VMware ? (Action<IFileSystem, string>)CreateVMware : CreateAzure)(files, root);
    }

    /// <summary>A VMware site: vCenter, two hosts, two VMFS datastores, configuration, process and master target server.</summary>
    public static void CreateVMware(IFileSystem files, string root) => EmbeddedSite.Create(files, root, new SiteDocument
    {
        Version = SiteDocument.CurrentVersion,
        Kind = FabricKind.VMware,
        VCenter = "vcenter01",
        ConfigurationServer = "cs01",
        Hosts = [new("esxi01", "Licensed"), new("esxi02", "Licensed")],
        Datastores =
        [
            new("datastore1", "VMFS", "datastores/datastore1", ["esxi01", "esxi02"]),
            new("datastore2", "VMFS", "datastores/datastore2", ["esxi01", "esxi02"]),
        ],
        Networks = ["VM Network"],
        MasterTargets = [new("mt01", "Linux", "esxi01", "retention", "TRUE", true, false, "lsilogic", 2)],
        ProcessServers = [new("ps-onprem", 9443)],
    });

    /// <summary>An Azure region: a storage account for disks, a network, a process server.</summary>
    public static void CreateAzure(IFileSystem files, string root) => EmbeddedSite.Create(files, root, new SiteDocument
    {
        Version = SiteDocument.CurrentVersion,
        Kind = FabricKind.Azure,
        Datastores = [new("disks", "StorageAccount", "disks", [])],
        Networks = ["vnet-recovery"],
        ProcessServers = [new("ps-azure", 9443)],
    });
}
