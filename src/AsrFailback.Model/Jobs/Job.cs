using System.Text.Json.Serialization;

namespace AsrFailback;

/// <summary>A durable job with its tasks, in the service's words. Immutable snapshot.</summary>
public sealed record Job
{
    private readonly IReadOnlyList<AsrError> _warnings = [];
    private readonly IReadOnlyList<JobTask> _tasks = [];
    private readonly IReadOnlyList<JobAction> _allowedActions = [];
    private readonly IReadOnlyList<DiskDigest> _digests = [];

    /// <summary>Resource name (a GUID, or a name derived from a parent job).</summary>
    public required string Name { get; init; }

    /// <summary>The service's scenario name, for example <c>UnplannedFailover</c>.</summary>
    public required string ScenarioName { get; init; }

    /// <summary>Name for people, for example <c>Failover</c>.</summary>
    public required string FriendlyName { get; init; }

    /// <summary>The object it works on: an item's, a plan's, a fabric's name.</summary>
    public required string TargetObjectName { get; init; }

    /// <summary>What kind of object that is.</summary>
    public TargetObjectType TargetObjectType { get; init; }

    /// <summary>State of the whole job.</summary>
    public required JobState State { get; init; }

    /// <summary>Tasks in order.</summary>
    public required IReadOnlyList<JobTask> Tasks
    {
        get => _tasks;
        init => _tasks = Indexable.Of(value);
    }

    /// <summary>What may be done with it now; filled in by queries, not stored with it.</summary>
    [JsonIgnore]
    public IReadOnlyList<JobAction> AllowedActions
    {
        get => _allowedActions;
        init => _allowedActions = Indexable.Of(value);
    }

    /// <summary>Who asked for it; null for a job of an earlier version.</summary>
    public Caller? StartedBy { get; init; }

    /// <summary>The request that it belongs to: the jobs of the machines of a plan have that of the plan's job.</summary>
    public Guid CorrelationId { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>When it ended, UTC; null while it has not.</summary>
    public DateTimeOffset? EndTime { get; init; }

    /// <summary>Why it failed; null unless it did.</summary>
    public AsrError? Error { get; init; }

    /// <summary>From the begin of the machine's shutdown to its start on the other side; null for a job that is no failover, or did not shut it down (FO-02, FB-02).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? Downtime { get; init; }

    /// <summary>What the caller noted; null for nothing.</summary>
    public string? Comment { get; init; }

    /// <summary>What disks held before, and after the clean-up of, a test failover; empty for every other job (FO-01).</summary>
    public IReadOnlyList<DiskDigest> Digests
    {
        get => _digests;
        init => _digests = Indexable.Of(value);
    }

    /// <summary>What the caller should know although the job succeeded.</summary>
    public IReadOnlyList<AsrError> Warnings
    {
        get => _warnings;
        init => _warnings = Indexable.Of(value);
    }
}

/// <summary>One task of a job. Immutable snapshot.</summary>
public sealed record JobTask
{
    private readonly IReadOnlyList<JobTask> _childTasks = [];

    /// <summary>The service's task name, for example <c>VmFailover</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Name for people.</summary>
    public required string FriendlyName { get; init; }

    /// <summary>State; a skipped task is <c>Other</c>, as in the service.</summary>
    public required JobState State { get; init; }

    /// <summary>Start, UTC; null before.</summary>
    public DateTimeOffset? StartTime { get; init; }

    /// <summary>End, UTC; null before.</summary>
    public DateTimeOffset? EndTime { get; init; }

    /// <summary>Payload bytes the task moved.</summary>
    public long Bytes { get; init; }

    /// <summary>The job that does it; null for a task that this job does itself.</summary>
    [JsonIgnore]
    public string? JobName { get; init; }

    /// <summary>What it consists of: for a group of a recovery plan a task for each machine, for a step of a drill one for each job it begins, with the tasks of that job below; filled in where one job is asked for.</summary>
    [JsonIgnore]
    public IReadOnlyList<JobTask> ChildTasks
    {
        get => _childTasks;
        init => _childTasks = Indexable.Of(value);
    }

    /// <summary>What the task decided or produced, needed to continue it after a stop; null when nothing.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>What a manual action asks for; null for everything else.</summary>
    public string? Instructions { get; init; }

    /// <summary>What was noted when a manual action was resumed; null before.</summary>
    public string? Observation { get; init; }

    /// <summary>The last of what a script or a runbook of a plan said; null when there is none.</summary>
    public string? Output { get; init; }
}
