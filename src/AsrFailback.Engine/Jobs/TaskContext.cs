using AsrFailback.Core.Jobs;

namespace AsrFailback.Engine.Jobs;

/// <summary>What a task works with. A task is idempotent: after a stop it runs again from its beginning.</summary>
internal sealed class TaskContext(JobRecord record, int index, JobStore jobs, Action<JobProgress> progress, CancellationToken cancellation)
{
    private JobRecord _record = record;

    /// <summary>The job's name.</summary>
    public string JobName => _record.Job.Name;

    /// <summary>Stops the work; the job continues at the next open.</summary>
    public CancellationToken Cancellation => cancellation;

    /// <summary>The job as it stands.</summary>
    public JobRecord Record => _record;

    /// <summary>The task as it stands.</summary>
    public JobTask Task => _record.Job.Tasks[index];

    /// <summary>What an earlier run of this task decided; null the first time.</summary>
    public T? Checkpoint<T>()
        where T : class => Task.Checkpoint is { } json ? EngineJson.Read<T>(json) : null;

    /// <summary>What an earlier task of this job left.</summary>
    public T? CheckpointOf<T>(string taskName)
        where T : class =>
        _record.Job.Tasks.Single(task => task.Name == taskName).Checkpoint is { } json ? EngineJson.Read<T>(json) : null;

    /// <summary>Records a decision before it is acted on (invariant 4).</summary>
    public T Decide<T>(T decision)
        where T : class
    {
        Change(task => task with { Checkpoint = EngineJson.Write(decision) });
        return decision;
    }

    /// <summary>The decision of an earlier run, or a new one, recorded.</summary>
    public T DecideOnce<T>(Func<T> decide)
        where T : class => Checkpoint<T>() ?? Decide(decide());

    /// <summary>Records the bytes the task moved.</summary>
    public void SetBytes(long bytes) => Change(task => task with { Bytes = bytes });

    /// <summary>Records what a program or a server said.</summary>
    public void SetOutput(string output) => Change(task => task with { Output = output });

    /// <summary>Records that a machine begins to shut down; one that ran on since an earlier attempt is down from now on.</summary>
    /// <param name="utc">When, UTC.</param>
    public void NoteShutdown(DateTimeOffset utc) => Keep(_record with { ShutDownUtc = utc });

    /// <summary>Records how long the machine was down until it was started; nothing where it was not shut down (FO-02, FB-02).</summary>
    /// <param name="startedUtc">When it was started, UTC.</param>
    public void SetDowntime(DateTimeOffset startedUtc)
    {
        if (_record is { ShutDownUtc: { } began, Job.Downtime: null })
        {
            Keep(_record with { Job = _record.Job with { Downtime = startedUtc - began } });
        }
    }

    /// <summary>Records what disks held.</summary>
    public void SetDigests(IReadOnlyList<DiskDigest> digests) => Keep(_record with { Job = _record.Job with { Digests = digests } });

    /// <summary>Whether the job is to wait for somebody when the task returns.</summary>
    public bool IsSuspended { get; private set; }

    /// <summary>Lets the job wait until somebody resumes it; the task runs again then, and finds what was noted in its <see cref="JobTask.Observation"/>.</summary>
    /// <param name="instructions">What is to be done meanwhile.</param>
    public void Suspend(string instructions)
    {
        Change(task => task with { Instructions = instructions });
        IsSuspended = true;
    }

    /// <summary>Marks the task as skipped, in the service's word.</summary>
    public void Skip() => Change(task => task with { State = JobState.Other });

    /// <summary>Adds a warning to the job's result, once however often the task runs.</summary>
    public void Warn(AsrError warning)
    {
        if (_record.Job.Warnings.Any(known => known.Id == warning.Id && known.Message == warning.Message))
        {
            return;
        }

        Keep(_record with { Job = _record.Job with { Warnings = [.. _record.Job.Warnings, warning] } });
    }

    /// <summary>Adds warnings to the job's result in one step with the mark that they are there: the task may run again.</summary>
    public void WarnOnce(IReadOnlyCollection<AsrError> warnings)
    {
        if (warnings.Count > 0 && Task.Checkpoint is null)
        {
            _record = _record with { Job = _record.Job with { Warnings = [.. _record.Job.Warnings, .. warnings] } };
            Decide(new Told());
        }
    }

    /// <summary>How the task ends unless it throws. The job goes on even after one that ends as failed.</summary>
    public JobState EndsAs { get; set; } = JobState.Succeeded;

    /// <summary>Tells whoever watches.</summary>
    public void Report(string detail, long bytesDone = 0, long bytesTotal = 0) => progress(ProgressOf(detail, bytesDone, bytesTotal));

    /// <summary>Tells whoever watches how far a group of a plan is.</summary>
    public void Report(GroupProgress group) => progress(ProgressOf("", 0, 0) with { Group = group });

    private JobProgress ProgressOf(string detail, long bytesDone, long bytesTotal) => new(_record.Job.Name, Task.FriendlyName, detail, bytesDone, bytesTotal)
    {
        Target = _record.Job.TargetObjectName, Step = index + 1, Steps = _record.Job.Tasks.Count,
    };

    private sealed record Told;

    private void Change(Func<JobTask, JobTask> change) => Keep(_record.WithTask(index, change));

    private void Keep(JobRecord changed)
    {
        _record = changed;
        jobs.Save(changed);
    }
}
