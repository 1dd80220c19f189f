using AsrFailback.Core.Errors;
using AsrFailback.Core.Jobs;
using AsrFailback.Engine.Jobs;

namespace AsrFailback.Engine.Operations;

/// <summary>How a machine of a plan came out.</summary>
/// <param name="Command">What was to be done with it.</param>
/// <param name="Error">Why it was not done; null when it was.</param>
/// <param name="WasThere">Whether somebody else had done it.</param>
internal sealed record PlanMemberOutcome(ItemCommand Command, AsrError? Error, bool WasThere = false);

/// <summary>
/// Works on one machine of a run of a plan, by an ordinary job under a name that follows from the run's, so that a run that goes on finds
/// it again.
/// </summary>
/// <param name="run">Name of the run's job.</param>
/// <param name="isThere">Whether a machine is where its command would take it.</param>
/// <param name="engine">The engine.</param>
internal sealed class PlanMemberRun(string run, Func<ItemCommand, bool> isThere, FailbackEngine engine)
{
    /// <summary>Attempts at one machine.</summary>
    private const int MostAttempts = 99;

    /// <summary>Does it, or goes on with it, and waits for its end.</summary>
    public async Task<PlanMemberOutcome> RunAsync(ItemCommand command, CancellationToken cancellation)
    {
        try
        {
            var record = engine.Submit(command, NameOf(command), partOf: run);
            var job = await engine.WaitForJobAsync(record.Job.Name, cancellation).ConfigureAwait(false);
            return new PlanMemberOutcome(command, job.Error);
        }
        catch (AsrException refused) when (refused.Error.Id != "VaultClosed") // that is no failure: the run goes on at the next opening
        {
            return isThere(command) ? new PlanMemberOutcome(command, Error: null, WasThere: true) : new PlanMemberOutcome(command, refused.Error);
        }
    }

    private string NameOf(ItemCommand command)
    {
        var attempt = 1;
        while (attempt < MostAttempts && engine.Jobs.Find(NameOf(run, command.Item, attempt)) is { } earlier && IsOver(earlier))
        {
            attempt++;
        }

        return NameOf(run, command.Item, attempt);
    }

    /// <summary>The newest job of a machine in a run; null when its turn has not come.</summary>
    public static JobRecord? NewestOf(string run, string item, JobStore jobs)
    {
        JobRecord? newest = null;
        for (var attempt = 1; attempt <= MostAttempts && jobs.Find(NameOf(run, item, attempt)) is { } found; attempt++)
        {
            newest = found;
        }

        return newest;
    }

    private static string NameOf(string run, string item, int attempt) => attempt == 1 ? $"{run}.{item}" : $"{run}.{item}.{attempt}";

    // Going on with an attempt would not help when it failed for good, or when somebody has worked on the machine since.
    private bool IsOver(JobRecord attempt) => attempt.Job is { State.IsFinal: true, Error: { } error } && (!error.Temporary || engine.Jobs.LaterOn(attempt) is not null);
}
