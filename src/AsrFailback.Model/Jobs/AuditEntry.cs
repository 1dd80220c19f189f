namespace AsrFailback;

/// <summary>What can be recorded of a job.</summary>
public enum AuditAction
{
    /// <summary>It was asked for and accepted.</summary>
    Submitted,

    /// <summary>It was started again.</summary>
    Restarted,

    /// <summary>It went on after a manual action.</summary>
    Resumed,

    /// <summary>Somebody asked it to stop.</summary>
    Stopped,

    /// <summary>It ended.</summary>
    Ended,
}

/// <summary>Who did what, when, from where (FO-11). Thread-safe (immutable).</summary>
/// <param name="Number">Counts the entries of a vault from 1.</param>
/// <param name="TimeUtc">When, UTC.</param>
/// <param name="Caller">Who, and from where.</param>
/// <param name="Action">What was done.</param>
/// <param name="Job">Name of the job.</param>
/// <param name="Operation">Name of the operation for people.</param>
/// <param name="Target">What the job works on.</param>
/// <param name="CorrelationId">The request the job belongs to.</param>
public sealed record AuditEntry(
    long Number, DateTimeOffset TimeUtc, Caller Caller, AuditAction Action, string Job, string Operation, string Target, Guid CorrelationId)
{
    /// <summary>Ids of checks that the caller chose to skip; null for none.</summary>
    public IReadOnlyList<string>? SkippedChecks { get; init; }

    /// <summary>How the job ended, in the service's word; null unless it did.</summary>
    public JobState? Outcome { get; init; }

    /// <summary>Id of the error the job ended with; null for none.</summary>
    public string? Error { get; init; }

    /// <summary>What the caller noted; null for nothing.</summary>
    public string? Comment { get; init; }
}
