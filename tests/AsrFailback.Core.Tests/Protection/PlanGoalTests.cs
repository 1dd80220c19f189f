using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Tests;

/// <summary>When a machine is where an operation of a plan takes it.</summary>
public sealed class PlanGoalTests
{
    private static readonly Guid Point = new("7a1d6a3e-0000-4000-8000-000000000002");

    // operation | phase, source, active side | where the plan goes (- where its machines differ) | reached
    [Theory]
    [Requirement("RPL-02")]
    [InlineData("failover", Phase.CommitPending, Side.Home, Side.Recovery, FailoverDirection.FromHome, true)]
    [InlineData("failover", Phase.CommitPending, Side.Home, Side.Recovery, FailoverDirection.ToHome, false)]
    [InlineData("failover", Phase.CommitPending, Side.Recovery, Side.Home, FailoverDirection.ToHome, true)]
    [InlineData("failover", Phase.CommitPending, Side.Recovery, Side.Home, null, true)]
    [InlineData("failover", Phase.Committed, Side.Home, Side.Recovery, FailoverDirection.FromHome, true)]
    [InlineData("failover", Phase.Committed, Side.Home, Side.Recovery, FailoverDirection.ToHome, false)]
    [InlineData("failover", Phase.Committed, Side.Home, Side.Recovery, null, false)]
    [InlineData("failover", Phase.Protected, Side.Home, Side.Home, FailoverDirection.FromHome, false)]
    [InlineData("failover", Phase.Protected, Side.Recovery, Side.Recovery, FailoverDirection.FromHome, false)] // it replicates home already
    [InlineData("commit", Phase.Committed, Side.Home, Side.Recovery, FailoverDirection.FromHome, true)]
    [InlineData("commit", Phase.Committed, Side.Recovery, Side.Home, FailoverDirection.FromHome, false)]
    [InlineData("commit", Phase.CommitPending, Side.Home, Side.Recovery, FailoverDirection.FromHome, false)]
    [InlineData("reprotect", Phase.Protected, Side.Recovery, Side.Recovery, FailoverDirection.ToHome, true)]
    [InlineData("reprotect", Phase.Protected, Side.Home, Side.Home, FailoverDirection.ToHome, false)]
    [InlineData("reprotect", Phase.Committed, Side.Home, Side.Recovery, FailoverDirection.ToHome, false)]
    [InlineData("cancel", Phase.Protected, Side.Home, Side.Home, null, true)]
    [InlineData("cancel", Phase.CommitPending, Side.Home, Side.Recovery, null, false)]
    [InlineData("cancel", Phase.Committed, Side.Home, Side.Recovery, null, false)]
    [InlineData("cleanup", Phase.Protected, Side.Home, Side.Home, null, true)]
    [InlineData("test", Phase.Protected, Side.Home, Side.Home, null, false)]
    public void A_goal_is_a_phase_at_a_side(string operation, Phase phase, Side source, Side active, FailoverDirection? direction, bool reached) =>
        Assert.Equal(reached, PlanGoal.IsReached(Of(operation), direction, Facts.In(phase, source, active)));

    [Fact]
    [Requirement("RPL-02", "FO-10")]
    public void Another_point_than_the_one_asked_for_is_not_the_goal()
    {
        var point = new RecoveryPoint(Point, LogPosition.None, DateTimeOffset.UnixEpoch, PointConsistency.CrashConsistent, "");
        var facts = Facts.In(Phase.CommitPending, Side.Home, Side.Recovery) with { FailoverPoint = point, TestFailover = Facts.Test };

        Assert.True(PlanGoal.IsReached(new StartFailover("web01", Point, true), FailoverDirection.FromHome, facts));
        Assert.False(PlanGoal.IsReached(new StartFailover("web01", Guid.Empty, true), FailoverDirection.FromHome, facts));
        Assert.True(PlanGoal.IsReached(new SwitchRecoveryPoint("web01", Point), null, facts));
        Assert.False(PlanGoal.IsReached(new SwitchRecoveryPoint("web01", Guid.Empty), null, facts));
        Assert.False(PlanGoal.IsReached(new SwitchRecoveryPoint("web01", null), null, facts)); // the newest may be another one by now
        Assert.True(PlanGoal.IsReached(new StartTestFailover("web01", Facts.Test.PointId, null), null, facts));
        Assert.False(PlanGoal.IsReached(new StartTestFailover("web01", Point, null), null, facts));
    }

    [Theory]
    [Requirement("RPL-03", "RP-15")]
    [InlineData(null, true)]
    [InlineData("ONPREM", true)]
    [InlineData("dc1", false)]
    public void A_way_home_to_another_site_is_another_goal(string? fabric, bool reached) => Assert.Equal(
        reached, PlanGoal.IsReached(new Reprotect("web01") { Fabric = fabric }, FailoverDirection.ToHome, Facts.In(Phase.Protected, Side.Recovery, Side.Recovery)));

    private static ItemCommand Of(string operation) => operation switch
    {
        "failover" => new StartFailover("web01", null, ShutDownSource: true),
        "commit" => new CommitFailover("web01"),
        "cancel" => new CancelFailover("web01"),
        "reprotect" => new Reprotect("web01"),
        "test" => new StartTestFailover("web01", null, null),
        _ => new CleanUpTestFailover("web01"),
    };
}
