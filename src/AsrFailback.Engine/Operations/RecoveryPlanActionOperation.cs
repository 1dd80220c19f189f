using AsrFailback.Core.Errors;
using AsrFailback.Core.Jobs;
using AsrFailback.Engine.Jobs;

namespace AsrFailback.Engine.Operations;

/// <summary>Adds an action to a plan, or takes one out. A script is allowed as it is at the submission.</summary>
internal sealed class RecoveryPlanActionOperation(FailbackCommand command, FailbackEngine engine) : Operation(command, engine)
{
    private readonly FailbackCommand _command = command;

    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [Save];

    public override IReadOnlyList<CheckResult> Check(string? asJob)
    {
        var plan = Engine.FindPlan(_command.Target);
        var found = CheckResult.Of("Plan", "RPL-02", plan is not null, () => ErrorCatalogue.Error("PlanNotFound", _command.Target));
        return plan is null ? [found] : [found, .. _command switch
        {
            AddRecoveryPlanAction add => CheckAdd(add, plan, asJob),
            RemoveRecoveryPlanAction remove =>
                [CheckResult.Of("Action", "RPL-02", asJob is not null || Has(plan, remove.Action), () => ErrorCatalogue.Error("PlanActionNotFound", plan.Name, remove.Action))],
            _ => [],
        }];
    }

    public override FailbackCommand Decide() => _command is AddRecoveryPlanAction { Action: ScriptAction { Sha256: null } script } add
        ? add with { Action = script with { Sha256 = Engine.Scripts.Allow(script.Script).Sha256 } }
        : _command;

    // Whoever is asked sees which content is allowed.
    public override Preview Describe(Preview preview) => preview.Ready ? preview with { Command = Decide() } : preview;

    private IEnumerable<CheckResult> CheckAdd(AddRecoveryPlanAction add, RecoveryPlan plan, string? asJob)
    {
        var there = add.Place.Group >= 0 && add.Place.Group < plan.AllGroups.Count;
        yield return CheckResult.Of("Group", "RPL-02", there, () => ErrorCatalogue.Error("PlanGroupNotFound", plan.Name, add.Place.Group - 1, plan.Groups.Count));
        var known = asJob is null && Has(plan, add.Action.Name);
        yield return CheckResult.Of("ActionOnce", "RPL-02", !known, () => ErrorCatalogue.Error("PlanActionExists", plan.Name, add.Action.Name));
        var count = plan.Actions.Count + (Has(plan, add.Action.Name) ? 0 : 1);
        yield return CheckResult.Of("Actions", "RPL-02", count <= RecoveryPlan.MaxActions, () => ErrorCatalogue.Error("PlanTooManyActions", count, RecoveryPlan.MaxActions));
        foreach (var check in PlanActionChecks.Of(add.Action, Engine.Scripts))
        {
            yield return check;
        }
    }

    private Task Save(TaskContext context)
    {
        RequireReady(context.JobName);
        Engine.ChangePlan(_command.Target, plan => Changed(plan ?? throw ErrorCatalogue.Exception("PlanNotFound", _command.Target)));
        return Task.CompletedTask;
    }

    // It may run twice: what it added before is taken away first.
    private RecoveryPlan Changed(RecoveryPlan plan) => _command switch
    {
        AddRecoveryPlanAction add => Without(plan, add.Action.Name).WithGroup(add.Place.Group, group => add.Place.AtEnd
            ? group with { EndActions = [.. group.EndActions, add.Action] }
            : group with { StartActions = [.. group.StartActions, add.Action] }),
        RemoveRecoveryPlanAction remove => Without(plan, remove.Action),
        _ => plan,
    };

    private static bool Has(RecoveryPlan plan, string action) => plan.Actions.Any(known => IsName(known, action));

    private static RecoveryPlan Without(RecoveryPlan plan, string action) => RecoveryPlan.Of(plan.Name, [.. plan.AllGroups.Select(group => group with
    {
        StartActions = [.. group.StartActions.Where(known => !IsName(known, action))],
        EndActions = [.. group.EndActions.Where(known => !IsName(known, action))],
    })]);

    private static bool IsName(RecoveryPlanAction action, string name) => string.Equals(action.Name, name, StringComparison.OrdinalIgnoreCase);
}
