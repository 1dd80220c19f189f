using System.Globalization;
using System.Text.Json;
using AsrFailback.Core.Json;

namespace AsrFailback.Core.Plans;

/// <summary>Reads our own form of a plan file.</summary>
internal sealed class PlanReader(PlanFileWorld world)
{
    private const int MostGroups = RecoveryPlan.MaxLargeGroups + 2;

    private readonly PlanBuilder _builder = new(world);

    /// <summary>The plan; of no use when something was found.</summary>
    public RecoveryPlan Read(JsonPart root)
    {
        root.Only("$schema", "version", "name", "groups");
        if (root["version"].Number() is { } version && version != PlanFile.Version)
        {
            root["version"].Wrong($"{version} is not a version this program reads ({PlanFile.Version})");
        }

        var name = PlanBuilder.Name(root["name"]);
        foreach (var group in root["groups"].Items(MostGroups))
        {
            group.Only("groupType", "items", "startActions", "endActions");
            var items = group["items"];
            _builder.Add(group, items, items.IsAbsent ? [] : [.. items.Items(RecoveryPlan.MaxLargeItems).Select(Item)], Actions(group["startActions"]), Actions(group["endActions"]));
        }

        return _builder.Build(name, root["groups"]);
    }

    private (string? Item, JsonPart Place) Item(JsonPart place)
    {
        var name = place.Text();
        var item = name is null ? null : world.ItemOf(name);
        if (name is not null && item is null)
        {
            place.Wrong("there is no protected item of this name");
        }

        return (item, place);
    }

    private RecoveryPlanAction[] Actions(JsonPart list) => list.IsAbsent ? [] : [.. list.Items(RecoveryPlan.MaxActions).Select(Action).OfType<RecoveryPlanAction>()];

    private RecoveryPlanAction? Action(JsonPart place)
    {
        var name = place["name"].Text() ?? "";
        RecoveryPlanAction? action = place["kind"].Text() switch
        {
            "Script" => Script(name, place),
            "Manual" => Manual(name, place),
            "Runbook" => Runbook(name, place),
            null => null,
            _ => Unknown(place["kind"]),
        };
        if (action is null)
        {
            return null;
        }

        action = action with { FailoverTypes = Words(place["failoverTypes"], action.FailoverTypes), FailoverDirections = Words(place["failoverDirections"], action.FailoverDirections) };
        _builder.Check(action, place, property => property.Split('.', 2) is [var outer, var inner] ? place[outer][inner] : place[property]);
        return action;
    }

    private static ScriptAction Script(string name, JsonPart place)
    {
        place.Only("name", "kind", "failoverTypes", "failoverDirections", "script", "sha256", "parameters", "timeoutSeconds");
        var parameters = place["parameters"];
        return new ScriptAction(name, place["script"].Text() ?? "", place["sha256"].Text())
        {
            Parameters = parameters.IsAbsent ? [] : [.. parameters.Properties().Select(property => Parameter(property.Name, property.Part)).OfType<ScriptParameter>()],
            Timeout = Seconds(place["timeoutSeconds"], ScriptAction.DefaultTimeout),
        };
    }

    private static ScriptParameter? Parameter(string name, JsonPart value)
    {
        switch (value.Kind)
        {
            case JsonValueKind.String:
                return new(name, ScriptParameterType.Text, value.Text()!);
            case JsonValueKind.Number:
                return value.Number() is { } number ? new(name, ScriptParameterType.Number, number.ToString(CultureInfo.InvariantCulture)) : null;
            case JsonValueKind.True or JsonValueKind.False:
                return new(name, ScriptParameterType.Switch, value.Kind == JsonValueKind.True ? "true" : "false");
            default:
                value.Wrong("it is no text, no number and no truth value");
                return null;
        }
    }

    private static ManualAction Manual(string name, JsonPart place)
    {
        place.Only("name", "kind", "failoverTypes", "failoverDirections", "description");
        return new ManualAction(name, place["description"].Text() ?? "");
    }

    private static RunbookAction Runbook(string name, JsonPart place)
    {
        place.Only("name", "kind", "failoverTypes", "failoverDirections", "uri", "tokenVariable", "timeoutSeconds");
        return new RunbookAction(name, place["uri"].Text() ?? "")
        {
            TokenVariable = place["tokenVariable"].IsAbsent ? null : place["tokenVariable"].Text(), Timeout = Seconds(place["timeoutSeconds"], RunbookAction.DefaultTimeout),
        };
    }

    private static RecoveryPlanAction? Unknown(JsonPart kind)
    {
        kind.Wrong("it is not one of Script, Manual, Runbook");
        return null;
    }

    private static TimeSpan Seconds(JsonPart place, TimeSpan otherwise) =>
        place.IsAbsent || place.Number() is not { } seconds ? otherwise : TimeSpan.FromSeconds(Math.Clamp(seconds, 0, (long)RecoveryPlanAction.MaxTimeout.TotalSeconds + 1));

    private static IReadOnlyList<T> Words<T>(JsonPart list, IReadOnlyList<T> otherwise)
        where T : struct, Enum =>
        list.IsAbsent ? otherwise : [.. list.Items(Enum.GetValues<T>().Length).Select(word => word.Word<T>()).OfType<T>()];
}
