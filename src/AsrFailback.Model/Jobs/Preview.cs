namespace AsrFailback;

/// <summary>The outcome of one readiness check.</summary>
/// <param name="Id">Check id.</param>
/// <param name="Requirement">Requirement it enforces, for example <c>RP-04</c>.</param>
/// <param name="Passed">Whether it passed.</param>
/// <param name="Finding">The error that explains a failure; null when passed.</param>
public sealed record CheckResult(string Id, string Requirement, bool Passed, AsrError? Finding)
{
    /// <summary>The outcome of a check; the finding is made only when it is needed.</summary>
    /// <param name="id">Check id.</param>
    /// <param name="requirement">Requirement it enforces.</param>
    /// <param name="passed">Whether it passed.</param>
    /// <param name="finding">Makes the error that explains a failure.</param>
    /// <returns>The outcome.</returns>
    public static CheckResult Of(string id, string requirement, bool passed, Func<AsrError> finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return new(id, requirement, passed, passed ? null : finding());
    }
}

/// <summary>What a command would do, and whether it may. Nothing has changed.</summary>
/// <param name="Command">The command looked at.</param>
/// <param name="Operation">Its name for people, for example <c>Failover</c>.</param>
/// <param name="Tasks">Names for people of the tasks it would run, in order.</param>
/// <param name="Checks">Every check, passed or not.</param>
/// <param name="EstimatedBytes">Payload bytes it would move at most; null when unknown beforehand.</param>
/// <param name="EstimatedTime">How long the last successful job of this kind took, on this object if there was one; null without one.</param>
public sealed record Preview(
    FailbackCommand Command, string Operation, IReadOnlyList<string> Tasks, IReadOnlyList<CheckResult> Checks, long? EstimatedBytes, TimeSpan? EstimatedTime)
{
    /// <summary>The fabric the machine or its data would leave; null when nothing changes sides.</summary>
    public string? From { get; init; }

    /// <summary>The fabric it would go to; null when nothing changes sides.</summary>
    public string? To { get; init; }

    /// <summary>The recovery point that would be used; null for the latest, or where none is.</summary>
    public RecoveryPoint? Point { get; init; }

    /// <summary>Whether every check passed.</summary>
    public bool Ready => Checks.All(check => check.Passed);
}
