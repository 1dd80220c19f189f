using System.Text.Json.Serialization;

namespace AsrFailback;

/// <summary>
/// Machines in the order in which they are moved: one group after the other, the machines of a group at once (RPL-01), with actions before
/// and after them (RPL-02). Thread-safe (immutable).
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Groups">The groups that hold machines, in order, 1 to 7, or to 20 in a large plan; each is of the type Boot.</param>
public sealed record RecoveryPlan(string Name, IReadOnlyList<RecoveryPlanGroup> Groups)
{
    /// <summary>Groups of a plan at most, as in the service.</summary>
    public const int MaxGroups = 7;

    /// <summary>Machines of a plan at most, as in the service.</summary>
    public const int MaxItems = 100;

    /// <summary>Groups of a plan that may be large.</summary>
    public const int MaxLargeGroups = 20;

    /// <summary>Machines of a plan that may be large.</summary>
    public const int MaxLargeItems = 1000;

    /// <summary>Actions of a plan at most.</summary>
    public const int MaxActions = 100;

    private readonly RecoveryPlanGroup _shutdown = RecoveryPlanGroup.Without(RecoveryPlanGroupType.Shutdown);
    private readonly RecoveryPlanGroup _failover = RecoveryPlanGroup.Without(RecoveryPlanGroupType.Failover);

    /// <summary>The groups that hold machines, in order.</summary>
    public IReadOnlyList<RecoveryPlanGroup> Groups { get; } = Indexable.Of(Groups);

    /// <summary>Holds no machine: its actions come before anything is shut down.</summary>
    public RecoveryPlanGroup ShutdownGroup
    {
        get => _shutdown;
        init => _shutdown = RecoveryPlanGroup.Without(RecoveryPlanGroupType.Shutdown, value);
    }

    /// <summary>Holds no machine: its actions come before the first and after the last of the others.</summary>
    public RecoveryPlanGroup FailoverGroup
    {
        get => _failover;
        init => _failover = RecoveryPlanGroup.Without(RecoveryPlanGroupType.Failover, value);
    }

    /// <summary>All groups in the order in which the service lists them: Shutdown, Failover, then those that hold machines.</summary>
    [JsonIgnore]
    public IReadOnlyList<RecoveryPlanGroup> AllGroups => [ShutdownGroup, FailoverGroup, .. Groups];

    /// <summary>The items of all groups, in order.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Items => Groups.SelectMany(group => group.Items).ToArray();

    /// <summary>The actions of all groups.</summary>
    [JsonIgnore]
    public IReadOnlyList<RecoveryPlanAction> Actions => AllGroups.SelectMany(group => group.StartActions.Concat(group.EndActions)).ToArray();

    /// <summary>The protection groups of its machines, each followed by its failback group; filled in by queries, not stored with it (RPL-04).</summary>
    [JsonIgnore]
    public IReadOnlyList<string> ProtectionGroups { get; init; } = [];

    /// <summary>The same plan with one of all its groups changed.</summary>
    /// <param name="index">Index in <see cref="AllGroups"/>.</param>
    /// <param name="change">Makes the changed group.</param>
    /// <returns>The changed plan.</returns>
    public RecoveryPlan WithGroup(int index, Func<RecoveryPlanGroup, RecoveryPlanGroup> change) => Of(Name, [.. AllGroups.Select((group, at) => at == index ? change(group) : group)]);

    /// <summary>A plan of all its groups.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="groups">Shutdown, Failover, then those that hold machines.</param>
    /// <returns>The plan.</returns>
    public static RecoveryPlan Of(string name, IReadOnlyList<RecoveryPlanGroup> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        return new(name, [.. groups.Skip(2)]) { ShutdownGroup = groups[0], FailoverGroup = groups[1] };
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
