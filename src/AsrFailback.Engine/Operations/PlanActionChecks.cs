using AsrFailback.Core.Errors;
using AsrFailback.Core.Plans;
using AsrFailback.Engine.Scripts;

namespace AsrFailback.Engine.Operations;

/// <summary>What speaks against the actions of a plan.</summary>
internal static class PlanActionChecks
{
    /// <summary>The checks of all actions of a plan that is to be kept.</summary>
    public static IEnumerable<CheckResult> Of(RecoveryPlan plan, ScriptFolder scripts)
    {
        var actions = plan.Actions;
        var twice = actions.GroupBy(action => action.Name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1).Select(group => group.Key).ToArray();
        return
        [
            CheckResult.Of("ActionOnce", "RPL-02", twice.Length == 0, () => ErrorCatalogue.Error("PlanActionExists", plan.Name, string.Join(", ", twice))),
            CheckResult.Of("Actions", "RPL-02", actions.Count <= RecoveryPlan.MaxActions, () => ErrorCatalogue.Error("PlanTooManyActions", actions.Count, RecoveryPlan.MaxActions)),
            .. actions.OfType<ScriptAction>().Where(script => script.Sha256 is null).Select(script =>
                CheckResult.Of("Action", "RPL-02", passed: false, () => ErrorCatalogue.Error("PlanActionInvalid", script.Name, new PlanActionFault("sha256", "it is missing")))),
            .. actions.SelectMany(action => Of(action, scripts)),
        ];
    }

    /// <summary>The checks of one action: whether it makes sense, and whether its script may be run.</summary>
    public static IEnumerable<CheckResult> Of(RecoveryPlanAction action, ScriptFolder scripts)
    {
        var faults = PlanActionRules.FaultsOf(action).ToArray();
        foreach (var fault in faults)
        {
            yield return CheckResult.Of("Action", "RPL-02", passed: false, () => ErrorCatalogue.Error("PlanActionInvalid", action.Name, fault));
        }

        if (action is ScriptAction script && faults.Length == 0)
        {
            var refused = scripts.FaultOf(script);
            yield return CheckResult.Of("Script", "RPL-02", refused is null, () => refused!);
        }
    }

    /// <summary>The checks of an action that a run comes to: what will not be possible then is told before anything begins.</summary>
    public static IEnumerable<CheckResult> OfRun(RecoveryPlanAction action, ScriptFolder scripts) => action switch
    {
        ScriptAction => Of(action, scripts),
        RunbookAction { TokenVariable: { } variable } runbook =>
            [CheckResult.Of("RunbookToken", "RPL-02", Environment.GetEnvironmentVariable(variable) is { Length: > 0 }, () => ErrorCatalogue.Error("HookTokenMissing", variable, runbook.Name))],
        _ => [],
    };
}
