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
        var ended = new List<Job>();
        foreach (var name in engine.RestartFailedJobs())
        {
            ended.Add(await engine.WaitForJobAsync(name, cancellation).ConfigureAwait(false));
        }

        // What was waited for comes first: its failure may not have been stored, on a full disk. What only waits is no failure.
        var stored = await engine.GetJobsAsync(cancellation).ConfigureAwait(false);
        Job[] jobs = [.. ended.Where(job => job.State != JobState.Succeeded).OrderBy(job => job.State == JobState.Suspended), .. stored];
        var last = jobs.FirstOrDefault(job => job.ScenarioName == Scenario.DrillName)
            ?? (jobs.Length > 0 ? jobs[0] : throw ErrorCatalogue.Exception("JobNotFound", vault));
        if (last.State == JobState.Succeeded)
        {
            await engine.WaitUntilComparedAsync(cancellation).ConfigureAwait(false);
            await RequireHealthAsync(engine, cancellation).ConfigureAwait(false);
        }

        return last;
    }

    // A vault with a site or a machine that cannot be opened is not verified, whatever its jobs once said.
    private static async Task RequireHealthAsync(FailbackEngine engine, CancellationToken cancellation)
    {
        var sites = await engine.GetFabricsAsync(cancellation).ConfigureAwait(false);
        var wrong = sites.SelectMany(site => site.HealthErrors).ToList();
        await foreach (var item in engine.GetProtectedItemsAsync(cancellation).ConfigureAwait(false))
        {
            wrong.AddRange(item.HealthErrors);
        }

        if (wrong.Count > 0)
        {
            throw new AsrException(wrong[0]);
        }
    }
}
