namespace AsrFailback.Core.Tests;

/// <summary>What must hold at both sites before replication turns around: each rule alone, and all at once.</summary>
public sealed class ReprotectRulesTests
{
    // what is broken | failed check : error id : code; nothing when the reprotect is possible
    public static TheoryData<string> Cases => Notation.Cases("""
                             |
        azure-gone           | SourceReachable:SiteUnreachable:SiteUnreachable
        home-gone            | TargetReachable:SiteUnreachable:SiteUnreachable
        azure-cut            | SitesConnected:ConfigurationServerUnreachable:95226
        home-cut             | SitesConnected:ConfigurationServerUnreachable:95226
        machine-off          | MachineRunning:MachineNotRunning:78093
        machine-gone         | MachineRunning:MachineNotRunning:78093
        no-ps                | ProcessServer:NoProcessServer:NoProcessServer
        no-ps ps-at-home     |
        use-ps=ps-azure      |
        use-ps=PS-AZURE      |
        use-ps=ps-other      | ProcessServer:NoProcessServer:NoProcessServer
        no-cs                | ConfigurationServer:NoConfigurationServer:NoConfigurationServer
        no-mt                | MasterTarget:NoMasterTarget:NoMasterTarget
        use-mt=mt01          |
        use-mt=MT01          |
        use-mt=mt02          | MasterTarget:NoMasterTarget:NoMasterTarget
        windows              | MasterTarget:NoMasterTarget:NoMasterTarget
        windows use-mt=mt01  | MasterTargetFamily:MasterTargetFamily:MasterTargetFamily
        uuid=true            |
        uuid=True            |
        uuid=TRUE            |
        uuid="TRUE"          | DiskEnableUuid:DiskEnableUuid:DiskEnableUuid
        uuid=FALSE           | DiskEnableUuid:DiskEnableUuid:DiskEnableUuid
        uuid=1               | DiskEnableUuid:DiskEnableUuid:DiskEnableUuid
        uuid=                | DiskEnableUuid:DiskEnableUuid:DiskEnableUuid
        no-uuid              | DiskEnableUuid:DiskEnableUuid:DiskEnableUuid
        no-tools             | VMwareTools:MasterTargetTools:MasterTargetTools
        ds=VMFS              |
        ds=vsan              |
        ds=NFS               | Datastore:MasterTargetDatastore:8061
        ds-elsewhere         | Datastore:MasterTargetDatastore:8061
        snapshots            | NoSnapshots:MasterTargetSnapshots:MasterTargetSnapshots
        scsi=LsiLogic        |
        scsi=pvscsi          | Controller:MasterTargetController:MasterTargetController
        attached=0           |
        attached=58          |
        attached=59          | FreeSlots:MasterTargetFull:MasterTargetFull
        attached=60          | FreeSlots:MasterTargetFull:MasterTargetFull
        licence=Evaluation   |
        licence=free         | HostLicence:HostLicence:HostLicence
        no-host              | HostLicence:HostLicence:HostLicence
        """);

    [Theory]
    [Requirement("TO-02", "TO-05", "RP-09", "RP-13")]
    [Requirement("MT-01", "MT-02", "MT-04", "MT-05", "MT-06", "MT-07", "MT-08", "MT-10")]
    [Requirement("ER-95226", "ER-78093", "ER-8061")]
    [MemberData(nameof(Cases))]
    public void A_rule_that_is_broken_alone_is_found_alone(string line)
    {
        var columns = Notation.Columns(line);

        var failed = ReprotectWorld.Check(columns[0]).Where(check => !check.Passed).Select(check => $"{check.Id}:{check.Finding!.Id}:{check.Finding.Code}");

        Assert.Equal(Notation.Words(columns[1]), failed);
    }

    [Fact]
    public void Everything_that_is_broken_at_once_is_found_at_once()
    {
        const string Everything =
            "azure-gone azure-cut windows machine-off no-ps no-cs use-mt=mt01 uuid=FALSE no-tools ds=NFS snapshots scsi=pvscsi attached=60 licence=Free";

        var failed = ReprotectWorld.Check(Everything).Where(check => !check.Passed).Select(check => check.Id);

        Assert.Equal(
            [
                "SourceReachable", "SitesConnected", "MachineRunning", "ProcessServer", "ConfigurationServer", "MasterTargetFamily", "DiskEnableUuid",
                "VMwareTools", "Datastore", "NoSnapshots", "Controller", "FreeSlots", "HostLicence",
            ],
            failed);
    }

    [Fact]
    public void Checks_that_pass_are_listed_too_each_with_its_requirement()
    {
        var checks = ReprotectWorld.Check("");

        Assert.Equal(15, checks.Count);
        Assert.All(checks, check => Assert.Matches("^(RP|MT|TO)-[0-9]{2}$", check.Requirement));
        Assert.Equal(checks.Count, checks.DistinctBy(check => check.Id).Count());
    }

    [Fact]
    public void A_finding_names_the_thing_that_is_wrong()
    {
        Assert.Contains("mt01", Message("scsi=pvscsi"), StringComparison.Ordinal);
        Assert.Contains("pvscsi", Message("scsi=pvscsi"), StringComparison.Ordinal);
        Assert.Contains("esxi01", Message("ds=NFS"), StringComparison.Ordinal);
        Assert.Contains("onprem", Message("home-gone"), StringComparison.Ordinal);
        Assert.Contains("(missing)", Message("no-uuid"), StringComparison.Ordinal);
        Assert.Contains("60 of 60", Message("attached=60"), StringComparison.Ordinal);
    }

    private static string Message(string broken) => Assert.Single(ReprotectWorld.Check(broken), check => !check.Passed).Finding!.Message;
}
