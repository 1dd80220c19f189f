using System.Text.Json.Serialization;

namespace AsrFailback;

/// <summary>Keeps a recovery plan (RPL-01).</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Replace">Whether one of that name may be there, and is replaced.</param>
public sealed record SaveRecoveryPlan(RecoveryPlan Plan, bool Replace) : FailbackCommand
{
    /// <summary>Whether the actions of the plan that is replaced stay, each with the group at its place; those of <see cref="Plan"/> do not count then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool KeepActions { get; init; }

    /// <summary>Whether the plan may be larger than the service allows: <see cref="RecoveryPlan.MaxLargeItems"/> machines in <see cref="RecoveryPlan.MaxLargeGroups"/> groups.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AllowLarge { get; init; }

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

/// <summary>Adds an action to a group of a plan, after those that are there (RPL-02).</summary>
/// <param name="Plan">The plan's name.</param>
/// <param name="Place">Where it belongs.</param>
/// <param name="Action">The action.</param>
public sealed record AddRecoveryPlanAction(string Plan, PlanActionPlace Place, RecoveryPlanAction Action) : FailbackCommand
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Target => Plan;
}

/// <summary>Where an action of a plan belongs.</summary>
/// <param name="Group">Index of the group in <see cref="RecoveryPlan.AllGroups"/>: 0 is Shutdown, 1 is Failover, from 2 on those with machines.</param>
/// <param name="AtEnd">Whether it comes after the group; before it otherwise.</param>
public sealed record PlanActionPlace(int Group, bool AtEnd);

/// <summary>Takes an action out of a plan.</summary>
/// <param name="Plan">The plan's name.</param>
/// <param name="Action">The action's name.</param>
public sealed record RemoveRecoveryPlanAction(string Plan, string Action) : FailbackCommand
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
    /// <summary>Machines of a group that are worked on at once, unless something else is said.</summary>
    public const int UsualThrottleLimit = 16;

    /// <summary>Machines of a group that may be worked on at once.</summary>
    public const int MaxThrottleLimit = 64;

    /// <summary>Machines of a group that are worked on at once, 1 to <see cref="MaxThrottleLimit"/> (RPL-01).</summary>
    public int ThrottleLimit { get; init; } = UsualThrottleLimit;

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

    /// <summary>The actions before anything is shut down; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PlannedActions? ShutdownActions { get; init; }

    /// <summary>The actions around all groups; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PlannedActions? FailoverActions { get; init; }

    /// <summary>The commands of all groups.</summary>
    [JsonIgnore]
    public IEnumerable<ItemCommand> Commands => Groups.SelectMany(group => group.Commands);
}

/// <summary>What is done at once.</summary>
/// <param name="Commands">A command for each machine.</param>
public sealed record PlannedGroup(IReadOnlyList<ItemCommand> Commands)
{
    /// <summary>The actions before and after it; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PlannedActions? Actions { get; init; }
}

/// <summary>The actions of a group that belong to a run of its plan, as they were when it was submitted.</summary>
/// <param name="Start">What is done before it, in order.</param>
/// <param name="End">What is done after it, in order.</param>
public sealed record PlannedActions(IReadOnlyList<RecoveryPlanAction> Start, IReadOnlyList<RecoveryPlanAction> End);
