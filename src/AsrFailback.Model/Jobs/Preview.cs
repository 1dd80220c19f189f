namespace AsrFailback;

/// <summary>The outcome of one readiness check.</summary>
/// <param name="Id">Check id.</param>
/// <param name="Requirement">Requirement it enforces, for example <c>RP-04</c>.</param>
/// <param name="Passed">Whether it passed.</param>
/// <param name="Finding">The error that explains a failure; null when passed.</param>
public sealed record CheckResult(string Id, string Requirement, bool Passed, AsrError? Finding);

/// <summary>What a command would do, and whether it may. Nothing has changed.</summary>
/// <param name="Command">The command looked at.</param>
/// <param name="Tasks">Names for people of the tasks it would run, in order.</param>
/// <param name="Checks">Every check, passed or not.</param>
/// <param name="EstimatedBytes">Payload bytes it would move at most; null when unknown beforehand.</param>
public sealed record Preview(
    FailbackCommand Command, IReadOnlyList<string> Tasks, IReadOnlyList<CheckResult> Checks, long? EstimatedBytes)
{
    /// <summary>Whether every check passed.</summary>
    public bool Ready => Checks.All(check => check.Passed);
}
