using AsrFailback.Core.Errors;
using AsrFailback.Core.Jobs;
using AsrFailback.Core.Plans;
using AsrFailback.Engine.Drill;
using AsrFailback.Engine.Operations;

namespace AsrFailback.Engine;

/// <content>Jobs as users see them: what may be done with them, the jobs that a plan or a drill has begun below its tasks, and who did what.</content>
public sealed partial class FailbackEngine
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<AuditEntry>> GetAuditEntriesAsync(CancellationToken cancellation = default) =>
        Task.FromResult<IReadOnlyList<AuditEntry>>([.. _audit.List()]);

    private Job Shown(JobRecord record) => record.Job with { AllowedActions = JobActions.Of(record, record.Job.Error is not null && Jobs.LaterOn(record) is not null) };

    // The tree is put together when one job is asked for; the store and a listing have the tasks alone.
    private Job ShownWhole(JobRecord record)
    {
        var job = Shown(record);
        return record.Command switch
        {
            RunRecoveryPlan run => job with { Tasks = [.. PlanSchedule.Of(run).Zip(job.Tasks, (step, task) => step is GroupStep moved ? task with { ChildTasks = [.. MembersOf(job.Name, moved)] } : task)] },
            RunDrill => job with { Tasks = [.. job.Tasks.Select(task => task with { ChildTasks = [.. PartsOf(job.Name, task)] })] },
            _ => job,
        };
    }

    private IEnumerable<JobTask> MembersOf(string run, GroupStep step) =>
        from command in step.Group.Commands
        let job = PlanMemberRun.NewestOf(run, command.Item, Jobs)?.Job
        select job is null
            ? new JobTask { Name = command.Item, FriendlyName = command.Item, State = JobState.NotStarted }
            : TaskOf(job, command.Item);

    private IEnumerable<JobTask> PartsOf(string drill, JobTask task) =>
        DrillParts.Of(drill, task.Name).Select(Jobs.Find).OfType<JobRecord>().Select(part => TaskOf(part.Job, part.Job.FriendlyName));

    private static JobTask TaskOf(Job job, string name) => new()
    {
        Name = job.ScenarioName, FriendlyName = name, JobName = job.Name, State = job.State, StartTime = job.StartTime, EndTime = job.EndTime,
        Bytes = job.Tasks.Sum(task => task.Bytes), ChildTasks = job.Tasks,
    };

    private static void RequireStoppable(JobRecord record)
    {
        if (!JobActions.IsStoppable(record))
        {
            throw ErrorCatalogue.Exception("JobNotStoppable", record.Job.Name, record.Job.Tasks[record.NextTask()].FriendlyName);
        }
    }
}
