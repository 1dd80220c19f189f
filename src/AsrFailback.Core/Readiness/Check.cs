using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Readiness;

/// <summary>What a check found.</summary>
/// <param name="State">How it ended.</param>
/// <param name="Seen">What was looked at, as a value.</param>
/// <param name="Finding">The error behind a warning or a failure.</param>
public sealed record Outcome(CheckState State, string Seen, AsrError? Finding)
{
    /// <summary>The operation is refused unless a condition holds.</summary>
    public static Outcome Needs(bool holds, string seen, string errorId, params object[] arguments) =>
        holds ? new(CheckState.Passed, seen, null) : new(CheckState.Failed, seen, ErrorCatalogue.Error(errorId, arguments));

    /// <summary>The caller is warned unless a condition holds.</summary>
    public static Outcome Warns(bool holds, string seen, string errorId, params object[] arguments) =>
        holds ? new(CheckState.Passed, seen, null) : new(CheckState.Warning, seen, ErrorCatalogue.Error(errorId, arguments));

    /// <summary>The operation is refused when something speaks against it.</summary>
    public static Outcome Unless(AsrError? reason, string seen) =>
        new(reason is null ? CheckState.Passed : CheckState.Failed, seen, reason);
}

/// <summary>One rule: when it applies, and what it looks at. Pure.</summary>
/// <param name="Id">Stable id, unique among the checks of an operation; its words are in <c>checks.json</c>.</param>
/// <param name="Requirement">The requirement it enforces.</param>
/// <param name="Operations">The operations it belongs to.</param>
/// <param name="Applies">Whether there is anything to look at.</param>
/// <param name="Look">Looks.</param>
public sealed record Check(
    string Id, string Requirement, IReadOnlyList<ProtectionOperation> Operations, Func<Situation, bool> Applies, Func<Situation, Outcome> Look)
{
    /// <summary>Whether a caller may go on although it failed.</summary>
    public bool Skippable { get; init; }

    /// <summary>The result for a situation.</summary>
    public CheckResult In(Situation situation)
    {
        var outcome = Applies(situation) ? Look(situation) : new Outcome(CheckState.NotApplicable, "", null);
        var seen = outcome.Seen.Length > 0 ? outcome.Seen : outcome.Finding?.Message ?? "";
        return new CheckResult(Id, Requirement, outcome.State, seen, outcome.Finding) { Why = CheckCatalogue.Why(Id), Skippable = Skippable };
    }
}
