namespace AsrFailback.Core.Tests;

/// <summary>The master target that is to receive a machine.</summary>
public sealed class MasterTargetCheckTests
{
    // what is asked for and broken | exactly what is found
    internal const string Broken = """
        reprotect no-mt                            | MasterTarget:NoMasterTarget
        reprotect use-mt=mt02                      | MasterTarget:NoMasterTarget
        reprotect mt-family=Windows                | MasterTarget:NoMasterTarget
        reprotect mt-family=Windows use-mt=mt01    | MasterTargetFamily:MasterTargetFamily
        reprotect uuid=FALSE                       | DiskEnableUuid:DiskEnableUuid
        reprotect uuid="TRUE"                      | DiskEnableUuid:DiskEnableUuid
        reprotect uuid='true'                      | DiskEnableUuid:DiskEnableUuid
        reprotect uuid=1                           | DiskEnableUuid:DiskEnableUuid
        reprotect uuid=                            | DiskEnableUuid:DiskEnableUuid
        reprotect no-uuid                          | DiskEnableUuid:DiskEnableUuid
        reprotect mt-moves                         | NoStorageVMotion:MasterTargetStorageVMotion
        reprotect no-tools                         | VMwareTools:MasterTargetTools
        reprotect stores=NFS                       | MasterTargetDatastore:DatastoresNfsOnly
        reprotect stores=nfs                       | MasterTargetDatastore:DatastoresNfsOnly
        reprotect stores=Local                     | MasterTargetDatastore:MasterTargetDatastore
        reprotect replica-gone no-stores           | MasterTargetDatastore:MasterTargetDatastore
        reprotect replica-gone stores-readonly     | MasterTargetDatastore:DatastoreNotAccessible:8061
        reprotect replica-gone stores-elsewhere    | MasterTargetDatastore:MasterTargetDatastore
        reprotect replica-gone stores-down         | MasterTargetDatastore:DatastoreNotAccessible:8061
        reprotect mt-snapshots                     | NoSnapshots:MasterTargetSnapshots
        failback mt-snapshots                      | NoSnapshots:MasterTargetSnapshots
        reprotect scsi=pvscsi                      | ScsiController:MasterTargetController
        reprotect scsi=lsilogic,pvscsi             | ScsiController:MasterTargetController
        reprotect scsi=lsilogic,ParaVirtualSCSI    | ScsiController:MasterTargetController
        reprotect scsi=buslogic                    | ScsiController:MasterTargetController
        reprotect scsi=                            | ScsiController:MasterTargetController
        reprotect host-unknown                     | HostDiscovered:HostNotDiscovered
        reprotect host-undiscovered                | HostDiscovered:HostNotDiscovered
        reprotect hypervisor=Hyper-V               | HostIsEsxi:HostNotEsxi
        reprotect hypervisor=VMware_Workstation    | HostIsEsxi:HostNotEsxi
        reprotect licence=Free                     | HostLicence:HostLicence
        reprotect licence=free                     | HostLicence:HostLicence
        reprotect no-vcenter licence=Free          | HostLicence:HostLicence
        reprotect mt-heartbeat=15.01               | MasterTargetHeartbeat:MasterTargetHeartbeat
        reprotect distribution=Ubuntu_14.04        | MasterTargetSetup:MasterTargetSetup
        reprotect dynamic-address                  | MasterTargetSetup:MasterTargetSetup
        reprotect changes-failed                   | MasterTargetSetup:MasterTargetSetup
        reprotect not-rebooted                     | MasterTargetSetup:MasterTargetSetup
        reprotect registered=cs02                  | MasterTargetSetup:MasterTargetSetup
        reprotect no-package=kexec-tools           | MasterTargetSetup:MasterTargetSetup
        reprotect no-swap                          | MasterTargetSetup:MasterTargetSetup
        reprotect mount=/:xfs                      | MasterTargetSetup:MasterTargetSetup
        reprotect mount=/home:ext3                 | MasterTargetSetup:MasterTargetSetup
        reprotect mount=/var/crash:xfs             | MasterTargetSetup:MasterTargetSetup
        reprotect boot-elsewhere                   | MasterTargetSetup:MasterTargetSetup
        reprotect no-internet                      | MasterTargetSetup:MasterTargetSetup
        reprotect agent-packed                     | MasterTargetSetup:MasterTargetSetup
        reprotect changes-mode=644                 | MasterTargetSetup:MasterTargetSetup
        reprotect windows setup-address=10.0.0.1   | MasterTargetSetup:MasterTargetSetup
        reprotect windows passphrase-refused       | MasterTargetSetup:MasterTargetSetup
        reprotect empty-setup                      | MasterTargetSetup:MasterTargetSetupUnknown:Warning
        reprotect windows empty-setup              | MasterTargetSetup:MasterTargetSetupUnknown:Warning
        reprotect windows no-scale-out             | MasterTargetSetup:MasterTargetSetup
        reprotect no-volumes                       | RetentionVolume:RetentionVolumeMissing
        reprotect use-volume=/mnt/other            | RetentionVolume:RetentionVolumeMissing
        reprotect volume-locked                    | RetentionVolume:RetentionVolumeLocked
        reprotect volume-used=replication_target   | RetentionVolume:RetentionVolumeInUse
        reprotect volume-cache                     | RetentionVolume:RetentionVolumeIsCache
        reprotect volume-fs=FAT                    | RetentionVolume:RetentionVolumeFat
        reprotect volume-fs=fat32                  | RetentionVolume:RetentionVolumeFat
        reprotect volume-fs=vfat                   | RetentionVolume:RetentionVolumeFat
        reprotect volume-size=0                    | RetentionVolume:RetentionVolumeEmpty
        reprotect volume-added=14.99               | RetentionVolume:RetentionVolumeNew
        reprotect volume-locked second-volume use-volume=/mnt/retention | RetentionVolume:RetentionVolumeLocked
        reprotect attached=59                      | FreeSlots:MasterTargetFull
        reprotect reserved=57                      | FreeSlots:MasterTargetFull
        reprotect windows attached=60              | FreeSlots:MasterTargetFull
        reprotect mt-disk=u-os                     | DiskUuidsDiffer:DiskUuidsEqual
        reprotect mt-disk=U-DATA                   | DiskUuidsDiffer:DiskUuidsEqual
        """;

    // what is asked for and changed, still possible | checks that looked
    internal const string Fine = """
        reprotect use-mt=MT01                      | MasterTarget
        reprotect avs                              | MasterTarget
        reprotect windows                          | MasterTargetFamily MasterTargetSetup RetentionVolume
        reprotect mt-family=LINUX                  | MasterTargetFamily
        reprotect uuid=true                        | DiskEnableUuid
        reprotect uuid=True                        | DiskEnableUuid
        reprotect uuid=TRUE                        | DiskEnableUuid
        reprotect                                  | NoStorageVMotion VMwareTools NoSnapshots HostDiscovered DiskUuidsDiffer
        failback mt-moves no-tools                 | NoStorageVMotion:Absent
        reprotect stores=vSAN                      | MasterTargetDatastore
        reprotect stores=vmfs                      | MasterTargetDatastore
        reprotect ds2=NFS                          | MasterTargetDatastore
        reprotect ds2-down                         | MasterTargetDatastore
        reprotect scsi=LsiLogicSas                 | ScsiController
        reprotect scsi=lsisas1068                  | ScsiController
        reprotect scsi=lsilogic,buslogic           | ScsiController
        reprotect no-vcenter                       | HostDiscovered
        reprotect hypervisor=esxi                  | HostIsEsxi
        reprotect licence=Evaluation               | HostLicence
        reprotect mt-heartbeat=15                  | MasterTargetHeartbeat
        reprotect mt-unheard                       | MasterTargetHeartbeat
        reprotect changes-mode=0755                | MasterTargetSetup
        reprotect windows setup-address=10.0.0.2   | MasterTargetSetup
        reprotect setup-address=10.0.0.1 passphrase-refused | MasterTargetSetup
        reprotect windows boot-elsewhere no-internet agent-packed changes-mode=644 | MasterTargetSetup
        reprotect registered=CS01                  | MasterTargetSetup
        reprotect registered=10.0.0.2              | MasterTargetSetup
        reprotect no-scale-out                     | MasterTargetSetup
        reprotect no-setup                         | MasterTargetSetup:NotApplicable
        reprotect use-volume=/MNT/RETENTION        | RetentionVolume
        reprotect volume-size=1                    | RetentionVolume
        reprotect volume-size-unknown volume-fs-unknown | RetentionVolume
        reprotect volume-fs=xfs                    | RetentionVolume
        reprotect volume-added=15                  | RetentionVolume
        reprotect volume-added=1 refreshed=1       | RetentionVolume
        reprotect volume-locked second-volume      | RetentionVolume
        reprotect attached=58                      | FreeSlots
        reprotect reserved=56                      | FreeSlots
        reprotect windows attached=59              | FreeSlots
        reprotect replica-gone mt-disk=other       | DiskUuidsDiffer
        """;

    private const string Nothing = """
        reprotect home-gone     | MasterTarget MasterTargetFamily DiskEnableUuid NoStorageVMotion VMwareTools NoSnapshots ScsiController RetentionVolume FreeSlots
        reprotect-to-azure      | MasterTarget MasterTargetFamily HostDiscovered HostIsEsxi HostLicence MasterTargetHeartbeat DiskUuidsDiffer
        reprotect no-mt         | MasterTargetFamily MasterTargetDatastore MasterTargetSetup RetentionVolume FreeSlots DiskUuidsDiffer
        reprotect host-unknown  | HostIsEsxi HostLicence MasterTargetDatastore
        reprotect rights=ReadOnly | MasterTargetDatastore
        reprotect target-kind=HyperV | MasterTarget FreeSlots
        """;

    public static TheoryData<string> BrokenCases => Notation.Cases(Broken);

    public static TheoryData<string> FineCases => Notation.Cases(Fine);

    public static TheoryData<string> NothingCases => Notation.Cases(Nothing);

    [Theory]
    [Requirement("TO-05", "TO-10", "RP-09", "RP-12", "RP-15")]
    [Requirement("MT-01", "MT-02", "MT-03", "MT-04", "MT-05", "MT-06", "MT-07", "MT-08", "MT-09", "MT-10", "MT-12", "RP-05")]
    [MemberData(nameof(BrokenCases))]
    public void What_is_broken_alone_is_found_alone(string line) => ReadinessAssert.Finds(line);

    [Theory]
    [Requirement("MT-02", "MT-05", "MT-08", "MT-09", "RP-09")]
    [MemberData(nameof(FineCases))]
    public void What_nearly_breaks_is_not_found(string line) => ReadinessAssert.Passes(line);

    [Theory]
    [MemberData(nameof(NothingCases))]
    public void A_check_without_anything_to_look_at_says_so(string line) => ReadinessAssert.HasNothingToLookAt(line);

    [Theory]
    [InlineData("registered=cs02 no-swap mount=/home:xfs no-package=perl", "configurationServer: cs02, mounts: /home, mounts: swap, packages: perl")]
    [InlineData("distribution=Debian dynamic-address changes-failed not-rebooted", "distribution: Debian, staticAddress, customChangesApplied, rebooted")]
    public void Every_step_of_the_set_up_that_is_missing_is_named(string words, string missing) =>
        Assert.Equal(missing, World.Report($"reprotect {words}").Single(check => check.Id == "MasterTargetSetup").Seen);
}
