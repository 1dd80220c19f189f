using AsrFailback.Core.Errors;
using AsrFailback.Core.Jobs;
using AsrFailback.Engine;

namespace AsrFailback.Node;

/// <summary>Opens a vault and finishes its jobs.</summary>
internal static class VaultRun
{
    /// <summary>Finishes everything that is unfinished or failed for a reason outside.</summary>
    /// <returns>The vault's drill, or else its newest job.</returns>
    public static async Task<Job> FinishAsync(string vault, EngineOptions options, CancellationToken cancellation)
    {
        await using var engine = FailbackEngine.Open(vault, options);
        foreach (var name in engine.RestartFailedJobs())
        {
            await engine.WaitForJobAsync(name, cancellation).ConfigureAwait(false);
        }

        var jobs = await engine.GetJobsAsync(cancellation).ConfigureAwait(false);
        return jobs.FirstOrDefault(job => job.ScenarioName == Scenario.DrillName)
            ?? (jobs.Count > 0 ? jobs[0] : throw ErrorCatalogue.Exception("JobNotFound", vault));
    }
}
