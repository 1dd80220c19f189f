namespace AsrFailback;

/// <summary>An error of the catalogue, without the object it happened to (ER). Thread-safe (immutable).</summary>
/// <param name="Id">Stable symbolic id, also the PowerShell ErrorId.</param>
/// <param name="Code">The service's code where it has one, else the symbolic id.</param>
/// <param name="Category">Its kind, in PowerShell's words.</param>
/// <param name="Message">What happened; <c>…</c> stands for names and values.</param>
/// <param name="PossibleCauses">Why this happens.</param>
/// <param name="RecommendedAction">What to do next.</param>
/// <param name="Requirements">Ids of the requirements behind it; often none.</param>
/// <param name="Temporary">Whether a job that failed with it can go on once the remedy was applied.</param>
public sealed record AsrErrorInfo(
    string Id, string Code, string Category, string Message, string PossibleCauses, string RecommendedAction,
    IReadOnlyList<string> Requirements, bool Temporary);
