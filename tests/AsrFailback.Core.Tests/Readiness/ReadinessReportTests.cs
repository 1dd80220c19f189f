using System.Text.RegularExpressions;
using AsrFailback.Core.Readiness;

namespace AsrFailback.Core.Tests;

/// <summary>Reports as a whole: nothing where all is well, everything at once where it is not, and a case for every check.</summary>
public sealed partial class ReadinessReportTests
{
    private static readonly string[] BrokenLines = [.. Notation.Lines(string.Join('\n',
        PhaseCheckTests.Broken, SiteCheckTests.Broken, HomeCheckTests.Broken, MachineCheckTests.Broken, ServerCheckTests.Broken,
        MasterTargetCheckTests.Broken, StorageCheckTests.Broken, GroupAndCommitCheckTests.Broken, DerivedCheckTests.Broken, EncryptionCheckTests.Broken, PlannedCheckTests.Broken, OutcomeCheckTests.Broken))];

    private static readonly string[] FineLines = [.. Notation.Lines(string.Join('\n',
        PhaseCheckTests.Fine, SiteCheckTests.Fine, HomeCheckTests.Fine, MachineCheckTests.Fine, ServerCheckTests.Fine,
        MasterTargetCheckTests.Fine, StorageCheckTests.Fine, GroupAndCommitCheckTests.Fine, DerivedCheckTests.Fine, EncryptionCheckTests.Fine, PlannedCheckTests.Fine, OutcomeCheckTests.Fine))];

    private static readonly IEnumerable<string> Ids = ReadinessRules.All.Select(check => check.Id);

    public static TheoryData<string> Operations => [.. World.Operations];

    [Theory]
    [MemberData(nameof(Operations))]
    public void Where_all_is_well_nothing_is_found_but_what_always_warns(string operation) =>
        Assert.Equal(operation == "failback" ? ReadinessAssert.AlwaysWarns[..1] : [], ReadinessAssert.Findings(World.Report(operation)));

    [Theory]
    [MemberData(nameof(Operations))]
    public void Every_check_of_an_operation_is_listed_once_with_its_requirement_and_its_reason(string operation)
    {
        var situation = World.Of(operation);
        var report = World.Report(operation);

        var checks = ReadinessRules.All.Where(check => check.Operations.Contains(situation.Operation));
        Assert.Equal(checks.Select(check => check.Id), report.Select(check => check.Id));
        Assert.Equal(report.Count, report.DistinctBy(check => check.Id).Count());
        Assert.All(report, check => Assert.Matches("^((TO|FO|RP|MT|FB)-[0-9]{2}|ER(-([0-9]+|Own))?)$", check.Requirement));
        Assert.All(report, check => Assert.NotEmpty(check.Why));
    }

    [Fact]
    public void Every_check_is_broken_alone_by_a_case() =>
        Assert.Empty(Ids.Except(BrokenLines.Select(Expected).Where(found => found.Length == 1).Select(found => found[0])));

    [Fact]
    public void Every_check_has_a_case_that_nearly_breaks_it() =>
        Assert.Empty(Ids.Except(FineLines.SelectMany(Expected)));

    [Fact]
    public void Every_id_of_a_case_is_a_check() =>
        Assert.Empty(BrokenLines.Concat(FineLines).SelectMany(Expected).Except(Ids));

    // what is asked for and broken, all at once | every check that fails
    [Theory]
    [InlineData("reprotect silent cs-down mt-snapshots attached=60 snapshots=2 unmergeable",
        "MachineRunning SnapshotsMerge ConfigurationServerConnected NoSnapshots FreeSlots")]
    [InlineData("reprotect group=rg2 agent-missing no-path uuid=FALSE volume-locked",
        "ResourceGroup AgentRegistered AgentPath DiskEnableUuid RetentionVolume")]
    [InlineData("reprotect busy migrated no-ps no-mt known=db01", "NotBusy NotMigrated MachineKnown ProcessServer MasterTarget")]
    [InlineData("failback points=0 tested cs-down free-memory=1 moved=ds2",
        "HasRecoveryPoint NoTestFailover HostMemory ConfigurationServerConnected DisksInPlace")]
    [InlineData("failover planned to=ToHome points=0 quota=0 unbootable",
        "Direction ExpectedDirection HasRecoveryPoint AzureQuota BootsInAzure")]
    public void Everything_that_is_broken_at_once_is_found_at_once(string words, string failed) =>
        Assert.Equal(Notation.Words(failed), World.Report(words).Where(check => check.State == CheckState.Failed).Select(check => check.Id));

    [Fact]
    public void A_finding_names_the_thing_that_is_wrong_and_what_was_seen()
    {
        AssertTells("scsi=pvscsi", "pvscsi", "mt01", "pvscsi");
        AssertTells("stores=NFS", "", "esxi01");
        AssertTells("home-gone", "onprem", "onprem");
        AssertTells("no-uuid", "(missing)", "(missing)", "mt01");
        AssertTells("attached=59", "59 + 2", "59 of 60", "2 more");
        AssertTells("use-ps=ps-azure ps-closed=443", "443", "443", "ps-azure");
        AssertTells("ds1-readonly", "ds1 read-only", "ds1", "esxi01", "read-only");
        AssertTells("use-ps=ps-azure ps-heartbeat=20", "2020-01-02 11:40:00Z", "2020-01-02 11:40:00Z");
    }

    // The checks that a case names.
    private static string[] Expected(string line) => [.. Notation.Words(Notation.Columns(line)[1]).Select(word => word.Split(':')[0])];

    private static void AssertTells(string words, string seen, params string[] parts)
    {
        var check = Assert.Single(World.Report($"reprotect {words}"), check => check.State == CheckState.Failed);
        Assert.Equal(seen.Length > 0 ? seen : check.Finding!.Message, check.Seen);
        Assert.All(parts, part => Assert.Contains(part, check.Finding!.Message, StringComparison.Ordinal));
        Assert.DoesNotMatch(Unfilled(), check.Finding!.Message);
    }

    [GeneratedRegex(@"\{[0-9]")]
    private static partial Regex Unfilled();
}
