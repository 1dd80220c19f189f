using AsrFailback.Core.Readiness;

namespace AsrFailback.Core.Tests;

/// <summary>Going on although a check failed: only where nothing can be lost, and never silently.</summary>
public sealed class SkipCheckTests
{
    // what is asked for and broken | what is found
    public static TheoryData<string> Cases => Notation.Cases("""
        failback free-memory=1 skip=HostMemory          | HostMemory:HostMemory:8038:Skipped
        failback free-memory=1 skip=hostmemory          | HostMemory:HostMemory:8038:Skipped
        failback moved=ds2 skip=DISKSINPLACE            | DisksInPlace:DisksMoved:Skipped
        reprotect no-swap skip=MasterTargetSetup        | MasterTargetSetup:MasterTargetSetup:Skipped
        failback free-memory=1 moved=ds2 skip=HostMemory | HostMemory:HostMemory:8038:Skipped DisksInPlace:DisksMoved
        failback free-memory=1 moved=ds2 skip=HostMemory,DisksInPlace | HostMemory:HostMemory:8038:Skipped DisksInPlace:DisksMoved:Skipped
        failback skip=HostMemory                        |
        failback home-gone skip=HostMemory              | TargetReachable:SiteUnreachable
        failback free-memory=1 skip=DisksInPlace        | HostMemory:HostMemory:8038
        reprotect machine-off skip=MachineRunning       | MachineRunning:MachineNotRunning:78093 SkipCheck:CheckNotSkippable
        reprotect skip=MachineRunning                   | SkipCheck:CheckNotSkippable
        reprotect skip=Nonsense                         | SkipCheck:CheckNotSkippable
        reprotect skip=HostMemory                       | SkipCheck:CheckNotSkippable
        failback free-memory=1 skip=HostMemory,Nonsense | HostMemory:HostMemory:8038:Skipped SkipCheck:CheckNotSkippable
        failback outdated skip=VaultNewest              | VaultNewest:VaultOutdated SkipCheck:CheckNotSkippable
        """);

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_may_be_skipped_is_skipped_and_every_other_wish_is_refused(string line) => ReadinessAssert.Finds(line);

    [Theory]
    [InlineData("failback free-memory=1 skip=HostMemory", true)]
    [InlineData("failback free-memory=1", false)]
    [InlineData("failback free-memory=1 skip=Nonsense", false)]
    public void A_skipped_check_does_not_stand_in_the_way_and_is_listed_among_the_warnings(string words, bool ready)
    {
        var report = new ReadinessReport("web01", ReadinessOperation.Failback, "azure", "onprem", World.Report(words));

        Assert.Equal(ready, report.Ready);
        Assert.Equal(ready, report.Warnings.Any(check => check is { Id: "HostMemory", Finding: not null }));
        Assert.Equal(!ready, report.Failed.Any(check => check.Id == "HostMemory"));
    }

    [Fact]
    public void A_refused_wish_names_the_check_and_those_that_can_be_skipped()
    {
        var error = World.Report("failback skip=Point").Single(check => check.Id == "SkipCheck").Finding!;

        Assert.Contains("Point", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(": ReplicaTrusted, HostMemory, AddressInSubnet, DisksInPlace.", error.PossibleCauses, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_these_checks_can_be_skipped() =>
        Assert.Equal(["ReplicaTrusted", "HostMemory", "AddressInSubnet", "MasterTargetSetup", "DisksInPlace"], ReadinessRules.All.Where(check => check.Skippable).Select(check => check.Id));
}
