namespace AsrFailback;

/// <summary>A sign of life of a job.</summary>
/// <param name="Job">Name of the job.</param>
/// <param name="Task">Name for people of the task at work.</param>
/// <param name="Detail">What it is doing right now.</param>
/// <param name="BytesDone">Bytes done of the current task.</param>
/// <param name="BytesTotal">Bytes to do; 0 when unknown.</param>
public sealed record JobProgress(string Job, string Task, string Detail, long BytesDone, long BytesTotal)
{
    /// <summary>What the job works on.</summary>
    public string Target { get; init; } = "";

    /// <summary>The task at work, counted from 1.</summary>
    public int Step { get; init; }

    /// <summary>Tasks of the job.</summary>
    public int Steps { get; init; }

    /// <summary>How far the group at work of a recovery plan is; null for everything else.</summary>
    public GroupProgress? Group { get; init; }

    /// <summary>The jobs it has begun that run now: the machines of a plan.</summary>
    public IReadOnlyList<JobProgress> Parts { get; init; } = [];
}

/// <summary>How far a group of a recovery plan is. Thread-safe (immutable).</summary>
/// <param name="Number">The group, counted from 1.</param>
/// <param name="Groups">Groups of the plan.</param>
/// <param name="Done">Machines that are through, however they came out.</param>
/// <param name="Machines">Machines of the group.</param>
public sealed record GroupProgress(int Number, int Groups, int Done, int Machines);
