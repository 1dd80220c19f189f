using AsrFailback.Core.Errors;
using AsrFailback.Core.Jobs;
using AsrFailback.Core.Protection;
using AsrFailback.Core.Readiness;
using AsrFailback.Engine.Items;
using AsrFailback.Engine.Jobs;

namespace AsrFailback.Engine.Operations;

/// <summary>
/// What a command does: its checks, and one function per task of its scenario. Nothing here remembers anything between
/// tasks; what must survive a stop is in the facts or in a task's checkpoint.
/// </summary>
internal abstract class Operation(FailbackCommand command, FailbackEngine engine)
{
    /// <summary>The functions of the scenario's tasks, in order.</summary>
    public abstract IReadOnlyList<Func<TaskContext, Task>> Tasks { get; }

    /// <summary>The evaluation that its checks are a part of, where it is a part of something larger: what comes before is promised what that will take.</summary>
    public Evaluation? Evaluation { get; set; }

    /// <summary>What it carries out.</summary>
    public FailbackCommand Command => command;

    /// <summary>The engine.</summary>
    protected FailbackEngine Engine => engine;

    /// <summary>Every check, passed or not; changes nothing.</summary>
    /// <param name="asJob">The job that asks, which does not stand in its own way.</param>
    public virtual IReadOnlyList<CheckResult> Check(string? asJob) => [];

    /// <summary>Bytes the command would move at most; null when that is not known beforehand.</summary>
    public virtual long? Estimate() => null;

    /// <summary>The command with what is chosen for it once and for all, as its job remembers it.</summary>
    public virtual FailbackCommand Decide() => command;

    /// <summary>Puts right what a job that somebody stopped has left behind; it may be stopped once more meanwhile, and called again.</summary>
    public virtual Task WhenStoppedAsync() => Task.CompletedTask;

    /// <summary>Adds what only this operation knows to a preview: direction, point.</summary>
    public virtual Preview Describe(Preview preview) => preview;

    /// <summary>Every check, with the caller's wish to go on although some fail.</summary>
    public IReadOnlyList<CheckResult> Results(string? asJob)
    {
        var checks = Check(asJob);
        return checks.Any(check => check.Id == ReadinessRules.SkipCheck) ? checks : ReadinessRules.WithSkips(checks, command.SkipChecks ?? []);
    }

    /// <summary>Throws a refusal with all reasons unless every check passes (invariant 7); returns what was found.</summary>
    public IReadOnlyList<CheckResult> RequireReady(string? asJob)
    {
        var checks = Results(asJob);
        var reasons = checks.Where(check => !check.Passed).Select(check => check.Finding!).ToArray();
        return reasons.Length == 0 ? checks : throw ErrorCatalogue.Refusal(Scenario.Of(command).FriendlyName, command.Target, reasons);
    }

    /// <summary>What speaks against going on with a job, or why that cannot be told.</summary>
    public IReadOnlyList<AsrError> TryReasonsAgainstRestart(string job)
    {
        try
        {
            return ReasonsAgainstRestart(job);
        }
        catch (AsrException unreadable)
        {
            return [unreadable.Error];
        }
    }

    /// <summary>What speaks against going on with a job of this operation that failed or was stopped.</summary>
    /// <param name="job">The job's name.</param>
    protected virtual IReadOnlyList<AsrError> ReasonsAgainstRestart(string job) => [];

    /// <summary>The first task of every larger operation: the same checks once more, with their warnings in the job's result.</summary>
    protected Task CheckPrerequisites(TaskContext context)
    {
        context.WarnOnce([.. RequireReady(context.JobName).Select(ReadinessRules.WarningOf).OfType<AsrError>()]);
        return Task.CompletedTask;
    }
}

/// <summary>An operation on one protected item.</summary>
internal abstract class ItemOperation(ItemCommand command, ProtectionOperation cell, FailbackEngine engine) : Operation(command, engine)
{
    /// <summary>What is open of the item.</summary>
    protected ItemRuntime Runtime => Engine.RuntimeOf(command.Item);

    /// <summary>A preview with the direction of the replication and the chosen point.</summary>
    protected Preview WithPoint(Preview preview, Guid? point) => preview with
    {
        From = Facts.FabricOf(Facts.SourceSide),
        To = Facts.FabricOf(Facts.TargetSide),
        Point = Runtime.Points?.FirstOrDefault(candidate => candidate.Id == point),
    };

    /// <summary>The item's facts.</summary>
    protected ProtectionFacts Facts => Runtime.State.Facts;

    /// <inheritdoc/>
    public override IReadOnlyList<CheckResult> Check(string? asJob) => ReadinessRules.Evaluate(SituationFor(asJob));

    /// <summary>What the checks look at; sites are read only for operations that have something to look at there.</summary>
    protected Situation SituationFor(string? asJob) => Engine.SituationOf(Runtime, cell, command, asJob, Evaluation ?? new Evaluation(Engine.Jobs.IsOfPlan(asJob)));
}
