namespace AsrFailback.Core.Protection;

/// <summary>Where an operation of a plan takes a machine, and whether the machine is there. Pure.</summary>
public static class PlanGoal
{
    /// <summary>Where a machine that stands at the beginning of the operation goes, or has gone; null where it does not stand there.</summary>
    public static FailoverDirection? DirectionOf(ItemCommand command, ProtectionFacts facts) => (command, facts.Phase) switch
    {
        (StartFailover { Direction: { } asked }, _) => asked,
        (StartFailover, Phase.Protected) => Toward(facts.TargetSide),
        (StartFailover, Phase.Committed) when facts.BringsDataHome => Toward(facts.ActiveSide.Other()),
        (CommitFailover, Phase.CommitPending) => Toward(facts.ActiveSide),
        (Reprotect, Phase.Committed) => Toward(facts.ActiveSide.Other()),
        _ => null,
    };

    /// <summary>Whether a machine is where the operation would have left it: another one, or the plan itself, took it there.</summary>
    /// <param name="command">The operation.</param>
    /// <param name="direction">Where the machines of the plan go; null where they differ, and then any side will do.</param>
    /// <param name="facts">The machine's facts.</param>
    public static bool IsReached(ItemCommand command, FailoverDirection? direction, ProtectionFacts facts) => command switch
    {
        StartFailover failover => RunsThere(failover, facts)
            || (IsFailedOver(facts.Phase, direction) && IsAt(facts.ActiveSide, direction) && (failover.PointId is null || failover.PointId == facts.FailoverPoint?.Id)),
        CommitFailover => facts.Phase == Phase.Committed && IsAt(facts.ActiveSide, direction),
        SwitchRecoveryPoint { PointId: { } point } => facts.Phase == Phase.CommitPending && facts.FailoverPoint?.Id == point,
        CancelFailover => facts.Phase == Phase.Protected,
        Reprotect reprotect => facts.Phase == Phase.Protected && IsAt(facts.TargetSide, direction) && (reprotect.Fabric is null || IsHome(reprotect.Fabric, facts)),
        StartTestFailover test => facts.TestFailover is { } exists && (test.PointId is null || test.PointId == exists.PointId),
        CleanUpTestFailover => facts is { Phase: Phase.Protected, TestFailover: null },
        _ => false,
    };

    // Where machines run at both ends, a direction that somebody chose is for those at the other end (FO-05).
    private static bool RunsThere(StartFailover failover, ProtectionFacts facts) =>
        failover is { Direction: { } chosen, PointId: null } && facts.Phase == Phase.Protected && Toward(facts.ActiveSide) == chosen;

    // One that was committed as well is no less there, when it is known where that is.
    private static bool IsFailedOver(Phase phase, FailoverDirection? direction) => phase == Phase.CommitPending || (phase == Phase.Committed && direction is not null);

    private static bool IsAt(Side side, FailoverDirection? direction) => direction is null || Toward(side) == direction;

    private static bool IsHome(string fabric, ProtectionFacts facts) => string.Equals(fabric, facts.HomeFabric, StringComparison.OrdinalIgnoreCase);

    private static FailoverDirection Toward(Side side) => side == Side.Home ? FailoverDirection.ToHome : FailoverDirection.FromHome;
}
