using AsrFailback.Core.Errors;

namespace AsrFailback.Core.Readiness;

/// <summary>
/// The rules of every operation, one after the other: pure, so that a report and a refusal are the same (invariant 7).
/// </summary>
public static class ReadinessRules
{
    /// <summary>Id of the check that judges the wish to skip others.</summary>
    public const string SkipCheck = "SkipCheck";

    /// <summary>Every check there is, in the order of a report.</summary>
    public static IReadOnlyList<Check> All { get; } =
        [.. PhaseChecks.All, .. SiteChecks.All, .. HomeChecks.All, .. MachineChecks.All, .. ServerChecks.All, .. MasterTargetChecks.All, .. StorageChecks.All, .. GroupChecks.All, .. DerivedChecks.All, .. EncryptionChecks.All, .. CommitChecks.All, .. PlannedChecks.All, .. OutcomeChecks.All];

    /// <summary>The checks of the situation's operation, each with its result.</summary>
    public static IReadOnlyList<CheckResult> Evaluate(IEnumerable<Check> checks, Situation situation) =>
        [.. checks.Where(check => check.Operations.Contains(situation.Operation)).Select(check => check.In(situation))];

    /// <summary>What speaks against the situation's operation, without the words of a report.</summary>
    public static IEnumerable<AsrError> ReasonsAgainst(IEnumerable<Check> checks, Situation situation) => checks
        .Where(check => check.Operations.Contains(situation.Operation) && check.Applies(situation)).Select(check => check.Look(situation))
        .Where(outcome => outcome.State == CheckState.Failed).Select(outcome => outcome.Finding!);

    /// <summary>All rules, and the caller's wish to go on although some fail.</summary>
    public static IReadOnlyList<CheckResult> Evaluate(Situation situation) =>
        WithSkips(Evaluate(All, situation), situation.Command?.SkipChecks ?? []);

    /// <summary>What a job tells of a check that does not keep it from running; null when there is nothing to tell.</summary>
    public static AsrError? WarningOf(CheckResult check) => check.State switch
    {
        CheckState.Warning => check.Finding,
        CheckState.Skipped => ErrorCatalogue.Error("CheckSkipped", check.Id, check.Finding!.Message),
        _ => null,
    };

    /// <summary>Turns failures that may be skipped, and are to be, into skipped ones; a wish that cannot be granted is a failure.</summary>
    public static IReadOnlyList<CheckResult> WithSkips(IReadOnlyList<CheckResult> results, IReadOnlyList<string> skips)
    {
        if (skips.Count == 0)
        {
            return results;
        }

        var refused = skips.Where(skip => !results.Any(result => result.Skippable && Words.Same(result.Id, skip))).ToArray();
        return
        [
            .. results.Select(result => result is { State: CheckState.Failed, Skippable: true } && skips.Has(result.Id) ? result with { State = CheckState.Skipped } : result),
            CheckResult.Of(SkipCheck, "FO-11", refused.Length == 0, () => ErrorCatalogue.Error(
                "CheckNotSkippable", Words.List(refused), Words.List(results.Where(result => result.Skippable).Select(result => result.Id)))),
        ];
    }
}
