using AsrFailback.Core.Readiness;

namespace AsrFailback.Core.Tests;

/// <summary>The servers of a site by themselves, and what could be used through them.</summary>
public sealed class ServerReportTests
{
    // what is changed | free slots
    [Theory]
    [Requirement("MT-08")]
    [InlineData("", 58)]
    [InlineData("attached=0", 60)]
    [InlineData("attached=60", 0)]
    [InlineData("reserved=8", 50)]
    [InlineData("reserved=58", 0)]
    [InlineData("attached=61", 0)]
    public void Free_slots_are_what_is_neither_attached_nor_promised(string words, int free)
    {
        Assert.Equal(free, Alone(words).FreeSlots);
        Assert.Equal(free, ForItem(words).FreeSlots);
    }

    // what is changed | each retention volume, then each datastore, with what speaks against it
    public static TheoryData<string> Lists => Notation.Cases("""
                                           | /mnt/retention | ds1 ds2
        second-volume                      | /mnt/retention /mnt/second | ds1 ds2
        volume-locked second-volume        | /mnt/retention:RetentionVolumeLocked /mnt/second | ds1 ds2
        volume-fs=FAT32                    | /mnt/retention:RetentionVolumeFat | ds1 ds2
        volume-used=swap                   | /mnt/retention:RetentionVolumeInUse | ds1 ds2
        volume-cache                       | /mnt/retention:RetentionVolumeIsCache | ds1 ds2
        volume-size=0                      | /mnt/retention:RetentionVolumeEmpty | ds1 ds2
        volume-added=1                     | /mnt/retention:RetentionVolumeNew | ds1 ds2
        volume-added=1 refreshed=0         | /mnt/retention | ds1 ds2
        no-volumes                         | | ds1 ds2
        ds1=NFS                            | /mnt/retention | ds1:DatastoreNfs ds2
        ds1=Local ds2-down                 | /mnt/retention | ds1:DatastoreType ds2:DatastoreNotAccessible
        ds1-readonly                       | /mnt/retention | ds1:DatastoreNotAccessible ds2
        stores-elsewhere                   | /mnt/retention | ds1:DatastoreNotAccessible ds2:DatastoreNotAccessible
        rights=ReadOnly                    | /mnt/retention |
        no-stores                          | /mnt/retention |
        """);

    [Theory]
    [Requirement("MT-09", "RP-17")]
    [MemberData(nameof(Lists))]
    public void Every_volume_and_datastore_is_listed_with_what_speaks_against_it(string line)
    {
        var columns = Notation.Columns(line);
        var report = Alone(columns[0]);

        Assert.Equal(Notation.Words(columns[1]), report.RetentionVolumes.Select(Text));
        Assert.Equal(Notation.Words(columns[2]), report.Datastores.Select(Text));
    }

    // what is changed | why there is nothing to choose
    public static TheoryData<string> Causes => Notation.Cases("""
                                       |
        ds1-readonly                   |
        volume-locked second-volume    |
        no-tools                       | MasterTargetTools
        rights=ReadOnly                | AccountReadOnly
        stores=NFS                     | DatastoresNfsOnly
        no-stores                      | MasterTargetDatastore
        stores-readonly                | DatastoreNotAccessible
        stores-down                    | DatastoreNotAccessible
        stores-elsewhere               | MasterTargetDatastore
        no-stores no-tools             | MasterTargetTools MasterTargetDatastore
        stores=NFS no-tools            | MasterTargetTools DatastoresNfsOnly
        no-stores host-unknown         | HostNotDiscovered
        no-stores host-undiscovered    | MasterTargetDatastore HostNotDiscovered
        no-stores no-cs                | NoConfigurationServer MasterTargetDatastore
        no-volumes                     | RetentionVolumeMissing
        volume-locked                  | RetentionVolumeLocked
        volume-fs=FAT                  | RetentionVolumeFat
        volume-added=1                 | RetentionVolumeNew
        volume-cache second-volume     |
        no-volumes rights=ReadOnly     | RetentionVolumeMissing AccountReadOnly
        no-volumes no-stores no-tools  | RetentionVolumeMissing MasterTargetTools MasterTargetDatastore
        """);

    [Theory]
    [Requirement("RP-17", "RP-11")]
    [MemberData(nameof(Causes))]
    public void An_empty_list_names_its_cause(string line)
    {
        var columns = Notation.Columns(line);

        Assert.Equal(Notation.Words(columns[1]), Alone(columns[0]).EmptyBecause.Select(error => error.Id));
        Assert.Equal(Notation.Words(columns[1]), ForItem(columns[0]).EmptyBecause.Select(error => error.Id));
    }

    [Fact]
    [Requirement("RP-17")]
    public void When_several_volumes_fail_the_cause_tells_each_reason()
    {
        var cause = Assert.Single(Alone("volume-locked second-bad-volume").EmptyBecause);

        Assert.Equal("RetentionVolumeMissing", cause.Id);
        Assert.Equal(["RetentionVolumeLocked", "RetentionVolumeEmpty"], cause.Reasons.Select(reason => reason.Id));
        Assert.All(cause.Reasons, reason => Assert.Contains(reason.Message, cause.PossibleCauses, StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("RP-17")]
    public void A_master_target_of_a_site_that_is_gone_is_not_called_ready()
    {
        Assert.False(Alone("home-gone").Ready);
        Assert.NotEmpty(Alone("home-gone no-stores").EmptyBecause);
        Assert.False(Of("home-gone", ServerRole.ConfigurationServer, forItem: false)[0].Ready);
        Assert.False(Of("home-gone", ServerRole.ProcessServer, forItem: false)[0].Ready);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("mt-snapshots", false)]
    [InlineData("licence=Free", false)]
    [InlineData("mt-heartbeat=16", false)]
    public void A_master_target_is_ready_when_nothing_is_wrong_with_it(string words, bool ready)
    {
        Assert.Equal(ready, Alone(words).Ready);
        Assert.Equal(ready, ForItem(words).Ready);
    }

    [Theory]
    [InlineData("attached=59")]
    [InlineData("mt-disk=u-os")]
    [InlineData("ds1-readonly")]
    public void What_only_a_machine_makes_wrong_is_looked_at_with_one(string words)
    {
        Assert.True(Alone(words).Ready);
        Assert.False(ForItem(words).Ready);
    }

    [Fact]
    public void Each_server_is_judged_by_itself()
    {
        var reports = Of("mt-snapshots second-mt", ServerRole.MasterTarget, forItem: false);

        Assert.Equal([("mt01", "onprem", false), ("mt02", "onprem", true)], reports.Select(report => (report.Name, report.Fabric, report.Ready)));
    }

    [Theory]
    [Requirement("TO-04")]
    [InlineData("", "")]
    [InlineData("ps-closed=9443", "ProcessServerPortClosed")]
    [InlineData("ps-silent ps-heartbeat=16 ps-cut", "ProcessServerSilent ProcessServerHeartbeat ProcessServerCut")]
    public void A_process_server_is_reported_with_everything_that_is_wrong(string words, string errors)
    {
        var report = Assert.Single(Of(words, ServerRole.ProcessServer, forItem: false, "reprotect-to-azure"));

        Assert.Equal(Notation.Words(errors), report.Checks.Where(check => !check.Passed).Select(check => check.Finding!.Id));
    }

    [Theory]
    [Requirement("TO-02")]
    [InlineData("", "")]
    [InlineData("cs-down rights=ReadOnly", "ConfigurationServerDown AccountReadOnly")]
    public void A_configuration_server_is_reported_with_everything_that_is_wrong(string words, string errors)
    {
        var report = Assert.Single(Of(words, ServerRole.ConfigurationServer, forItem: false));

        Assert.Equal("cs01", report.Name);
        Assert.Equal(Notation.Words(errors), report.Checks.Where(check => !check.Passed).Select(check => check.Finding!.Id));
    }

    [Theory]
    [Requirement("RP-17")]
    [InlineData("no-mt", ServerRole.MasterTarget, "NoMasterTarget")]
    [InlineData("no-cs", ServerRole.ConfigurationServer, "NoConfigurationServer")]
    [InlineData("no-mt no-cs", ServerRole.MasterTarget, "NoConfigurationServer NoMasterTarget")]
    public void A_site_without_a_server_of_the_role_says_so(string words, ServerRole role, string causes)
    {
        var report = Assert.Single(Of(words, role, forItem: false));

        Assert.Equal("", report.Name);
        Assert.Equal(causes, string.Join(' ', report.Checks.Where(check => !check.Passed).Select(check => check.Finding!.Id)));
    }

    // what is changed | what fails
    [Theory]
    [Requirement("MT-08")]
    [InlineData("attached=60", "FreeSlots")]
    [InlineData("attached=59 reserved=1", "FreeSlots")]
    [InlineData("attached=59", "")]
    public void A_master_target_without_a_free_slot_cannot_be_used(string words, string fails) =>
        Assert.Equal(fails, string.Join(' ', Alone(words).Checks.Where(check => !check.Passed).Select(check => check.Id)));

    [Fact]
    [Requirement("MT-05", "MT-09", "RP-17")]
    public void Every_reason_against_a_volume_and_a_datastore_is_told()
    {
        var report = Alone("volume-locked volume-cache volume-fs=FAT32 volume-size=0 ds1=NFS ds1-down no-tools host-undiscovered");

        Assert.Equal(
            ["RetentionVolumeLocked", "RetentionVolumeIsCache", "RetentionVolumeFat", "RetentionVolumeEmpty"],
            Assert.Single(report.RetentionVolumes).Reason!.Reasons.Select(reason => reason.Id));
        var reason = report.Datastores[0].Reason!;
        Assert.Equal(["MasterTargetTools", "HostNotDiscovered", "DatastoreNfs", "DatastoreNotAccessible"], reason.Reasons.Select(one => one.Id));
        Assert.All(reason.Reasons, one => Assert.Contains(one.Message, reason.Message, StringComparison.Ordinal));
        Assert.All(reason.Reasons, one => Assert.Contains(one.RecommendedAction, reason.RecommendedAction, StringComparison.Ordinal));
    }

    private static MasterTargetReport Alone(string words) => (MasterTargetReport)Of(words, ServerRole.MasterTarget, forItem: false)[0];

    private static MasterTargetReport ForItem(string words) => (MasterTargetReport)Of(words, ServerRole.MasterTarget, forItem: true)[0];

    private static IReadOnlyList<ServerReport> Of(string words, ServerRole role, bool forItem, string start = "reprotect")
    {
        var at = World.Of($"{start} {words}");
        var site = start == "reprotect" ? at.Target : at.Source;
        return ServerReports.Of(role, site.Inventory, command => forItem
            ? World.Of($"{start} {words}", command)
            : ServerReports.WithoutItem(site, at.Target.Inventory.ConfigurationServer is null ? site : at.Target, command, at.Around.ReservedSlots, at.NowUtc, at.DiscoveryDelay), forItem);
    }

    private static string Text(Candidate candidate) => candidate.Usable ? candidate.Name : $"{candidate.Name}:{candidate.Reason!.Id}";
}
