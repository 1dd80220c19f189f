namespace AsrFailback.Core.Plans;

/// <summary>Which actions of a plan belong to a run of it. Pure.</summary>
public static class PlanActions
{
    /// <summary>The run with the plan's actions for what it does and where its machines go.</summary>
    /// <param name="run">The run; its groups are known by their machines.</param>
    /// <param name="plan">The plan as it is now.</param>
    /// <param name="direction">Where the machines go.</param>
    public static RunRecoveryPlan For(RunRecoveryPlan run, RecoveryPlan plan, FailoverDirection? direction)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(plan);
        var (type, toward) = (TypeOf(run), DirectionOf(direction));
        return run with
        {
            ShutdownActions = Of(plan.ShutdownGroup),
            FailoverActions = Of(plan.FailoverGroup),
            Groups = [.. run.Groups.Select(group => group with { Actions = GroupOf(group) is { } found ? Of(found) : null })],
        };

        RecoveryPlanGroup? GroupOf(PlannedGroup group) => plan.Groups.FirstOrDefault(candidate => candidate.Items.Intersect(group.Commands.Select(command => command.Item), StringComparer.OrdinalIgnoreCase).Any());

        PlannedActions? Of(RecoveryPlanGroup group) => (Applying(group.StartActions), Applying(group.EndActions)) is var (start, end) && start.Length + end.Length > 0 ? new(start, end) : null;

        RecoveryPlanAction[] Applying(IReadOnlyList<RecoveryPlanAction> actions) => [.. actions.Where(action => type is { } done && action.AppliesTo(done, toward))];
    }

    /// <summary>What a run does, in the service's word; null for what has no actions.</summary>
    public static PlanFailoverType? TypeOf(RunRecoveryPlan run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.Commands.First() switch
        {
            StartTestFailover => PlanFailoverType.TestFailover,
            CleanUpTestFailover => PlanFailoverType.TestFailoverCleanup,
            StartFailover { Type: FailoverType.Planned } => PlanFailoverType.PlannedFailover,
            StartFailover => PlanFailoverType.UnplannedFailover,
            CommitFailover => PlanFailoverType.Commit,
            Reprotect => PlanFailoverType.SwitchProtection,
            _ => null,
        };
    }

    /// <summary>The service's word for a direction; a test failover has none of its own and always leads away from home (FO-04).</summary>
    public static PlanFailoverDirection DirectionOf(FailoverDirection? direction) =>
        direction == FailoverDirection.ToHome ? PlanFailoverDirection.RecoveryToPrimary : PlanFailoverDirection.PrimaryToRecovery;
}
