using AsrFailback.Core.Jobs;

namespace AsrFailback.Core.Plans;

/// <summary>A task of the run of a plan.</summary>
/// <param name="Task">As the job lists it.</param>
public abstract record PlanStep(ScenarioTask Task);

/// <summary>The checks once more.</summary>
/// <param name="Task">As the job lists it.</param>
public sealed record CheckStep(ScenarioTask Task) : PlanStep(Task);

/// <summary>The machines of a group, at once.</summary>
/// <param name="Task">As the job lists it.</param>
/// <param name="Group">The group.</param>
/// <param name="Number">Its number, from 1.</param>
public sealed record GroupStep(ScenarioTask Task, PlannedGroup Group, int Number) : PlanStep(Task);

/// <summary>An action before or after a group.</summary>
/// <param name="Task">As the job lists it.</param>
/// <param name="Action">The action.</param>
/// <param name="GroupId">The group it belongs to, as its context names it.</param>
/// <param name="Machines">What is done with the machines of the group; with all machines where the group holds none.</param>
public sealed record ActionStep(ScenarioTask Task, RecoveryPlanAction Action, string GroupId, IReadOnlyList<ItemCommand> Machines) : PlanStep(Task);

/// <summary>
/// What a run of a plan does, one step after the other. The one list from which its tasks, their functions and its preview are made.
/// The actions of Shutdown come first, before anything is shut down; those of Failover lie around all groups; a machine is shut down,
/// failed over and started in the task of its own group. Pure.
/// </summary>
public static class PlanSchedule
{
    private const string Script = "RecoveryPlanScript";
    private const string Manual = "RecoveryPlanManualAction";
    private const string Runbook = "RecoveryPlanRunbook";

    /// <summary>The steps in order.</summary>
    /// <param name="run">The run, as it was submitted.</param>
    public static IReadOnlyList<PlanStep> Of(RunRecoveryPlan run)
    {
        ArgumentNullException.ThrowIfNull(run);
        IReadOnlyList<ItemCommand> all = [.. run.Commands];
        var steps = new List<PlanStep> { new CheckStep(new("RecoveryPlanPrerequisitesCheck", "Prerequisite check")) };
        AddActions(steps, run.ShutdownActions?.Start, "Shutdown", all);
        AddActions(steps, run.ShutdownActions?.End, "Shutdown", all);
        AddActions(steps, run.FailoverActions?.Start, "Failover", all);
        for (var index = 0; index < run.Groups.Count; index++)
        {
            var (group, number) = (run.Groups[index], $"{index + 1}");
            AddActions(steps, group.Actions?.Start, number, group.Commands);
            steps.Add(new GroupStep(new($"RecoveryPlanGroup{number}", $"Group {number}"), group, index + 1));
            AddActions(steps, group.Actions?.End, number, group.Commands);
        }

        AddActions(steps, run.FailoverActions?.End, "Failover", all);
        return steps;
    }

    /// <summary>Whether a task of that name is an action.</summary>
    public static bool IsAction(string task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return new[] { Script, Manual, Runbook }.Any(kind => task.StartsWith(kind, StringComparison.Ordinal));
    }

    // Tasks of a job have distinct names: actions are counted through.
    private static void AddActions(List<PlanStep> steps, IReadOnlyList<RecoveryPlanAction>? actions, string group, IReadOnlyList<ItemCommand> machines)
    {
        foreach (var action in actions ?? [])
        {
            var number = steps.Count(step => step is ActionStep) + 1;
            steps.Add(new ActionStep(new($"{TaskOf(action)}{number}", $"{action.Kind}: {action.Name}"), action, group, machines));
        }
    }

    private static string TaskOf(RecoveryPlanAction action) => action switch
    {
        ScriptAction => Script,
        ManualAction => Manual,
        _ => Runbook,
    };
}
