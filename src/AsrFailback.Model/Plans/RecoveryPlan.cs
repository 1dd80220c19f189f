namespace AsrFailback;

/// <summary>Machines in the order in which they are moved: one group after the other, the machines of a group at once (RPL-01). Thread-safe (immutable).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Groups">The groups in order, 1 to 7.</param>
public sealed record RecoveryPlan(string Name, IReadOnlyList<RecoveryPlanGroup> Groups)
{
    /// <summary>Groups of a plan at most.</summary>
    public const int MaxGroups = 7;

    /// <summary>Machines of a plan at most.</summary>
    public const int MaxItems = 1000;

    /// <summary>The groups in order.</summary>
    public IReadOnlyList<RecoveryPlanGroup> Groups { get; } = Indexable.Of(Groups);

    /// <summary>The items of all groups, in order.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<string> Items => Groups.SelectMany(group => group.Items).ToArray();

    /// <summary>The protection groups of its machines, each followed by its failback group; filled in by queries, not stored with it (RPL-04).</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<string> ProtectionGroups { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>Machines that are moved at once. Thread-safe (immutable).</summary>
/// <param name="Items">Names of protected items.</param>
public sealed record RecoveryPlanGroup(IReadOnlyList<string> Items)
{
    /// <summary>Names of protected items.</summary>
    public IReadOnlyList<string> Items { get; } = Indexable.Of(Items);

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Items);
}
