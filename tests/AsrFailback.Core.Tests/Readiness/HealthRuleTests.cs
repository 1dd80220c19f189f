using AsrFailback.Core.Readiness;

namespace AsrFailback.Core.Tests;

/// <summary>What has changed at home since replication turned there.</summary>
public sealed class HealthRuleTests
{
    // where the item stands and what has changed | exactly what is found
    public static TheoryData<string> Cases => Notation.Cases("""
        failback                          |
        failback home-on                  | HomeMachinePoweredOn
        failback replica-ran              | HomeMachinePoweredOn
        failback home-on switching        |
        failback replica-gone             | MachineNotFound
        failback replica-renamed          | ReplicaRenamed
        failback snapshots=1              | SnapshotsAppeared
        failback moved=ds2                | DisksMoved
        failback placed=DS1               |
        failback no-mt                    | NoMasterTarget
        failback mt-snapshots             | MasterTargetSnapshots
        failback mt-store=ds2             | MasterTargetMoved
        failback mt-store=DS1             |
        failback ds1-readonly             | DatastoreNotAccessible
        failback ds1-down                 | DatastoreNotAccessible
        failback ds2-down                 |
        failback avs snapshots=1          | SnapshotsAppeared
        failback home-on snapshots=1 mt-snapshots | HomeMachinePoweredOn SnapshotsAppeared MasterTargetSnapshots
        failback disk-gone                | ReplicaDiskMissing
        failback home-kind=HyperV home-on snapshots=1 | HomeMachinePoweredOn SnapshotsAppeared
        """);

    // where the item stands: nothing replicates home, or nobody can look there
    public static TheoryData<string> Silent => Notation.Cases("""
        failover home-on snapshots=1 mt-snapshots
        test home-on
        disable snapshots=1
        enable home-on
        reprotect home-on snapshots=1
        commit home-on
        failback home-kind=Physical home-on snapshots=1
        reprotect-to-azure home-on snapshots=1
        failback home-gone home-on snapshots=1 mt-snapshots no-mt
        failback home-gone replica-ran
        reprotect home-gone home-on
        """);

    [Theory]
    [Requirement("RP-04", "RP-05", "MT-03", "MT-06", "FB-08")]
    [MemberData(nameof(Cases))]
    public void What_has_changed_at_home_is_found_and_nothing_else(string line)
    {
        var columns = Notation.Columns(line);

        Assert.Equal(Notation.Words(columns[1]), Health(columns[0]).Select(error => error.Id));
    }

    [Theory]
    [MemberData(nameof(Silent))]
    public void Nothing_is_found_where_nothing_replicates_home_or_the_site_is_gone(string words) => Assert.Empty(Health(words));

    [Theory]
    [Requirement("MT-03")]
    [InlineData("mt-store=ds2", "mt01", "ds1", "ds2")]
    [InlineData("moved=ds2", "web01", "data", "ds1 → ds2")]
    [InlineData("snapshots=3", "web01", "3")]
    public void A_finding_says_what_and_where(string words, params string[] parts)
    {
        var error = Assert.Single(Health($"failback {words}"));

        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    private static IReadOnlyList<AsrError> Health(string words)
    {
        var (facts, home) = World.AtHome(words);
        return HealthRules.Check(facts, home);
    }
}
