namespace AsrFailback.Core.Jobs;

/// <summary>What may be done with a job (FO-11). Pure.</summary>
public static class JobActions
{
    /// <summary>The actions, as the service lists them.</summary>
    /// <param name="record">The job.</param>
    /// <param name="superseded">Whether a later job has worked on the same.</param>
    /// <returns>None for a job that has ended well.</returns>
    public static IReadOnlyList<JobAction> Of(JobRecord record, bool superseded)
    {
        ArgumentNullException.ThrowIfNull(record);
        var job = record.Job;
        return job.State.IsFinal
            ? job.Error is { Temporary: true } && !superseded ? [JobAction.Restart] : []
            : [.. job.State == JobState.Suspended ? [JobAction.Resume] : Array.Empty<JobAction>(), .. IsStoppable(record) ? [JobAction.Cancel] : Array.Empty<JobAction>()];
    }

    /// <summary>Whether the next safe place of an unfinished job comes before the task from which on it must end.</summary>
    public static bool IsStoppable(JobRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return !record.Job.State.IsFinal && record.NextTask() < Scenario.Of(record.Command).FirstUnstoppable;
    }
}
