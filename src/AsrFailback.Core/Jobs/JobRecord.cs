using System.Text.Json.Serialization;
using AsrFailback.Core.Plans;

namespace AsrFailback.Core.Jobs;

/// <summary>A job as the store keeps it: the command it carries out and what has happened so far.</summary>
/// <param name="Job">The job as users see it.</param>
/// <param name="Command">What it carries out.</param>
public sealed record JobRecord(Job Job, FailbackCommand Command)
{
    /// <summary>The job as users see it; what it works on follows from its command.</summary>
    public Job Job { get; init; } = Job with { TargetObjectType = TypeOf(Command) };

    /// <summary>Counts the jobs of a vault in the order they were recorded, from 1; a clock may stand or go back.</summary>
    public long Number { get; init; } = 1;

    /// <summary>
    /// How the job ends when it came through all its tasks: one that went on although machines stayed behind did not succeed for all; one
    /// that went on although an action failed is to be looked at.
    /// </summary>
    [JsonIgnore]
    public JobState EndsAs
    {
        get
        {
            var failed = Job.Tasks.Where(task => task.State == JobState.Failed || task.State == JobState.PartiallySucceeded).ToArray();
            return failed.Length == 0 ? JobState.Succeeded
                : failed.All(task => PlanSchedule.IsAction(task.Name)) ? JobState.CompletedWithInformation
                : JobState.PartiallySucceeded;
        }
    }

    /// <summary>
    /// What a later job on the same would have changed for this one: a run of a plan is no change of the plan, and neither is the machine
    /// of that name.
    /// </summary>
    [JsonIgnore]
    public string Subject => Command switch
    {
        RunRecoveryPlan => $"run/{Job.TargetObjectName}",
        SaveRecoveryPlan or RemoveRecoveryPlan or AddRecoveryPlanAction or RemoveRecoveryPlanAction => $"plan/{Job.TargetObjectName}",
        _ => Job.TargetObjectName,
    };

    /// <summary>The job of a plan that this one is a part of; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PartOf { get; init; }

    /// <summary>The newest entry of the audit log about it; null for a job of an earlier version.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AuditMark? Audit { get; init; }

    /// <summary>When its failover began to shut the machine down, UTC; null where it has not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ShutDownUtc { get; init; }

    /// <summary>What nobody else works on until it has ended: its target, or the machines of its plan.</summary>
    [JsonIgnore]
    public IEnumerable<string> Holds => Command switch
    {
        RunRecoveryPlan run => run.Commands.Select(command => command.Item),
        SaveRecoveryPlan or RemoveRecoveryPlan or AddRecoveryPlanAction or RemoveRecoveryPlanAction => [],
        _ => [Job.TargetObjectName],
    };

    /// <summary>A job that has not begun.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="command">What it carries out.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="caller">Who asks for it; null when that is not known.</param>
    /// <param name="correlation">The request it belongs to; null for one of its own.</param>
    public static JobRecord Create(string name, FailbackCommand command, DateTimeOffset now, Caller? caller = null, Guid? correlation = null)
    {
        var scenario = Scenario.Of(command);
        var tasks = scenario.Tasks.Select(task =>
            new JobTask { Name = task.Name, FriendlyName = task.FriendlyName, State = JobState.NotStarted }).ToArray();
        return new JobRecord(
            new Job
            {
                Name = name,
                ScenarioName = scenario.Name,
                FriendlyName = scenario.FriendlyName,
                TargetObjectName = command.Target,
                State = JobState.NotStarted,
                Tasks = tasks,
                StartTime = now,
                StartedBy = caller,
                CorrelationId = correlation ?? Guid.NewGuid(),
                Comment = (command as CleanUpTestFailover)?.Comment,
            },
            command);
    }

    private static TargetObjectType TypeOf(FailbackCommand command) => command switch
    {
        ItemCommand => TargetObjectType.ProtectionEntity,
        ImportMachine => TargetObjectType.Vm,
        SaveRecoveryPlan or RemoveRecoveryPlan or AddRecoveryPlanAction or RemoveRecoveryPlanAction or RunRecoveryPlan => TargetObjectType.RecoveryPlan,
        RunDrill => TargetObjectType.Vault,
        _ => TargetObjectType.Fabric,
    };

    /// <summary>The first task that has not ended, or −1.</summary>
    public int NextTask()
    {
        for (var index = 0; index < Job.Tasks.Count; index++)
        {
            if (!Job.Tasks[index].State.IsFinal)
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>The same job with one task replaced.</summary>
    public JobRecord WithTask(int index, Func<JobTask, JobTask> change)
    {
        var tasks = Job.Tasks.ToArray();
        tasks[index] = change(tasks[index]);
        return this with { Job = Job with { Tasks = tasks, State = JobState.InProgress } };
    }

    /// <summary>The same job, which waits for somebody at a task.</summary>
    public JobRecord SuspendedAt(int index)
    {
        var waits = WithTask(index, task => task with { State = JobState.Suspended });
        return waits with { Job = waits.Job with { State = JobState.Suspended } };
    }

    /// <summary>The same job, ended.</summary>
    public JobRecord Ended(JobState state, AsrError? error, DateTimeOffset now) =>
        this with { Job = Job with { State = state, Error = error, EndTime = now } };
}
