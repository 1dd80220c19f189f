namespace AsrFailback.Engine.Tests;

/// <summary>Every rule that an inventory or a machine file can break, by the stage it belongs to.</summary>
internal static class RuleTables
{
    // check | error:code | what breaks it alone | what meets it
    private const string ReprotectHome = """
        SourceReachable              | SiteUnreachable                      | azure/state:reachable=false                                    |
        TargetReachable              | SiteUnreachable                      | home/state:reachable=false                                     |
        SitesConnected               | ConfigurationServerUnreachable:95226 | azure/state:connected=false                                    |
        SitesConnected               | ConfigurationServerUnreachable:95226 | home/state:connected=false                                     |
        TargetHypervisor             | TargetNotEsxi                        | home:kind=HyperV                                               |
        TargetNotPhysical            | TargetPhysical                       | home:kind=Physical                                             |
        HomeDiscovered               | SiteNotDiscovered                    | fabric=nowhere                                                 | fabric=ONPREM
        ConnectionHome               | ConnectionUnsuitable                 | home:connection.kind=Internet                                  | home:connection.kind=SiteToSiteVpn
        ConnectionHome               | ConnectionUnsuitable                 | home:connection.kind=ExpressRoutePublic                        | home:connection.kind=ExpressRoutePrivate
        ~Latency                     | ConnectionSlow                       | home:connection={"kind":"ExpressRoutePrivate","latencyMilliseconds":100.5} | home:connection={"kind":"ExpressRoutePrivate","latencyMilliseconds":100}
        ~Bandwidth                   | ConnectionNarrow                     | home:connection={"kind":"ExpressRoutePrivate","megabitsPerSecond":9.5}     | home:connection={"kind":"ExpressRoutePrivate","megabitsPerSecond":10}
        NotCreatedInAzure            | MachineCreatedInAzure                | item/web01:homeKind=Azure                                      |
        MachineExists                | MachineDeleted                       | azure/web01:-                                                  |
        MachineExists                | MachineRenamed:28175                 | azure/web01:>web09                                             |
        ResourceGroup                | MachineMoved                         | azure/web01:resourceGroup=rg2                                  | azure/web01:resourceGroup=RG1
        MachineRunning               | MachineNotRunning:78093              | azure/web01/state:power=Off                                    |
        MachineRunning               | MachineNotRunning:78093              | azure/web01:guest.answers=false                                |
        AgentRegistered              | AgentNotRegistered                   | azure/web01:guest.agentInstalled=false                         |
        AgentRegistered              | AgentNotRegisteredYet                | azure/web01/state:bootedUtc=2020-01-01T00:30:01Z              | azure/web01/state:bootedUtc=2020-01-01T00:30:00Z
        AgentPath                    | ConfigurationServerUnreachable:95226 | azure/web01:guest.reachesConfigurationServer=false             |
        AgentPath                    | ConfigurationServerUnreachable:95226 | azure/web01:guest.agentServiceRunning=false                    |
        OperatingSystemReturns       | PhysicalWindows2008                  | item/web01:homeKind=Physical azure/web01:guest.version=Windows~Server~2008~R2~SP1~Standard | item/web01:homeKind=Physical azure/web01:guest.version=Windows~Server~2012~R2
        NoNamesake                   | NameClash:78052                      | home/web01:uuid=7a1d6a3e-0000-4000-8000-000000000002           |
        ReplicaName                  | ReplicaRenamed                       | home/web01:>web09                                              | home/web01:-
        DisksOfItsOwn                | DiskShared                           | home/web02:disks.0.file=datastores/datastore1/web01/disk0.vmdk | home/web02:disks.0.file=datastores/datastore1/web03/disk0.vmdk
        DisksOfItsOwn                | DiskShared                           | home/web01:- home/web02:disks.0.file=datastores/datastore2/web01/disk0.vmdk | home/web01:- home/web02:disks.0.file=datastores/datastore2/web011/disk0.vmdk
        ~HomeMachineOff              | HomeMachineRuns                      | home/web01/state:power=On                                      |
        SnapshotsMerge               | SnapshotMergeFails                   | home/web01:snapshots=2 home/web01:snapshotsMerge=false         | home/web01:snapshots=2
        ConfigurationServer          | NoConfigurationServer                | home:configurationServer-                                      |
        ConfigurationServerConnected | ConfigurationServerDown              | home:configurationServer.connected=false                       |
        ConfigurationDatabase        | SiteInvalid                          | home/db:machines=[5]                                           |
        ConfigurationDatabase        | DatabaseMissing                      | home/db:-                                                      |
        AccountRights                | AccountReadOnly                      | home:configurationServer.accountRights=ReadOnly                | home:configurationServer.accountRights=full
        MachineFindsServer           | MachineAtOldAddress                  | home:configurationServer.address=10.0.0.9 home/db:addresses={"web01":"10.0.0.2"} | home:configurationServer.address=10.0.0.9 home/db:addresses={"WEB01":"10.0.0.9","web02":"10.0.0.2"}
        MachineKnown                 | MachineNotKnown                      | home/db:machines=["web02"]                                     | home/db:machines=["WEB01"]
        ProcessServer                | NoProcessServer                      | azure:processServers=[] home:processServers=[]                 | azure:processServers=[]
        ProcessServer                | NoProcessServer                      | ps=ps9                                                         | ps=PS-AZURE
        ProcessServerShows           | ProcessServerNew                     | ps=ps-azure azure:processServers.0.addedUtc=2020-01-01T00:15:01Z | ps=ps-azure azure:processServers.0.addedUtc=2020-01-01T00:15:00Z
        ProcessServerShows           | ProcessServerNew                     | ps=ps-azure azure:processServers.0.addedUtc=2020-01-01T00:20:00Z home/state:refreshedUtc=2020-01-01T00:25:00Z | ps=ps-azure azure:processServers.0.addedUtc=2020-01-01T00:20:00Z azure/state:refreshedUtc=2020-01-01T00:25:00Z
        ProcessServerAnswers         | ProcessServerSilent                  | ps=ps-azure azure:processServers.0.answers=false               | azure:processServers.0.answers=false
        ProcessServerHeartbeat       | ProcessServerHeartbeat               | ps=ps-azure azure:processServers.0.lastHeartbeatUtc=2020-01-01T00:14:59Z | ps=ps-azure azure:processServers.0.lastHeartbeatUtc=2020-01-01T00:15:00Z
        ProcessServerPorts           | ProcessServerPortClosed              | ps=ps-azure azure:processServers.0.closedPorts=[443]           | ps=ps-azure azure:processServers.0.closedPorts=[80]
        ProcessServerPorts           | ProcessServerPortClosed              | ps=ps-azure azure:processServers.0.closedPorts=[9443]          | azure:processServers.0.closedPorts=[9443]
        ProcessServerDataPort        | ProcessServerPort                    | home:configurationServer.dataPort=9444                         | home:configurationServer.dataPort=9444 azure:processServers.0.port=9444
        ProcessServerPath            | ProcessServerCut                     | ps=ps-azure azure:processServers.0.reachesConfigurationServer=false | azure:processServers.0.reachesConfigurationServer=false
        ~ProcessServerPlace          | ProcessServerOnPremises              | ps=ps-onprem home:connection.kind=SiteToSiteVpn                | ps=ps-onprem home:connection.kind=ExpressRoutePrivate
        ProtectionGroup              | ProtectionGroupMismatch              | pg=onprem-azure                                                | pg=onprem-azure_Failback
        Policy                       | PolicyMismatch                       | policy=web01-policy                                            | policy=onprem-failback
        MasterTarget                 | NoMasterTarget                       | home:masterTargets=[]                                          |
        MasterTarget                 | NoMasterTarget                       | mt=mt9                                                         | mt=MT01
        MasterTarget                 | NoMasterTarget                       | home:masterTargets.0.operatingSystem=Windows                   |
        MasterTargetFamily           | MasterTargetFamily                   | mt=mt01 home:masterTargets.0.operatingSystem=Windows           | mt=mt01
        DiskEnableUuid               | DiskEnableUuid                       | home:masterTargets.0.diskEnableUuid=FALSE                      | home:masterTargets.0.diskEnableUuid=True
        DiskEnableUuid               | DiskEnableUuid                       | home:masterTargets.0.diskEnableUuid="\"TRUE\""                 | home:masterTargets.0.diskEnableUuid="true"
        DiskEnableUuid               | DiskEnableUuid                       | home:masterTargets.0.diskEnableUuid-                           |
        NoStorageVMotion             | MasterTargetStorageVMotion           | home:masterTargets.0.storageVMotion=true                       |
        VMwareTools                  | MasterTargetTools                    | home:masterTargets.0.toolsInstalled=false                      |
        MasterTargetDatastore        | DatastoresNfsOnly                    | home:datastores.*.type=NFS                                     | home:datastores.*.type=vSAN
        MasterTargetDatastore        | MasterTargetDatastore                | home:datastores.*.hosts=["esxi02"]                             | home:datastores.1.hosts=["esxi02"]
        NoSnapshots                  | MasterTargetSnapshots                | home:masterTargets.0.hasSnapshots=true                         |
        ScsiController               | MasterTargetController               | home:masterTargets.0.scsiControllers=["lsilogic","pvscsi"]     | home:masterTargets.0.scsiControllers=["lsilogicsas"]
        ScsiController               | MasterTargetController               | home:masterTargets.0.scsiControllers=["VMware~Paravirtual","LsiLogic"] | home:masterTargets.0.scsiControllers=["buslogic","LsiLogic"]
        ScsiController               | MasterTargetController               | home:masterTargets.0.scsiControllers=[]                        |
        HostDiscovered               | HostNotDiscovered                    | home:hosts.0.discovered=false                                  | home:hosts.1.discovered=false
        HostIsEsxi                   | HostNotEsxi                          | home:hosts.0.hypervisor=VMware~Workstation                     | home:hosts.0.hypervisor=esxi
        HostLicence                  | HostLicence                          | home:hosts.0.licence=Free                                      | home:hosts.0.licence=Evaluation
        MasterTargetHeartbeat        | MasterTargetHeartbeat                | home:masterTargets.0.lastHeartbeatUtc=2020-01-01T00:14:59Z     | home:masterTargets.0.lastHeartbeatUtc=2020-01-01T00:15:00Z
        MasterTargetSetup            | MasterTargetSetup                    | home:masterTargets.0.setup={"distribution":"CentOS~7"}         | home:masterTargets.0.setup={"distribution":"CentOS~6.6~minimal"}
        MasterTargetSetup            | MasterTargetSetup                    | home:masterTargets.0.setup={"configurationServer":"cs02"}      | home:masterTargets.0.setup={"configurationServer":"CS01"}
        MasterTargetSetup            | MasterTargetSetup                    | home:masterTargets.0.setup={"rebooted":false}                  | home:masterTargets.0.setup={"staticAddress":true,"customChangesApplied":true,"rebooted":true}
        MasterTargetSetup            | MasterTargetSetup                    | home:masterTargets.0.setup={"packages":["xfsprogs","perl","lsscsi","rsync","wget"]} | home:masterTargets.0.setup={"packages":["xfsprogs","perl","lsscsi","rsync","wget","kexec-tools"]}
        MasterTargetSetup            | MasterTargetSetup                    | home:masterTargets.0.setup={"mounts":{"/":"ext4","/var/crash":"xfs","/home":"ext4","none":"swap"}} | home:masterTargets.0.setup={"mounts":{"/":"ext4","/var/crash":"ext4","/home":"ext4","none":"swap"}}
        MasterTargetSetup            | MasterTargetSetup                    | home:masterTargets.0.setup={"customChangesMode":"644","internetAccess":false} | home:masterTargets.0.setup={"customChangesMode":"755","internetAccess":true,"bootLoaderOnRoot":true,"agentUnpacked":true}
        ~MasterTargetSetup           | MasterTargetSetupUnknown             | home:masterTargets.0.setup={}                                  | home:masterTargets.0.setup={"configurationServer":"cs01"}
        RetentionVolume              | RetentionVolumeMissing               | home:masterTargets.0.retentionVolumes=[]                       |
        RetentionVolume              | RetentionVolumeMissing               | rv=/mnt/other                                                  | rv=/mnt/retention
        RetentionVolume              | RetentionVolumeLocked                | home:masterTargets.0.retentionVolumes.0.locked=true            |
        RetentionVolume              | RetentionVolumeInUse                 | home:masterTargets.0.retentionVolumes.0.usedFor=paging         |
        RetentionVolume              | RetentionVolumeIsCache               | home:masterTargets.0.retentionVolumes.0.isCache=true           |
        RetentionVolume              | RetentionVolumeFat                   | home:masterTargets.0.retentionVolumes.0.fileSystem=FAT32       | home:masterTargets.0.retentionVolumes.0.fileSystem=ext4
        RetentionVolume              | RetentionVolumeEmpty                 | home:masterTargets.0.retentionVolumes.0.capacityBytes=0        | home:masterTargets.0.retentionVolumes.0.capacityBytes=1
        RetentionVolume              | RetentionVolumeNew                   | home:masterTargets.0.retentionVolumes.0.addedUtc=2020-01-01T00:15:01Z | home:masterTargets.0.retentionVolumes.0.addedUtc=2020-01-01T00:15:00Z
        FreeSlots                    | MasterTargetFull                     | home:masterTargets.0.attachedDisks=59                          | home:masterTargets.0.attachedDisks=58
        DiskUuidsDiffer              | DiskUuidsEqual                       | home:masterTargets.0.diskUuids=["u1"] home/web01:disks.1.uuid=U1 | home:masterTargets.0.diskUuids=["u1"] home/web01:disks.1.uuid=u2
        OriginalDatastore            | DatastoreNotAccessible:8061          | home:datastores.0.hosts=["esxi02"]                             | home:datastores.0.hosts=["esxi01"]
        OriginalDatastore            | DatastoreNotAccessible:8061          | home:datastores.0.hosts=[] home:datastores.0.readOnlyHosts=["esxi01"] |
        OriginalDatastore            | DatastoreNotAccessible:8061          | home:datastores.0.accessible=false                             | home:datastores.1.accessible=false
        OriginalDatastore            | DatastoreNfs                         | home:datastores.0.type=NFS                                     | home:datastores.0.type=vSAN
        OriginalDatastore            | DatastoreType                        | home:datastores.0.type=Volume                                  |
        NewMachineDatastore          | DatastoreNotFound                    | home/web01:- ds=nowhere                                        | home/web01:- ds=datastore2
        NewMachineDatastore          | DatastoreNotAccessible:8061          | home/web01:- ds=datastore2 home:datastores.1.hosts=["esxi02"]  | home/web01:-
        NewMachineDatastore          | DatastoreNfs                         | home/web01:- home:masterTargets.0.datastore=datastore1 home:datastores.0.type=NFS | home/web01:- home:masterTargets.0.datastore=datastore2 home:datastores.0.type=NFS
        ~DatastoreUsed               | DatastoreIgnored                     | ds=datastore2                                                  | ds=DATASTORE1
        GroupThroughPlan             | GroupNeedsPlan                       | item/web01:replicationGroup=g1                                 | item/web01:replicationGroup=g1 plan=p1
        GroupMasterTarget            | GroupMasterTarget                    | plan=p1 item/web01:replicationGroup=g1 item/web02:replicationGroup=g1 item/web02:sourceSide=Recovery item/web02:masterTarget=mt02 | plan=p1 item/web01:replicationGroup=g1 item/web02:replicationGroup=g1 item/web02:sourceSide=Recovery item/web02:masterTarget=MT01
        GroupFamily                  | GroupMixed                           | plan=p1 item/web01:replicationGroup=g1 item/web02:replicationGroup=G1 home/web02:operatingSystem=Windows | plan=p1 item/web01:replicationGroup=g1 item/web02:replicationGroup=g1
        """;

    private const string FailoverHome = """
        TargetReachable              | SiteUnreachable         | home/state:reachable=false -LinuxNetworkManager                                 |
        ~SourceAnswers               | SourceAway              | azure/state:reachable=false                                                     |
        ConfigurationServer          | NoConfigurationServer   | home:configurationServer-                                                       |
        ConfigurationServerConnected | ConfigurationServerDown | home:configurationServer.connected=false                                        |
        ConfigurationDatabase        | SiteInvalid             | home/db:machines=[5]                                                            |
        MachineFindsServer           | MachineAtOldAddress     | home:configurationServer.address=10.0.0.9 home/db:addresses={"web01":"10.0.0.2"} | home:configurationServer.address=10.0.0.9 home/db:addresses={"web01":"10.0.0.9"}
        MachineKnown                 | MachineNotKnown         | home/db:machines=[]                                                             |
        HostMemory                   | HostMemory:8038         | home/web01:memoryBytes=4097 home:hosts.0.freeMemoryBytes=4096                   | home/web01:memoryBytes=4096 home:hosts.0.freeMemoryBytes=4096
        ~ProcessServerRuns           | ProcessServerSilent     | azure:processServers.0.answers=false                                            | home:processServers.0.answers=false
        ~ProcessServerRuns           | ProcessServerSilent     | azure:processServers=[]                                                         | home:processServers=[]
        ReplicaTrusted               | ReplicaSuspect          | item/web01:replicaSuspect=true                                                   | item/web01:replicaRan=true
        ReplicaOff                   | ReplicaRuns             | home/web01/state:power=On                                                        |
        ReplicaThere                 | MachineNotFound         | home/web01:-                                                                    |
        ReplicaThere                 | ReplicaRenamed          | home/web01:>web09                                                               |
        DisksOfItsOwn                | DiskShared              | home/web02:disks.0.file=datastores/datastore1/web01/disk0.vmdk                  | home/web02:disks.0.file=datastores/datastore1/web03/disk0.vmdk
        ReplicaDisks                 | ReplicaDiskMissing      | home/web01:disks.1.file=datastores/datastore1/web01/gone.vmdk                   |
        ~ReplicaSnapshots            | SnapshotsAppeared       | home/web01:snapshots=1                                                          |
        ReplicaDatastore             | DatastoreNotAccessible:8061 | home:datastores.0.accessible=false                                          | home:datastores.1.accessible=false
        ReplicaDatastore             | DatastoreNotAccessible:8061 | home:datastores.0.hosts=["esxi02"]                                          | home:datastores.1.hosts=["esxi02"]
        DisksInPlace                 | DisksMoved              | home:datastores.0-                                                              |
        DisksInPlace                 | DisksMoved              | home:datastores.0.name=datastore9                                               | home:datastores.0.name=DATASTORE1
        MasterTarget                 | NoMasterTarget          | home:masterTargets.0.name=mt05                                                  | home:masterTargets.0.name=MT01
        NoSnapshots                  | MasterTargetSnapshots   | home:masterTargets.0.hasSnapshots=true                                          |
        GroupFamily                  | GroupMixed              | item/web01:replicationGroup=g1 item/web02:replicationGroup=g1 home/web02:operatingSystem=Windows | item/web01:replicationGroup=g1 item/web02:replicationGroup=g1
        ~LinuxNetworkManager         | LinuxWithoutNetworkManager |                                                                              | never
        ~LinuxStaticAddress          | LinuxOnDhcp             | home/web01:nics.0.addressIsStatic=true home/web01:nics.0.address=10.0.0.4         |
        ~WindowsStaticAddress        | WindowsAddressNotRecorded | azure/web01:operatingSystem=Windows home/web01:nics.0.addressIsStatic=true -LinuxNetworkManager +DriveLetters | azure/web01:operatingSystem=Windows home/web01:nics.0.addressIsStatic=true home/web01:nics.0.address=10.0.0.4 -LinuxNetworkManager +DriveLetters
        ~DriveLetters                | DriveLettersMayChange   | azure/web01:operatingSystem=Windows -LinuxNetworkManager                        | azure/web01:operatingSystem=Windows azure/web01:disks.1- -LinuxNetworkManager
        ~AddressKept                 | AddressChanges          | azure/web01:nics.0.address=10.1.0.4                                              | azure/web01:nics.0.address=10.1.0.4 azure/web01:nics.0.targetAddress=10.1.0.4
        ~WholeSubnet                 | SubnetPartly            | azure/web01:nics.0.address=10.1.0.4 azure/web01:nics.0.targetAddress=10.1.0.4 azure/web02/state:epoch=1 azure/web02/state:power=On | azure/web01:nics.0.address=10.1.0.4 azure/web01:nics.0.targetAddress=10.1.0.4 azure/web02/state:epoch=1 azure/web02/state:power=On azure/web02:nics.0.network=other
        """;

    private const string FailoverOut = """
        TargetReachable   | SiteUnreachable       | azure/state:reachable=false                                     |
        ~SourceAnswers    | SourceAway            | home/state:reachable=false                                      |
        ReplicaTrusted  | ReplicaSuspect         | item/web01:replicaSuspect=true               |
        ReplicaThere    | MachineNotFound        | azure/web01:-                                |
        ReplicaDisks    | ReplicaDiskMissing     | azure/web01:disks.1.file=disks/web01/gone.vhd |
        AzureQuota        | AzureQuotaUsedUp:28031 | azure:freeMachineQuota=0                                       | azure:freeMachineQuota=1
        NetworkInterface  | AddressTaken:28092    | home/web01:nics.0.targetAddress=10.0.0.5 azure/web02:nics.0.address=10.0.0.5 | home/web01:nics.0.targetAddress=10.0.0.5 azure/web02:nics.0.address=10.0.0.6
        AddressInSubnet   | AddressOutsideSubnet  | home/web01:nics.0.targetAddress=10.0.0.5 azure:subnets=[{"networkName":"vnet-recovery","prefix":"10.1.0.0/24"}] | home/web01:nics.0.targetAddress=10.1.0.5 azure:subnets=[{"networkName":"vnet-recovery","prefix":"10.1.0.0/24"}]
        BootsInAzure      | HydrationFails:170010 | home/web01:guest.bootsInAzure=false                             |
        ~VMwareToolsState | VMwareToolsDisabled   | home/web01:operatingSystem=Windows home/web01:disks.1-          | never
        ~DriveLetters     | DriveLettersMayChange | home/web01:operatingSystem=Windows +VMwareToolsState            | home/web01:operatingSystem=Windows home/web01:disks.1- +VMwareToolsState
        ~AddressKept      | AddressChanges        | home/web01:nics.0.address=10.0.0.4                               | home/web01:nics.0.address=10.0.0.4 home/web01:nics.0.targetAddress=10.0.0.4 home/web02:nics.0.network=other
        ~PublicAddress    | PublicAddressLost     | home/web01:nics.0.address=203.0.113.9 home/web01:nics.0.targetAddress=203.0.113.9 home/web01:nics.0.addressIsPublic=true home/web02:nics.0.network=other | home/web01:nics.0.address=203.0.113.9 home/web01:nics.0.addressIsPublic=true +AddressKept
        ~WholeSubnet      | SubnetPartly          | home/web01:nics.0.address=10.0.0.4 home/web01:nics.0.targetAddress=10.0.0.4 | home/web01:nics.0.address=10.0.0.4 home/web01:nics.0.targetAddress=10.0.0.4 home/web02/state:power=Off
        """;

    private const string TestFailover = """
        TargetReachable | SiteUnreachable        | azure/state:reachable=false                  |
        Network         | NetworkNotFound:70038  | net=vnet-recovery azure:networks=["other"]   | net=vnet-recovery
        ReplicaTrusted  | ReplicaSuspect         | item/web01:replicaSuspect=true               |
        ReplicaThere    | MachineNotFound        | azure/web01:-                                |
        ReplicaDisks    | ReplicaDiskMissing     | azure/web01:disks.1.file=disks/web01/gone.vhd |
        AzureQuota      | AzureQuotaUsedUp:28031 | azure:freeMachineQuota=0                     | azure:freeMachineQuota=1
        BootsInAzure    | HydrationFails:170010  | home/web01:guest.bootsInAzure=false          |
        """;

    private const string CommitOut = """
        OtherSideOff     | OtherSideRuns           | home/web01/state:power=On                    |
        ~MachineVerified | MachineNotRunning:78093 | azure/web01:guest.answers=false              |
        ~MachineVerified | MachineNotRunning:78093 | azure/web01/state:power=Off                  |
        """;

    private const string CommitHome = """
        OtherSideOff     | OtherSideRuns           | azure/web01/state:power=On                   |
        ~MachineVerified | MachineNotRunning:78093 | home/web01:guest.answers=false               |
        """;

    private const string ReprotectOut = """
        SourceReachable    | SiteUnreachable                      | home/state:reachable=false                                |
        TargetReachable    | SiteUnreachable                      | azure/state:reachable=false                               |
        SitesConnected     | ConfigurationServerUnreachable:95226 | azure/state:connected=false                               |
        MachineExists      | MachineDeleted                       | home/web01:-                                              |
        ReplicaName        | ReplicaRenamed                       | azure/web02:uuid=7a1d6a3e-0000-4000-8000-000000000002 home/web01:uuid=7a1d6a3e-0000-4000-8000-000000000002 | home/web01:uuid=7a1d6a3e-0000-4000-8000-000000000002
        MachineRunning     | MachineNotRunning:78093              | home/web01/state:power=Off                                |
        AgentRegistered    | AgentNotRegistered                   | home/web01:guest.agentInstalled=false                     |
        ~ConnectionToAzure | ConnectionVpnOnly                    | home:connection.kind=SiteToSiteVpn                        | home:connection.kind=ExpressRoutePublic
        ~Latency           | ConnectionSlow                       | home:connection={"kind":"Internet","latencyMilliseconds":101} | home:connection={"kind":"Internet","latencyMilliseconds":99}
        ~Bandwidth         | ConnectionNarrow                     | home:connection={"kind":"Internet","megabitsPerSecond":1} | home:connection={"kind":"Internet","megabitsPerSecond":100}
        AzureNetwork       | AzureNetworkMissing                  | azure:networks=[]                                         | azure:networks=["other"]
        MasterTargetUsed   | MasterTargetNotUsed                  | mt=mt01                                                   |
        MasterTargetUsed   | MasterTargetNotUsed                  | fabric=onprem                                             |
        MasterTargetUsed   | MasterTargetNotUsed                  | ds=datastore1                                             |
        ProtectionGroup    | ProtectionGroupMismatch              | pg=onprem-azure_Failback                                  | pg=onprem-azure
        Policy             | PolicyMismatch                       | policy=onprem-failback                                    | policy=web01-policy
        ProcessServer      | NoProcessServer                      | ps=ps9                                                    | ps=ps-onprem
        ProcessServerAnswers | ProcessServerSilent                | ps=ps-onprem home:processServers.0.answers=false          | ps=ps-onprem
        ProcessServerDataPort | ProcessServerPort                 | ps=ps-onprem home:processServers.0.port=9444              | ps=ps-onprem home:processServers.0.port=9444 home:configurationServer.dataPort=9444
        """;

    private static readonly Dictionary<string, string> ByStage = new()
    {
        ["ReprotectHome"] = ReprotectHome,
        ["FailoverHome"] = FailoverHome,
        ["FailoverOut"] = FailoverOut,
        ["TestFailover"] = TestFailover,
        ["CommitOut"] = CommitOut,
        ["CommitHome"] = CommitHome,
        ["ReprotectOut"] = ReprotectOut,
    };

    public static IReadOnlyList<RuleRow> Of(string stage) => [.. Notation.Lines(ByStage[stage]).Select(line => RuleRow.Read(stage, line))];
}
