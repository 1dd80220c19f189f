using AsrFailback.Core.Json;

namespace AsrFailback.Core.Plans;

/// <summary>Puts a plan together from the groups of a file, and finds what is wrong with it as a whole, each at its place. Not thread-safe.</summary>
internal sealed class PlanBuilder(PlanFileWorld world)
{
    private readonly Dictionary<RecoveryPlanGroupType, RecoveryPlanGroup> _empty = [];
    private readonly List<RecoveryPlanGroup> _groups = [];
    private readonly HashSet<string> _items = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _actions = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The plan's name.</summary>
    public static string Name(JsonPart part)
    {
        var name = part.Text();
        if (name is not null && !PlainName.Is(name))
        {
            part.Wrong("it must be 1 to 80 letters, digits, '-' and '_'");
        }

        return name ?? "";
    }

    /// <summary>Adds a group.</summary>
    /// <param name="place">The group.</param>
    /// <param name="items">The place of its items.</param>
    /// <param name="found">Its machines, each with its place; null for one that is not known.</param>
    /// <param name="start">Its actions before.</param>
    /// <param name="end">Its actions after.</param>
    public void Add(JsonPart place, JsonPart items, IReadOnlyList<(string? Item, JsonPart Place)> found, RecoveryPlanAction[] start, RecoveryPlanAction[] end)
    {
        var group = new RecoveryPlanGroup([.. found.Select(item => item.Item).OfType<string>()]) { StartActions = start, EndActions = end };
        if (place["groupType"].Word<RecoveryPlanGroupType>() is not { } type)
        {
            return;
        }

        if (type != RecoveryPlanGroupType.Boot)
        {
            AddEmpty(place, items, type, group, found.Count);
            return;
        }

        if (found.Count == 0)
        {
            items.Wrong("a group of machines holds at least one");
        }

        foreach (var (item, at) in found.Where(item => item.Item is not null && !_items.Add(item.Item)))
        {
            at.Wrong($"{item} is in the plan already");
        }

        _groups.Add(group);
    }

    /// <summary>Checks an action; one that makes no sense is found at its place.</summary>
    /// <param name="action">The action.</param>
    /// <param name="place">Where it is.</param>
    /// <param name="placeOf">The place of a property, as our own files call it.</param>
    public void Check(RecoveryPlanAction action, JsonPart place, Func<string, JsonPart> placeOf)
    {
        var faults = PlanActionRules.FaultsOf(action).ToArray();
        foreach (var fault in faults)
        {
            placeOf(fault.Property).Wrong(fault.What);
        }

        if (!_actions.Add(action.Name))
        {
            placeOf("name").Wrong("another action of the plan has that name");
        }

        if (_actions.Count == RecoveryPlan.MaxActions + 1)
        {
            place.Wrong($"there are more than {RecoveryPlan.MaxActions} actions in the plan");
        }

        if (faults.Length == 0 && action is ScriptAction { Sha256: not null } script && world.ScriptFault(script) is { } refused)
        {
            placeOf("script").Wrong(refused.Message);
        }
    }

    /// <summary>The plan.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="groups">The place of its groups.</param>
    public RecoveryPlan Build(string name, JsonPart groups)
    {
        if (_groups.Count is 0 or > RecoveryPlan.MaxLargeGroups)
        {
            groups.Wrong($"it holds {_groups.Count} groups of machines; 1 to {RecoveryPlan.MaxLargeGroups} are possible");
        }

        if (_items.Count > RecoveryPlan.MaxLargeItems)
        {
            groups.Wrong($"{_items.Count} machines are too many; {RecoveryPlan.MaxLargeItems} are possible");
        }

        var none = new RecoveryPlanGroup([]);
        return RecoveryPlan.Of(name, [_empty.GetValueOrDefault(RecoveryPlanGroupType.Shutdown, none), _empty.GetValueOrDefault(RecoveryPlanGroupType.Failover, none), .. _groups]);
    }

    private void AddEmpty(JsonPart place, JsonPart items, RecoveryPlanGroupType type, RecoveryPlanGroup group, int count)
    {
        if (count > 0)
        {
            items.Wrong($"the group {type} holds no machines");
        }

        var late = _groups.Count > 0 || (type == RecoveryPlanGroupType.Shutdown && _empty.Count > 0);
        if (late || !_empty.TryAdd(type, group))
        {
            place["groupType"].Wrong("Shutdown comes first, then Failover, each once, then the groups of machines");
        }
    }
}
