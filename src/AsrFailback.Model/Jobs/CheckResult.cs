namespace AsrFailback;

/// <summary>How a readiness check ended.</summary>
public enum CheckState
{
    /// <summary>All is well.</summary>
    Passed,

    /// <summary>The operation may begin; the caller should know the finding.</summary>
    Warning,

    /// <summary>The operation is refused.</summary>
    Failed,

    /// <summary>It has nothing to look at in this case.</summary>
    NotApplicable,

    /// <summary>It failed, and the caller chose to go on; recorded with the job.</summary>
    Skipped,
}

/// <summary>The outcome of one readiness check. Thread-safe (immutable).</summary>
/// <param name="Id">Check id.</param>
/// <param name="Requirement">Requirement it enforces, for example <c>RP-04</c>.</param>
/// <param name="State">How it ended.</param>
/// <param name="Seen">What was looked at, as a value: <c>58 of 60</c>, <c>"FALSE"</c>; what is wrong in words where it has no value; empty when nothing was.</param>
/// <param name="Finding">The error that explains a warning or a failure; null otherwise.</param>
public sealed record CheckResult(string Id, string Requirement, CheckState State, string Seen, AsrError? Finding)
{
    /// <summary>Why the check matters, in the reader's language.</summary>
    public string Why { get; init; } = "";

    /// <summary>Whether <c>-SkipCheck</c> may name it.</summary>
    public bool Skippable { get; init; }

    /// <summary>Whether the operation may begin as far as this check goes.</summary>
    public bool Passed => State != CheckState.Failed;

    /// <summary>Code of the finding; null without one.</summary>
    public string? Code => Finding?.Code;

    /// <summary>What to do about the finding; null without one.</summary>
    public string? RecommendedAction => Finding?.RecommendedAction;

    /// <summary>The outcome of a check that can only pass or fail; the finding is made only when it is needed.</summary>
    /// <param name="id">Check id.</param>
    /// <param name="requirement">Requirement it enforces.</param>
    /// <param name="passed">Whether it passed.</param>
    /// <param name="finding">Makes the error that explains a failure.</param>
    /// <returns>The outcome.</returns>
    public static CheckResult Of(string id, string requirement, bool passed, Func<AsrError> finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return new(id, requirement, passed ? CheckState.Passed : CheckState.Failed, "", passed ? null : finding());
    }
}
