namespace AsrFailback;

/// <summary>The operations a readiness report can be asked for.</summary>
public enum ReadinessOperation
{
    /// <summary>Replicate from where the machine runs back to the other side.</summary>
    Reprotect,

    /// <summary>Start an isolated copy.</summary>
    TestFailover,

    /// <summary>Fail over with the source shut down first, no loss.</summary>
    PlannedFailover,

    /// <summary>Fail over with or without the source.</summary>
    UnplannedFailover,

    /// <summary>Bring the machine home.</summary>
    Failback,

    /// <summary>End a failover.</summary>
    Commit,

    /// <summary>Remove the isolated copy.</summary>
    CleanUpTestFailover,

    /// <summary>Bring a failover that is not committed to another recovery point.</summary>
    SwitchRecoveryPoint,

    /// <summary>Take a failover that is not committed back.</summary>
    CancelFailover,
}

/// <summary>What would stop or disturb an operation on one machine, all of it at once. Thread-safe (immutable).</summary>
/// <param name="Item">The machine's item.</param>
/// <param name="Operation">The operation asked for.</param>
/// <param name="From">The fabric the machine or its data would leave; null when nothing changes sides.</param>
/// <param name="To">The fabric it would go to; null when nothing changes sides.</param>
/// <param name="Checks">Every check, in the order of the rules.</param>
public sealed record ReadinessReport(string Item, ReadinessOperation Operation, string? From, string? To, IReadOnlyList<CheckResult> Checks)
{
    /// <summary>Every check, in the order of the rules.</summary>
    public IReadOnlyList<CheckResult> Checks { get; } = Indexable.Of(Checks);

    /// <summary>Whether no check failed.</summary>
    public bool Ready => Checks.All(check => check.Passed);

    /// <summary>What must be mended first.</summary>
    public IReadOnlyList<CheckResult> Failed => Checks.Where(check => !check.Passed).ToArray();

    /// <summary>What the caller should know.</summary>
    public IReadOnlyList<CheckResult> Warnings => Checks.Where(check => check.State is CheckState.Warning or CheckState.Skipped).ToArray();
}
