using System.Text.Json.Serialization;

namespace AsrFailback;

/// <summary>What a group of a plan is for, in the service's words.</summary>
public enum RecoveryPlanGroupType
{
    /// <summary>Machines that are moved at once.</summary>
    Boot,

    /// <summary>Only actions: before anything is shut down.</summary>
    Shutdown,

    /// <summary>Only actions: around all groups with machines.</summary>
    Failover,
}

/// <summary>Machines that are moved at once, and what is done before and after. Thread-safe (immutable).</summary>
/// <param name="Items">Names of protected items; none in the groups Shutdown and Failover.</param>
public sealed record RecoveryPlanGroup(IReadOnlyList<string> Items)
{
    private readonly IReadOnlyList<RecoveryPlanAction> _startActions = [];
    private readonly IReadOnlyList<RecoveryPlanAction> _endActions = [];

    /// <summary>Names of protected items.</summary>
    public IReadOnlyList<string> Items { get; } = Indexable.Of(Items);

    /// <summary>What the group is for; follows from its place in the plan.</summary>
    [JsonIgnore]
    public RecoveryPlanGroupType GroupType { get; private init; }

    /// <summary>What is done before it, in order.</summary>
    public IReadOnlyList<RecoveryPlanAction> StartActions
    {
        get => _startActions;
        init => _startActions = Indexable.Of(value);
    }

    /// <summary>What is done after it, in order.</summary>
    public IReadOnlyList<RecoveryPlanAction> EndActions
    {
        get => _endActions;
        init => _endActions = Indexable.Of(value);
    }

    /// <inheritdoc/>
    public override string ToString() => GroupType == RecoveryPlanGroupType.Boot ? string.Join(", ", Items) : $"{GroupType}";

    /// <summary>A group without machines, with the actions of another one.</summary>
    internal static RecoveryPlanGroup Without(RecoveryPlanGroupType type, RecoveryPlanGroup? actions = null) =>
        new([]) { GroupType = type, StartActions = actions?.StartActions ?? [], EndActions = actions?.EndActions ?? [] };
}
