using System.Text.Json.Serialization;

namespace AsrFailback;

/// <summary>The operations that an action of a plan can belong to, in the service's words.</summary>
public enum PlanFailoverType
{
    /// <summary>Start isolated copies.</summary>
    TestFailover,

    /// <summary>Fail over with the sources shut down first.</summary>
    PlannedFailover,

    /// <summary>Fail over with or without the sources; a failback, too.</summary>
    UnplannedFailover,

    /// <summary>Remove the isolated copies.</summary>
    TestFailoverCleanup,

    /// <summary>End the failover.</summary>
    Commit,

    /// <summary>Replicate the other way: a reprotect.</summary>
    SwitchProtection,
}

/// <summary>Where the machines of a plan go, in the service's words: primary is the site they came from.</summary>
public enum PlanFailoverDirection
{
    /// <summary>Away from the site the machines came from.</summary>
    PrimaryToRecovery,

    /// <summary>Home.</summary>
    RecoveryToPrimary,
}

/// <summary>Something that is done before or after a group of a plan (RPL-02). Thread-safe (immutable).</summary>
/// <param name="Name">Its name, of which there is one in the plan.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ScriptAction), "Script")]
[JsonDerivedType(typeof(ManualAction), "Manual")]
[JsonDerivedType(typeof(RunbookAction), "Runbook")]
public abstract record RecoveryPlanAction(string Name)
{
    /// <summary>Characters of a name at most.</summary>
    public const int MaxName = 64;

    /// <summary>The longest time a script or a runbook may be given.</summary>
    public static readonly TimeSpan MaxTimeout = TimeSpan.FromHours(24);

    private readonly IReadOnlyList<PlanFailoverType> _failoverTypes = [PlanFailoverType.TestFailover, PlanFailoverType.PlannedFailover, PlanFailoverType.UnplannedFailover];
    private readonly IReadOnlyList<PlanFailoverDirection> _failoverDirections = [PlanFailoverDirection.PrimaryToRecovery, PlanFailoverDirection.RecoveryToPrimary];

    /// <summary>The operations it belongs to; every failover by default.</summary>
    public IReadOnlyList<PlanFailoverType> FailoverTypes
    {
        get => _failoverTypes;
        init => _failoverTypes = Indexable.Of(value);
    }

    /// <summary>The directions it belongs to; both by default.</summary>
    public IReadOnlyList<PlanFailoverDirection> FailoverDirections
    {
        get => _failoverDirections;
        init => _failoverDirections = Indexable.Of(value);
    }

    /// <summary>Whether it is done in a run of a plan.</summary>
    /// <param name="type">What the run does.</param>
    /// <param name="direction">Where its machines go.</param>
    /// <returns>Whether it belongs to both.</returns>
    public bool AppliesTo(PlanFailoverType type, PlanFailoverDirection direction) => FailoverTypes.Contains(type) && FailoverDirections.Contains(direction);

    /// <summary>Its kind in the service's word.</summary>
    [JsonIgnore]
    public abstract string Kind { get; }

    /// <inheritdoc/>
    public sealed override string ToString() => Name;
}

/// <summary>Waits until somebody has done something and says so.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What is to be done.</param>
public sealed record ManualAction(string Name, string Description) : RecoveryPlanAction(Name)
{
    /// <summary>Characters of a description at most.</summary>
    public const int MaxDescription = 1024;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => "Manual action";
}

/// <summary>Tells a server by HTTP: the plan's context is posted to it as JSON.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Uri">Where it is posted: https, or http on this machine.</param>
public sealed record RunbookAction(string Name, string Uri) : RecoveryPlanAction(Name)
{
    /// <summary>How long it may take if nothing else is said.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(5);

    /// <summary>How long it may take, all tries together.</summary>
    public TimeSpan Timeout { get; init; } = DefaultTimeout;

    /// <summary>Name of the environment variable that holds the token it is sent with; null for none. The token itself is kept nowhere.</summary>
    public string? TokenVariable { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => "Runbook";
}
