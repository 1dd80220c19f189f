namespace AsrFailback.Core.Tests;

/// <summary>Where the machine's disks are at home, or would be.</summary>
public sealed class StorageCheckTests
{
    // what is asked for and broken | exactly what is found
    internal const string Broken = """
        reprotect ds1=NFS                          | OriginalDatastore:DatastoreNfs
        reprotect ds1=Local                        | OriginalDatastore:DatastoreType
        reprotect ds1-readonly                     | OriginalDatastore:DatastoreNotAccessible:8061
        reprotect ds1-elsewhere                    | OriginalDatastore:DatastoreNotAccessible:8061
        reprotect ds1-down                         | OriginalDatastore:DatastoreNotAccessible:8061
        reprotect spread ds2-down                  | OriginalDatastore:DatastoreNotAccessible:8061
        reprotect no-vcenter ds1-readonly          | OriginalDatastore:DatastoreNotAccessible:8061
        reprotect replica-gone use-ds=ds9          | NewMachineDatastore:DatastoreNotFound
        reprotect replica-gone ds1-readonly        | NewMachineDatastore:DatastoreNotAccessible:8061
        reprotect replica-gone ds2=NFS use-ds=ds2  | NewMachineDatastore:DatastoreNfs
        reprotect replica-gone mt-store=ds9        | NewMachineDatastore:DatastoreNotFound
        reprotect use-ds=ds2                       | DatastoreUsed:DatastoreIgnored:Warning
        reprotect use-ds=ds9                       | DatastoreUsed:DatastoreIgnored:Warning
        failback ds1-down                          | ReplicaDatastore:DatastoreNotAccessible:8061
        failback ds1-readonly                      | ReplicaDatastore:DatastoreNotAccessible:8061
        failback moved=ds2                         | DisksInPlace:DisksMoved
        failback avs moved=ds2                     | DisksInPlace:DisksMoved
        """;

    // what is asked for and changed, still possible | checks that looked
    internal const string Fine = """
        reprotect                                  | OriginalDatastore NewMachineDatastore:NotApplicable
        reprotect ds1=vSAN                         | OriginalDatastore
        reprotect ds1-also-readonly                | OriginalDatastore
        reprotect ds2-down                         | OriginalDatastore
        reprotect spread                           | OriginalDatastore
        reprotect use-ds=DS1                       | OriginalDatastore DatastoreUsed NewMachineDatastore:NotApplicable
        reprotect replica-gone use-ds=ds2          | DatastoreUsed:NotApplicable
        reprotect replica-gone                     | NewMachineDatastore OriginalDatastore:NotApplicable
        reprotect replica-gone use-ds=DS2          | NewMachineDatastore
        reprotect replica-gone ds1-readonly use-ds=ds2 | NewMachineDatastore
        reprotect replica-gone ds1-down mt-store=unknown | NewMachineDatastore
        failback placed=DS1                        | DisksInPlace
        failback placed=                           | DisksInPlace
        failback                                   | DisksInPlace ReplicaDatastore
        failback ds2-down                          | ReplicaDatastore
        failover                                   | DisksInPlace:NotApplicable
        """;

    private const string Nothing = """
        reprotect home-gone              | OriginalDatastore NewMachineDatastore
        reprotect no-mt                  | OriginalDatastore NewMachineDatastore
        reprotect rights=ReadOnly        | OriginalDatastore NewMachineDatastore
        reprotect host-unknown           | OriginalDatastore NewMachineDatastore
        reprotect stores=NFS             | OriginalDatastore
        reprotect stores=NFS replica-gone | NewMachineDatastore
        failback home-gone               | DisksInPlace ReplicaDatastore
        failback replica-gone            | DisksInPlace ReplicaDatastore
        """;

    // what is asked for and broken | the check | parts of its one finding
    [Theory]
    [Requirement("RP-02", "RP-12", "MT-09", "FB-01")]
    [InlineData("reprotect spread ds1=NFS ds2-down third-store", "OriginalDatastore", "ds1", "ds2")]
    [InlineData("reprotect mt-disk=u-os,u-data", "DiskUuidsDiffer", "u-os", "u-data")]
    [InlineData("failback disks-gone", "ReplicaDisks", "disks/os.img", "disks/data.img")]
    [InlineData("reprotect volume-locked volume-fs=FAT32", "RetentionVolume", "FAT32", "locked")]
    public void A_finding_has_every_reason_of_its_check(string words, string check, params string[] parts)
    {
        var finding = World.Report(words).Single(result => result.Id == check).Finding!;

        Assert.All(parts, part => Assert.Contains(part, finding.Message, StringComparison.Ordinal));
    }

    public static TheoryData<string> BrokenCases => Notation.Cases(Broken);

    public static TheoryData<string> FineCases => Notation.Cases(Fine);

    public static TheoryData<string> NothingCases => Notation.Cases(Nothing);

    [Theory]
    [Requirement("RP-02", "RP-03", "FB-08", "ER-8061")]
    [MemberData(nameof(BrokenCases))]
    public void What_is_broken_alone_is_found_alone(string line) => ReadinessAssert.Finds(line);

    [Theory]
    [Requirement("RP-02", "RP-03")]
    [MemberData(nameof(FineCases))]
    public void What_nearly_breaks_is_not_found(string line) => ReadinessAssert.Passes(line);

    [Theory]
    [MemberData(nameof(NothingCases))]
    public void A_check_without_anything_to_look_at_says_so(string line) => ReadinessAssert.HasNothingToLookAt(line);

    [Fact]
    [Requirement("FB-08")]
    public void Disks_that_were_moved_are_named_with_where_they_were_and_are()
    {
        var error = World.Report("failback moved=ds2").Single(check => check.Id == "DisksInPlace").Finding!;

        Assert.Contains("data: ds1 → ds2", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("os:", error.Message, StringComparison.Ordinal);
    }
}
