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
        var plan = command.Plan;
        var known = asJob is null ? Engine.FindPlan(plan.Name) : null;
        var twice = plan.Items.GroupBy(item => item, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1).Select(group => group.Key).ToArray();
        return
        [
            CheckResult.Of("Name", "RPL-01", SitePath.IsName(plan.Name), () => ErrorCatalogue.Error("NameInvalid", plan.Name)),
            CheckResult.Of("NameFree", "RPL-01", command.Replace || known is null, () => ErrorCatalogue.Error("PlanExists", plan.Name)),
            CheckResult.Of("Plan", "RPL-01", !command.Replace || asJob is not null || known is not null, () => ErrorCatalogue.Error("PlanNotFound", plan.Name)),
            CheckResult.Of("Groups", "RPL-01", plan.Groups.Count is >= 1 and <= RecoveryPlan.MaxGroups && plan.Groups.All(group => group.Items.Count > 0), () =>
                ErrorCatalogue.Error("PlanGroupsOutOfRange", plan.Groups.Count, RecoveryPlan.MaxGroups)),
            CheckResult.Of("Size", "RPL-01", plan.Items.Count <= RecoveryPlan.MaxItems, () => ErrorCatalogue.Error("PlanTooLarge", plan.Items.Count, RecoveryPlan.MaxItems)),
            CheckResult.Of("Once", "RPL-01", twice.Length == 0, () => ErrorCatalogue.Error("PlanItemTwice", string.Join(", ", twice))),
            .. plan.Items.Where(item => Engine.TryRuntimeOf(item) is null).Select(item =>
                CheckResult.Of("Item", "RPL-01", passed: false, () => ErrorCatalogue.Error("ItemNotFound", item))),
        ];
    }

    private Task Save(TaskContext context)
    {
        RequireReady(context.JobName);
        Engine.SavePlan(command.Plan);
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
