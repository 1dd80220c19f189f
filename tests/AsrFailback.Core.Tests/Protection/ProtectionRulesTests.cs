using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Tests;

/// <summary>The guards around the phases: what they find, and that nothing else is found.</summary>
public sealed class ProtectionRulesTests
{
    // phase, operation | what surrounds it | errors found
    public static TheoryData<string> Cases => Notation.Cases("""
        Protected Failover            | points=1                    |
        Protected Failover            | points=0                    | NoRecoveryPoint
        Protected Failover            | points=1 test               | TestFailoverExists
        Protected Failover            | points=1 busy               | ItemBusy
        Protected Failover            | points=1 Disconnected       |
        Protected Failover            | points=1 Stopped            |
        Protected Failover            | points=1 from-azure         |
        Protected TestFailover        | points=1                    |
        Protected TestFailover        | points=0                    | NoRecoveryPoint
        Protected TestFailover        | points=1 test               | TestFailoverExists
        Protected TestFailover        | points=1 from-azure         | UnsupportedDirection
        Protected CleanUpTestFailover | points=1                    | NoTestFailover
        Protected CleanUpTestFailover | points=0 test               |
        Protected CreatePoint         | points=0                    |
        Protected CreatePoint         | points=0 Synchronizing      | ReplicationNotInOrder
        Protected CreatePoint         | points=0 Disconnected       | ReplicationNotInOrder
        Protected CreatePoint         | points=0 IntentOnly         | ReplicationNotInOrder
        Protected CreatePoint         | points=0 Stopped            | ReplicationNotInOrder
        Protected CreatePoint         | points=1 test               |
        Protected Disable             | points=0                    |
        Protected Disable             | points=1 test               | TestFailoverExists
        Protected Disable             | points=1 busy test          | ItemBusy TestFailoverExists
        CommitPending Commit          | points=0 Stopped            |
        CommitPending Commit          | points=0 busy               | ItemBusy
        Committed Reprotect           | points=0 Stopped            |
        Committed Disable             | points=0 Stopped            |
        Committed Failover            | points=0 busy               | ItemBusy WrongPhase
        Committed TestFailover        | points=0 from-azure busy    | ItemBusy WrongPhase UnsupportedDirection
        Unprotected Enable            | points=0 Stopped            |
        Unprotected Reprotect         | points=0 Stopped            | ProtectionDisabled
        Unprotected Reprotect         | points=0 busy               | ItemBusy ProtectionDisabled
        Committed Reprotect           | points=0 migrated           | MigrationCompleted
        Committed Disable             | points=0 migrated           |
        Committed CompleteMigration   | points=0 from-azure         |
        Committed CompleteMigration   | points=0                    | MachineAtHome
        Committed CompleteMigration   | points=0 from-azure migrated | MigrationCompleted
        Committed CompleteMigration   | points=0 migrated busy      | ItemBusy MigrationCompleted MachineAtHome
        Protected CompleteMigration   | points=1                    | WrongPhase
        CommitPending CompleteMigration | points=1 from-azure       | WrongPhase
        Protected TestFailover        | points=1 switching          | FailoverUnfinished
        Protected CreatePoint         | points=1 switching          | FailoverUnfinished
        Protected Failover            | points=1 switching          |
        Protected Failover            | points=1 outdated busy      | VaultOutdated ItemBusy
        """);

    [Theory]
    [Requirement("FO-04", "FB-01", "RP-08")]
    [MemberData(nameof(Cases))]
    public void Guards_find_what_stands_in_the_way_and_nothing_else(string line)
    {
        var columns = Notation.Columns(line);
        var cell = Notation.Words(columns[0]);
        var words = Notation.Words(columns[1]);

        var checks = ProtectionRules.Check(FactsOf(cell[0], words), Enum.Parse<ProtectionOperation>(cell[1]), Around(words));

        Assert.Equal(Notation.Words(columns[2]), checks.Where(check => !check.Passed).Select(check => check.Finding!.Id));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_check_names_its_requirement_and_carries_a_finding_only_when_it_failed(string line)
    {
        var columns = Notation.Columns(line);
        var cell = Notation.Words(columns[0]);
        var words = Notation.Words(columns[1]);

        var checks = ProtectionRules.Check(FactsOf(cell[0], words), Enum.Parse<ProtectionOperation>(cell[1]), Around(words));

        Assert.All(checks, check => Assert.Matches("^[A-Z]{2,3}-[0-9]{2}$", check.Requirement));
        Assert.All(checks, check => Assert.Equal(check.Passed, check.Finding is null));
        Assert.Equal(checks.Count, checks.DistinctBy(check => check.Id).Count());
    }

    private static ProtectionFacts FactsOf(string phase, string[] words)
    {
        var side = words.Contains("from-azure") ? Side.Recovery : Side.Home;
        return Facts.In(Enum.Parse<Phase>(phase), side, side) with
        {
            TestFailover = words.Contains("test") ? Facts.Test : null,
            MigrationCompleted = words.Contains("migrated"),
            Switching = words.Contains("switching"),
        };
    }

    private static Surroundings Around(string[] words) => new(
        int.Parse(words[0]["points=".Length..], System.Globalization.CultureInfo.InvariantCulture),
        words.Select(word => Enum.TryParse<ReplicationMode>(word, out var mode) ? mode : (ReplicationMode?)null)
            .FirstOrDefault(mode => mode is not null) ?? ReplicationMode.InOrder,
        words.Contains("busy") ? Facts.Job : null)
    {
        Outdated = words.Contains("outdated") ? ErrorCatalogue.Error("VaultOutdated", "web01", "azure", "epoch 3", "epoch 2") : null,
    };
}
