using System.Text.Json.Serialization;

namespace AsrFailback;

/// <summary>Keeps a recovery plan (RPL-01).</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Replace">Whether one of that name may be there, and is replaced.</param>
public sealed record SaveRecoveryPlan(RecoveryPlan Plan, bool Replace) : FailbackCommand
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Target => Plan.Name;
}

/// <summary>Forgets a recovery plan; its machines stay as they are.</summary>
/// <param name="Plan">The plan's name.</param>
public sealed record RemoveRecoveryPlan(string Plan) : FailbackCommand
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Target => Plan;
}

/// <summary>
/// Carries out one operation on the machines of a recovery plan (RPL-03). What is done with each machine is decided when it is
/// submitted: a plan that is changed meanwhile changes nothing of it.
/// </summary>
/// <param name="Plan">The plan's name.</param>
/// <param name="Groups">The commands of each group, in order; all of one kind.</param>
public sealed record RunRecoveryPlan(string Plan, IReadOnlyList<PlannedGroup> Groups) : FailbackCommand
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Target => Plan;

    /// <summary>
    /// Whether machines that cannot go do not keep the others (RPL-02). Decided when it is submitted, like all else: what becomes of a
    /// machine later does not change it. Null before.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? GoesOn { get; init; }

    /// <summary>Where its machines go, or have gone, as decided when it is submitted; null before, and where they differ.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FailoverDirection? Direction { get; init; }

    /// <summary>The commands of all groups.</summary>
    [JsonIgnore]
    public IEnumerable<ItemCommand> Commands => Groups.SelectMany(group => group.Commands);
}

/// <summary>What is done at once.</summary>
/// <param name="Commands">A command for each machine.</param>
public sealed record PlannedGroup(IReadOnlyList<ItemCommand> Commands);
