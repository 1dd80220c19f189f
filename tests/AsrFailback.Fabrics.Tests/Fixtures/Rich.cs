namespace AsrFailback.Fabrics.Tests;

/// <summary>Valid inventories that use much of what there is.</summary>
internal static class Rich
{
    public const string Site = """
        {
          "version": 2, "kind": "VMware", "vCenter": "vcenter01",
          "configurationServer": { "name": "cs01", "address": "10.0.0.4", "connected": true, "dataPort": 9443, "accountRights": "Full" },
          "connection": { "kind": "ExpressRoutePrivate", "latencyMilliseconds": 12.5, "megabitsPerSecond": 900 },
          "freeMachineQuota": 40,
          "hosts": [
            { "name": "esxi01", "licence": "Licensed", "hypervisor": "ESXi", "discovered": true, "freeMemoryBytes": 68719476736 },
            { "name": "esxi02", "licence": "Evaluation", "discovered": false }
          ],
          "datastores": [
            { "name": "ds1", "type": "VMFS", "folder": "stores/ds1", "hosts": ["esxi01", "esxi02"] },
            { "name": "ds2", "type": "vSAN", "folder": "stores/ds2", "hosts": ["esxi01"], "readOnlyHosts": ["esxi02"], "accessible": false }
          ],
          "networks": ["VM Network", "Isolated"],
          "subnets": [ { "networkName": "VM Network", "prefix": "10.0.0.0/24" }, { "networkName": "Isolated", "prefix": "fd00::/64" } ],
          "masterTargets": [
            {
              "name": "mt01", "operatingSystem": "Linux", "host": "esxi01", "diskEnableUuid": "TRUE", "toolsInstalled": true,
              "hasSnapshots": false, "attachedDisks": 3, "scsiControllers": ["lsilogic"], "storageVMotion": false, "datastore": "ds1",
              "diskUuids": ["6000c293-0000"], "lastHeartbeatUtc": "2030-01-01T00:00:00Z",
              "retentionVolumes": [
                { "name": "/mnt/retention", "folder": "retention/a", "fileSystem": "ext4", "capacityBytes": 107374182400, "locked": false },
                { "name": "/mnt/second", "folder": "retention/b", "usedFor": "replication target", "isCache": true, "addedUtc": "2030-01-01T00:00:00Z" }
              ],
              "setup": {
                "configurationServer": "cs01", "distribution": "CentOS 6.6 minimal", "staticAddress": true,
                "mounts": { "/": "ext4", "/boot": "ext4" }, "packages": ["lsscsi", "wget"], "customChangesApplied": true, "rebooted": true
              }
            },
            {
              "name": "mt02", "operatingSystem": "Windows", "host": "esxi02", "toolsInstalled": true, "hasSnapshots": true, "attachedDisks": 2,
              "retentionVolumes": [ { "name": "R:", "folder": "retention/c", "fileSystem": "NTFS" } ], "setup": { "scaleOut": true }
            }
          ],
          "processServers": [
            { "name": "ps1", "port": 9443, "closedPorts": [443], "answers": true, "reachesConfigurationServer": false, "address": "10.0.0.5" },
            { "name": "ps2", "port": 9444, "network": "VM Network", "administratorName": "admin", "addedUtc": "2030-01-01T00:00:00Z" }
          ],
          "cacheFolder": "cache"
        }
        """;

    public const string Machine = """
        {
          "version": 2, "uuid": "7a1d6a3e-0000-4000-8000-000000000001", "operatingSystem": "Windows", "host": "esxi01",
          "nics": [
            { "name": "Network adapter 1", "network": "VM Network", "primary": true, "address": "10.0.1.7", "addressIsStatic": true, "addressIsPublic": false, "targetAddress": "10.1.1.7" },
            { "name": "Network adapter 2", "network": "Isolated", "primary": false, "addressIsStatic": false, "addressIsPublic": false }
          ],
          "disks": [
            { "name": "os", "file": "stores/ds1/web01/os.vmdk", "capacityBytes": 1048576, "uuid": "6000c293-0001" },
            { "name": "data", "file": "stores/ds2/web01/data.vmdk", "capacityBytes": 2097152 }
          ],
          "memoryBytes": 4294967296, "snapshots": 2, "snapshotsMerge": false, "resourceGroup": "rg1",
          "guest": {
            "version": "Windows Server 2022", "answers": true, "reachesConfigurationServer": true, "agentInstalled": true, "agentServiceRunning": true,
            "bootsInAzure": true
          }
        }
        """;

    public static string Of(string file) => file == "site.json" ? Site : Machine;
}
