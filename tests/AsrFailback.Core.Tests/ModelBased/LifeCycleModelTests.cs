using AsrFailback.Core.Protection;
using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace AsrFailback.Core.Tests;

/// <summary>
/// Random walks through the whole life cycle, the product beside a reference model that was written from the requirements. To see it
/// fail, change a next phase or drop a guard in <c>PhaseTable</c>, or give an operation in <c>ServiceProjection</c> another word.
/// </summary>
public sealed class LifeCycleModelTests(LifeCycleModelTests.Campaign campaign, ITestOutputHelper output) : IClassFixture<LifeCycleModelTests.Campaign>
{
    private const ulong Seed = 20_201_007, Gamma = 2_017_010_401;

    [Fact]
    [Requirement("FO-04", "FO-05", "FO-07", "FO-08", "FO-09", "FB-01", "FB-05", "FB-06", "RP-08", "RP-14", "TO-08", "TO-09")]
    public void Wherever_a_walk_leads_the_product_says_what_the_reference_says()
    {
        output.WriteLine($"{campaign.Comparison.Walks} walks, {campaign.Comparison.Commands} commands, {campaign.Comparison.CarriedOut} carried out, {string.Join('+', campaign.Comparison.Rounds.Values)} rounds, seed {Seed},{Gamma}");
        Assert.True(campaign.Failure is null, campaign.Failure);
        Assert.Equal(Campaign.Walks, campaign.Comparison.Walks);
        Assert.All(campaign.Comparison.Rounds, way => Assert.True(way.Value > 100, $"Only {way.Value} times did a walk come home and go on, {way.Key}."));
    }

    [Fact]
    public void The_walks_have_asked_for_every_operation_in_every_phase_under_every_combination_of_guards()
    {
        var all = from way in Enum.GetValues<Way>()
                  from stage in Enum.GetValues<Stage>()
                  from operation in Enum.GetValues<ProtectionOperation>()
                  from guards in Combinations(way)
                  select (way, stage, operation, guards);

        output.WriteLine($"{campaign.Comparison.Cells.Count} cells");
        Assert.Empty(all.Except(campaign.Comparison.Cells));
    }

    [Fact]
    public void The_walks_have_taken_every_way_there_is_and_no_other()
    {
        var possible = from way in Enum.GetValues<Way>()
                       from stage in Enum.GetValues<Stage>()
                       from operation in Enum.GetValues<ProtectionOperation>()
                       where ReferenceRules.IsPossible(stage, operation, way)
                       select (way, stage, operation);

        Assert.Equal(possible.Order(), campaign.Comparison.Taken.Order());
    }

    [Fact]
    public void The_walks_have_met_every_reason_alone() => Assert.Equal(
        [
            "ChangeUnfinished", "ComesHomeByFailover", "DirectionMismatch", "FailoverUnfinished", "ItemBusy", "MachineAtHome", "MigrationCompleted", "NoRecoveryPoint", "NoTestFailover",
            "PointsLost", "ProtectionDisabled", "ReplicaWhole", "ReplicationNotInOrder", "TestFailoverExists", "UnsupportedDirection", "VaultOutdated", "WrongPhase",
        ],
        campaign.Comparison.Reasons.Order(StringComparer.Ordinal));

    // A test failover exists or it does not. Replication may be turned around wherever no failover fetches the data instead.
    private static IEnumerable<Guards> Combinations(Way way) =>
        from test in new[] { Guards.TestFailover, Guards.NoTestFailover }
        from others in Enumerable.Range(0, 1 << 8).Select(bits => (Guards)bits)
        where !others.HasFlag(Guards.TestFailover) && !others.HasFlag(Guards.NoTestFailover)
        select test | others | (way == Way.Fetched && others.HasFlag(Guards.AwayFromHome) ? 0 : Guards.TurnsAround);

    /// <summary>All walks, gone once for all tests.</summary>
    public sealed class Campaign
    {
        internal static int Walks { get; } = Scale.Of(20_000, 200_000);

        internal WalkComparison Comparison { get; } = new();

        internal string? Failure { get; }

        public Campaign()
        {
            var config = Config.QuickThrowOnFailure.WithMaxTest(Walks).WithReplay(Seed, Gamma);
            Failure = Record.Exception(() => Check.One(config, Prop.ForAll(Walk.Any, walk =>
            {
                var difference = Comparison.Difference(walk);
                return (difference is null).Label(difference ?? "");
            })))?.Message;
        }
    }
}
