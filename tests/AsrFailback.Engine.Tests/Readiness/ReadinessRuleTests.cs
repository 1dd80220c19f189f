using AsrFailback.Core.Readiness;

namespace AsrFailback.Engine.Tests;

/// <summary>Each rule alone, through the whole engine: its report finds it, the submission is refused with the same, nothing changes.</summary>
public sealed class ReadinessRuleTests
{
    // operation : checks that no inventory and no machine file can break; what breaks them is said beside
    private const string NotInAnInventory = """
        # the phase of the item and the vault's own state
        Reprotect    | VaultNewest NotBusy Phase TurnsAround HasRecoveryPoint NoTestFailover TestFailoverExists ReplicationInOrder NotMigrated AwayFromHome ReplicaLost PointsKept
        Failover     | VaultNewest NotBusy Phase TurnsAround HasRecoveryPoint NoTestFailover TestFailoverExists ReplicationInOrder NotMigrated AwayFromHome ReplicaLost PointsKept
        TestFailover | VaultNewest NotBusy Phase TurnsAround HasRecoveryPoint NoTestFailover TestFailoverExists ReplicationInOrder NotMigrated AwayFromHome ReplicaLost NotSwitching PointsKept
        Commit       | VaultNewest NotBusy Phase TurnsAround HasRecoveryPoint NoTestFailover TestFailoverExists ReplicationInOrder NotMigrated AwayFromHome ReplicaLost NotSwitching PointsKept
        # what the command asks for: ReadinessOutcomeTests
        Failover     | Direction ExpectedDirection Point PointAge ShutdownTimeout RollBackAfter
        TestFailover | Direction Point
        # encrypted VMM clouds: EncryptionCheckTests, EncryptedCloudTests
        Failover     | EncryptionCertificate EncryptionKey
        TestFailover | EncryptionCertificate EncryptionKey
        # a home that moves to another site: HomeMoveTests
        Reprotect    | OldHomeLeft ConfigurationServerStays ProtectionGroupWhole
        Failover     | HomeDiscovered OldHomeLeft
        # planned failovers, and home to Hyper-V: PlannedFailoverTests, PlannedFailbackTests, PlannedFailbackAttackTests, OwnSitesTests
        Failover     | PlannedSource PlannedShutdown OlderPointConfirmed FailbackParameters DownloadAdvised HomeMachine VMHost VirtualSwitch
        Failover     | MachineExists ResourceGroup MachineRunning ReplicaName
        Reprotect    | ReverseReplication
        # networks that are mapped, which the vault knows: NetworkMappingTests
        Failover     | NetworkMapping
        # what was not sent yet: ReadinessOutcomeTests
        Failover     | ExpectedLoss
        """;

    public static TheoryData<string> Stages => [.. ReadinessStage.All];

    [Theory]
    [Requirement("RP-02", "RP-03", "RP-04", "RP-05", "RP-06", "RP-07", "RP-08", "RP-09", "RP-10", "RP-11", "RP-12", "RP-13", "RP-15", "RP-16")]
    [Requirement("MT-01", "MT-02", "MT-03", "MT-04", "MT-05", "MT-06", "MT-07", "MT-08", "MT-09", "MT-10", "MT-11", "MT-12")]
    [Requirement("TO-02", "TO-04", "TO-05", "TO-07", "TO-10", "FO-01", "FO-12", "FB-04", "FB-08")]
    [Requirement("ER-95226", "ER-78052", "ER-78093", "ER-8061", "ER-8038", "ER-Own")]
    [MemberData(nameof(Stages))]
    public async Task A_rule_that_is_broken_alone_is_found_alone_and_refused_with_nothing_else(string stage)
    {
        await using var world = await ReadinessStage.WorldAsync(stage);
        var healthy = Findings.Words(await Findings.OfAsync(world, RuleCase.Read("").Command(stage))).ToArray();
        var mistakes = new List<string>();
        foreach (var row in RuleTables.Of(stage))
        {
            mistakes.AddRange(await MistakesOfBreakingAsync(world, row, healthy));
            mistakes.AddRange(await MistakesOfMeetingAsync(world, row, healthy));
        }

        Assert.True(mistakes.Count == 0, string.Join('\n', mistakes));
        Assert.DoesNotContain(healthy, finding => finding.EndsWith("Failed", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_check_has_a_row_or_is_known_to_have_none()
    {
        var rows = ReadinessStage.All.SelectMany(RuleTables.Of).Select(row => $"{ReadinessStage.OperationOf(row.Stage)} {row.Check}");
        var none = Notation.Lines(NotInAnInventory).Select(Notation.Columns).SelectMany(line => Notation.Words(line[1]).Select(check => $"{line[0]} {check}"));
        var operations = ReadinessStage.All.Select(ReadinessStage.OperationOf).Distinct().ToArray();
        var all = ReadinessRules.All.SelectMany(check => check.Operations.Intersect(operations).Select(operation => $"{operation} {check.Id}")).ToArray();

        Assert.Empty(all.Except(rows).Except(none));
        Assert.Empty(none.Intersect(rows));
        Assert.Empty(rows.Concat(none).Except(all));
    }

    private static async Task<List<string>> MistakesOfBreakingAsync(DrWorld world, RuleRow row, string[] healthy)
    {
        using var edit = new WorldEdit(world, row.Breaks.Edits);
        var command = row.Breaks.Command(row.Stage);
        var found = await Findings.OfAsync(world, command);
        var mistakes = new List<string>();
        var expected = Expected(healthy, row.Breaks).Append($"{row.Check}:{(row.Warns ? CheckState.Warning : CheckState.Failed)}").Distinct().Order(StringComparer.Ordinal);
        Compare(mistakes, row, "findings", expected, Findings.Words(found));
        var finding = found.FirstOrDefault(check => check.Id == row.Check)?.Finding;
        Compare(mistakes, row, "error", [$"{row.Error} {row.Code ?? row.Error}"], [$"{finding?.Id} {finding?.Code}"]);
        if (!row.Warns && mistakes.Count == 0)
        {
            var before = world.Fingerprint();
            Compare(mistakes, row, "reasons", Findings.Texts(Findings.Reasons(found)), Findings.Texts(await Findings.RefusalAsync(world, command)));
            Compare(mistakes, row, "bytes", [before], [world.Fingerprint()]);
        }

        return mistakes;
    }

    private static async Task<List<string>> MistakesOfMeetingAsync(DrWorld world, RuleRow row, string[] healthy)
    {
        var mistakes = new List<string>();
        if (row.Meets is not { } meets)
        {
            return mistakes;
        }

        using var edit = new WorldEdit(world, meets.Edits);
        var command = meets.Command(row.Stage);
        Compare(mistakes, row, "findings when met", Expected(healthy, meets).Order(StringComparer.Ordinal), Findings.Words(await Findings.OfAsync(world, command)));
        if (meets.Edits.Length > 0)
        {
            var state = (await world.Engine.PreviewAsync(command)).Checks.Single(check => check.Id == row.Check).State;
            Compare(mistakes, row, "state when met", [$"{CheckState.Passed}"], [$"{state}"]);
        }

        return mistakes;
    }

    private static IEnumerable<string> Expected(string[] healthy, RuleCase half) =>
        healthy.Where(finding => !half.Go.Contains(finding.Split(':')[0])).Concat(half.Come.Select(check => $"{check}:{CheckState.Warning}"));

    private static void Compare(List<string> mistakes, RuleRow row, string what, IEnumerable<string> expected, IEnumerable<string> found)
    {
        var (right, seen) = (string.Join(' ', expected), string.Join(' ', found));
        if (right != seen)
        {
            mistakes.Add($"{row.Line}\n  {what}: {seen}\n  expected: {right}");
        }
    }
}
