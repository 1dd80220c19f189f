using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Tests;

/// <summary>The state machine, cell by cell.</summary>
public sealed class PhaseTableTests
{
    private const string Table = """
        Unprotected   Enable              Protected
        Unprotected   CreatePoint         refused
        Unprotected   TestFailover        refused
        Unprotected   CleanUpTestFailover refused
        Unprotected   Failover            refused
        Unprotected   Commit              refused
        Unprotected   Reprotect           refused
        Unprotected   Disable             Unprotected
        Unprotected   CompleteMigration   refused
        Unprotected   Repair              refused
        Unprotected   Update              refused
        Unprotected   SwitchPoint         refused
        Unprotected   CancelFailover      refused
        Protected     Enable              refused
        Protected     CreatePoint         Protected
        Protected     TestFailover        Protected
        Protected     CleanUpTestFailover Protected
        Protected     Failover            CommitPending
        Protected     Commit              refused
        Protected     Reprotect           Protected
        Protected     Disable             Unprotected
        Protected     CompleteMigration   refused
        Protected     Repair              Protected
        Protected     Update              Protected
        Protected     SwitchPoint         refused
        Protected     CancelFailover      refused
        CommitPending Enable              refused
        CommitPending CreatePoint         refused
        CommitPending TestFailover        refused
        CommitPending CleanUpTestFailover refused
        CommitPending Failover            refused
        CommitPending Commit              Committed
        CommitPending Reprotect           refused
        CommitPending Disable             refused
        CommitPending CompleteMigration   refused
        CommitPending Repair              refused
        CommitPending Update              CommitPending
        CommitPending SwitchPoint         CommitPending
        CommitPending CancelFailover      Protected
        Committed     Enable              refused
        Committed     CreatePoint         refused
        Committed     TestFailover        refused
        Committed     CleanUpTestFailover refused
        Committed     Failover            refused
        Committed     Commit              refused
        Committed     Reprotect           Protected
        Committed     Disable             Unprotected
        Committed     CompleteMigration   Committed
        Committed     Repair              refused
        Committed     Update              Committed
        Committed     SwitchPoint         refused
        Committed     CancelFailover      refused
        """;

    public static TheoryData<string> Cells => Notation.Cases(Table);

    [Theory]
    [Requirement("FO-07", "FO-08")]
    [MemberData(nameof(Cells))]
    public void A_cell_leads_where_the_table_says(string cell)
    {
        var (phase, operation, next) = Parse(cell);

        var row = PhaseTable.Find(ProviderPath.InMage, phase, operation);

        Assert.Equal(next, row?.Next.ToString() ?? "refused");
    }

    [Theory]
    [Requirement("FB-05", "FO-09")]
    [InlineData(ProviderPath.HyperVReplicaAzure, "Committed Failover CommitPending")]
    [InlineData(ProviderPath.HyperVReplica, "Committed CompleteMigration refused")]
    public void A_path_differs_from_that_of_VMware_in_these_cells_only(ProviderPath path, string differs)
    {
        var cells = Notation.Lines(Table).Select(Parse).Where(cell => cell.Next != (PhaseTable.Find(path, cell.Phase, cell.Operation)?.Next.ToString() ?? "refused"));

        var (phase, operation, next) = Parse(differs);
        var cell = Assert.Single(cells);
        Assert.Equal((phase, operation, next), (cell.Phase, cell.Operation, PhaseTable.Find(path, phase, operation)?.Next.ToString() ?? "refused"));
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_refusal_by_phase_names_the_phases_in_which_the_operation_is_possible(string cell)
    {
        var (phase, operation, next) = Parse(cell);

        var check = ProtectionRules.Check(Facts.In(phase), operation, new Surroundings(1, ReplicationMode.InOrder, null)).Single(one => one.Id == "Phase");

        if (next != "refused")
        {
            Assert.True(check.Passed);
            return;
        }

        if ((phase, operation) is (Phase.Unprotected, ProtectionOperation.Reprotect))
        {
            Assert.Equal("ProtectionDisabled", check.Finding?.Id);
            return;
        }

        var possible = Notation.Lines(Table).Select(Parse).Where(row => row.Operation == operation && row.Next != "refused").Select(row => row.Phase);
        Assert.Equal("WrongPhase", check.Finding?.Id);
        Assert.Contains(phase.ToString(), check.Finding!.Message, StringComparison.Ordinal);
        Assert.EndsWith($"in: {string.Join(", ", possible)}.", check.Finding.PossibleCauses, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_cell_is_in_the_table_and_none_twice()
    {
        var cells = Notation.Lines(Table).Select(Parse).Select(cell => (cell.Phase, cell.Operation)).ToArray();
        var all = Enum.GetValues<Phase>().SelectMany(phase => Enum.GetValues<ProtectionOperation>().Select(operation => (phase, operation)));

        Assert.Equal(all.Order(), cells.Order());
        Assert.All(Enum.GetValues<ProviderPath>(), path => Assert.All(
            PhaseTable.Transitions.Where(row => row.IsOn(path)).GroupBy(row => (row.Phase, row.Operation)), cell => Assert.Single(cell)));
    }

    private static (Phase Phase, ProtectionOperation Operation, string Next) Parse(string cell)
    {
        var words = Notation.Words(cell);
        return (Enum.Parse<Phase>(words[0]), Enum.Parse<ProtectionOperation>(words[1]), words[2]);
    }
}
