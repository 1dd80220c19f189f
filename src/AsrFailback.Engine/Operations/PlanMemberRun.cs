using AsrFailback.Core.Errors;
using AsrFailback.Core.Jobs;

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
            var job = engine.Submit(command, NameOf(command), partOf: run);
            job = await engine.WaitForJobAsync(job.Name, cancellation).ConfigureAwait(false);
            return new PlanMemberOutcome(command, job.Error);
        }
        catch (AsrException refused) when (refused.Error.Id != "VaultClosed") // that is no failure: the run goes on at the next opening
        {
            return isThere(command) ? new PlanMemberOutcome(command, Error: null, WasThere: true) : new PlanMemberOutcome(command, refused.Error);
        }
    }

    private string NameOf(ItemCommand command)
    {
        var name = $"{run}.{command.Item}";
        for (var attempt = 2; attempt <= MostAttempts && engine.Jobs.Find(name) is { } earlier && IsOver(earlier); attempt++)
        {
            name = $"{run}.{command.Item}.{attempt}";
        }

        return name;
    }

    // Going on with an attempt would not help when it failed for good, or when somebody has worked on the machine since.
    private bool IsOver(JobRecord attempt) => attempt.Job is { State.IsFinal: true, Error: { } error } && (!error.Temporary || engine.Jobs.LaterOn(attempt) is not null);
}
