using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Tests;

/// <summary>The service's words, against what the service was seen to answer, and our own choices where it was not.</summary>
public sealed class ServiceProjectionTests
{
    // source side, active side, phase, points, test failover or migration | instance type, state, location | operations
    public static TheoryData<string> Rows => Notation.Cases("""
        Home     Home     Unprotected   0 -    | InMageAzureV2 Unprotected                    Primary  |
        Home     Home     Protected     0 -    | InMageAzureV2 InitialReplicationInProgress   Primary  | DisableProtection
        Home     Home     Protected     1 -    | InMageAzureV2 Protected                      Primary  | UnplannedFailover DisableProtection TestFailover
        Home     Home     Protected     1 test | InMageAzureV2 Protected                      Primary  | TestFailoverCleanup
        Home     Recovery CommitPending 1 -    | InMageAzureV2 UnplannedFailoverCommitPending Recovery | Commit
        Home     Recovery Committed     0 -    | InMageAzureV2 UnplannedFailoverCommitted     Recovery | CompleteMigration DisableProtection SwitchProtection
        Home     Recovery Committed     0 migrated | InMageAzureV2 UnplannedFailoverCommitted Recovery | DisableProtection
        Recovery Recovery Protected     1 -    | InMage        Protected                      Primary  | UnplannedFailover DisableProtection
        Recovery Home     CommitPending 1 -    | InMage        UnplannedFailoverCommitPending Recovery | Commit
        Recovery Home     Committed     0 -    | InMage        UnplannedFailoverCommitted     Recovery | CompleteMigration DisableProtection SwitchProtection
        """);

    [Theory]
    [Requirement("FO-08", "RP-14")]
    [MemberData(nameof(Rows))]
    public void Facts_are_told_in_the_words_of_the_VMware_path(string line)
    {
        var columns = Notation.Columns(line);
        var words = Notation.Words(columns[0]);
        var facts = Facts.In(Enum.Parse<Phase>(words[2]), Enum.Parse<Side>(words[0]), Enum.Parse<Side>(words[1])) with
        {
            TestFailover = words[4] == "test" ? Facts.Test : null,
            MigrationCompleted = words[4] == "migrated",
        };

        var item = ServiceProjection.Project(facts, ArmId.Vault(Guid.Empty, "v"), words[3] == "1", currentJob: null);

        Assert.Equal(string.Join(' ', Notation.Words(columns[1])), $"{item.InstanceType} {item.ProtectionState} {item.ActiveLocation}");
        Assert.Equal(Notation.Words(columns[2]), item.AllowedOperations.Select(operation => operation.Value));
    }

    [Theory]
    [InlineData(Side.Home, "onprem")]
    [InlineData(Side.Recovery, "azure")]
    public void The_active_fabric_is_the_one_of_the_active_side(Side active, string fabric) =>
        Assert.Equal(fabric, ServiceProjection.Project(Facts.In(Phase.Committed, Side.Home, active), ArmId.Vault(Guid.Empty, "v"), true, null).ActiveFabric);

    [Fact]
    public void The_id_of_an_item_stays_when_the_roles_swap_or_its_home_moves()
    {
        var vault = ArmId.Vault(Guid.Empty, "v");
        var before = ServiceProjection.Project(Facts.In(Phase.Protected), vault, true, null);
        var after = ServiceProjection.Project(Facts.In(Phase.Protected, Side.Recovery, Side.Recovery), vault, true, null);

        var moved = ServiceProjection.Project(HomeMove.To(Facts.In(Phase.Protected), "dc1", FabricKind.VMware, Guid.Empty), vault, true, null);

        Assert.Equal([before.Id, before.Id], [after.Id, moved.Id]);
        Assert.Equal("dc1", moved.HomeFabric);
        Assert.EndsWith("/replicationFabrics/onprem/replicationProtectionContainers/local/replicationProtectedItems/web01", before.Id.Value, StringComparison.Ordinal);
    }

    [RecordedFact]
    public void The_item_before_a_reprotect_reads_as_recorded()
    {
        var recorded = RecordedExchange.Read("01-a2v-reprotect.json").GetProperty("item_before");
        var facts = Facts.In(Phase.Committed, Side.Home, Side.Recovery);

        Assert.Equal(recorded.GetProperty("protectionState").GetString(), ServiceProjection.ProtectionStateOf(facts, hasPoint: false).Value);
        Assert.Equal(recorded.GetProperty("activeLocation").GetString(), ServiceProjection.ActiveLocationOf(facts).Value);
        Assert.Equal(recorded.GetProperty("providerSpecificDetails.instanceType").GetString(), ServiceProjection.InstanceTypeOf(facts).Value);
        Assert.Equal(RecordedExchange.Words(recorded.GetProperty("allowedOperations")), Operations(facts));
    }

    [RecordedFact]
    public void The_item_after_a_reprotect_reads_as_recorded()
    {
        var recorded = RecordedExchange.Read("02-a2v-failback-failover-commit.json").GetProperty("item_after_reprotect_GET").GetProperty("properties");
        var facts = Facts.In(Phase.Protected, Side.Recovery, Side.Recovery);

        Assert.Equal(recorded.GetProperty("protectionState").GetString(), ServiceProjection.ProtectionStateOf(facts, hasPoint: true).Value);
        Assert.Equal(recorded.GetProperty("activeLocation").GetString(), ServiceProjection.ActiveLocationOf(facts).Value);
        Assert.Equal(
            recorded.GetProperty("providerSpecificDetails").GetProperty("instanceType").GetString(), ServiceProjection.InstanceTypeOf(facts).Value);
        Assert.Equal(RecordedExchange.Words(recorded.GetProperty("allowedOperations")), Operations(facts));
    }

    [RecordedFact]
    public void The_operations_of_an_item_protected_to_Azure_read_as_recorded()
    {
        var recorded = RecordedExchange.Read("05-policies-mappings.json").GetProperty("protected_InMageAzureV2_allowedOperations");

        Assert.Equal(RecordedExchange.Words(recorded), Operations(Facts.In(Phase.Protected)));
    }

    private static IEnumerable<string> Operations(ProtectionFacts facts) =>
        ServiceProjection.AllowedOperationsOf(facts, hasPoint: true).Select(operation => operation.Value);
}
