using AsrFailback.Core.Errors;
using AsrFailback.Engine.Jobs;
using AsrFailback.Fabrics.Embedded;

namespace AsrFailback.Engine.Operations;

/// <summary>Keeps a recovery plan.</summary>
internal sealed class SaveRecoveryPlanOperation(SaveRecoveryPlan command, FailbackEngine engine) : Operation(command, engine)
{
    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [Save];

    public override IReadOnlyList<CheckResult> Check(string? asJob)
    {
        var known = asJob is null ? Engine.FindPlan(command.Plan.Name) : null;
        var plan = Merged(known);
        var (groups, machines) = command.AllowLarge ? (RecoveryPlan.MaxLargeGroups, RecoveryPlan.MaxLargeItems) : (RecoveryPlan.MaxGroups, RecoveryPlan.MaxItems);
        var twice = plan.Items.GroupBy(item => item, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1).Select(group => group.Key).ToArray();
        return
        [
            CheckResult.Of("Name", "RPL-01", SitePath.IsName(plan.Name), () => ErrorCatalogue.Error("NameInvalid", plan.Name)),
            CheckResult.Of("NameFree", "RPL-01", command.Replace || known is null, () => ErrorCatalogue.Error("PlanExists", plan.Name)),
            CheckResult.Of("Plan", "RPL-01", !command.Replace || asJob is not null || known is not null, () => ErrorCatalogue.Error("PlanNotFound", plan.Name)),
            CheckResult.Of("Groups", "RPL-01", plan.Groups.Count >= 1 && plan.Groups.Count <= groups && plan.Groups.All(group => group.Items.Count > 0), () =>
                ErrorCatalogue.Error("PlanGroupsOutOfRange", plan.Groups.Count, groups, RecoveryPlan.MaxLargeGroups)),
            CheckResult.Of("Size", "RPL-01", plan.Items.Count <= machines, () => ErrorCatalogue.Error("PlanTooLarge", plan.Items.Count, machines, RecoveryPlan.MaxLargeItems)),
            CheckResult.Of("Once", "RPL-01", twice.Length == 0, () => ErrorCatalogue.Error("PlanItemTwice", string.Join(", ", twice))),
            .. plan.Items.Where(item => Engine.TryRuntimeOf(item) is null).Select(item =>
                CheckResult.Of("Item", "RPL-01", passed: false, () => ErrorCatalogue.Error("ItemNotFound", item))),
            .. LostActions(known).Select(lost => CheckResult.Of("ActionsKept", "RPL-02", passed: false, () => lost)),
            .. PlanActionChecks.Of(plan, Engine.Scripts),
        ];
    }

    // What a group of fewer groups had before and after it is not dropped without a word.
    private IEnumerable<AsrError> LostActions(RecoveryPlan? known) => !command.KeepActions || known is null ? [] : known.Groups
        .Select((group, index) => (Actions: group.StartActions.Concat(group.EndActions).ToArray(), Number: index + 1))
        .Where(group => group.Number > command.Plan.Groups.Count && group.Actions.Length > 0)
        .Select(group => ErrorCatalogue.Error("PlanActionsLeft", known.Name, group.Number, string.Join(", ", group.Actions.Select(action => action.Name))));

    private RecoveryPlan Merged(RecoveryPlan? known) => !command.KeepActions || known is null ? command.Plan : RecoveryPlan.Of(command.Plan.Name,
    [
        known.ShutdownGroup, known.FailoverGroup,
        .. command.Plan.Groups.Select((group, index) => known.Groups.ElementAtOrDefault(index) is { } before
            ? group with { StartActions = before.StartActions, EndActions = before.EndActions }
            : group),
    ]);

    private Task Save(TaskContext context)
    {
        RequireReady(context.JobName);
        Engine.ChangePlan(command.Plan.Name, Merged);
        return Task.CompletedTask;
    }
}

/// <summary>Forgets a recovery plan.</summary>
internal sealed class RemoveRecoveryPlanOperation(RemoveRecoveryPlan command, FailbackEngine engine) : Operation(command, engine)
{
    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [Remove];

    public override IReadOnlyList<CheckResult> Check(string? asJob) =>
        [CheckResult.Of("Plan", "RPL-01", asJob is not null || Engine.FindPlan(command.Plan) is not null, () => ErrorCatalogue.Error("PlanNotFound", command.Plan))];

    private Task Remove(TaskContext context)
    {
        Engine.RemovePlan(command.Plan);
        return Task.CompletedTask;
    }
}
