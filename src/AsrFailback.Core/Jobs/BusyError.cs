using AsrFailback.Core.Errors;
using AsrFailback.Core.Readiness;

namespace AsrFailback.Core.Jobs;

/// <summary>Says which job stands in the way.</summary>
public static class BusyError
{
    /// <summary>The refusal: which job, of what, by whom, since when.</summary>
    /// <param name="name">What is busy.</param>
    /// <param name="job">The job that works on it, or keeps it for itself.</param>
    public static AsrError Of(string name, Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return ErrorCatalogue.Error("ItemBusy", name, job.Name, job.FriendlyName, job.TargetObjectName, Words.Time(job.StartTime), job.StartedBy?.ToString() ?? "?");
    }
}
