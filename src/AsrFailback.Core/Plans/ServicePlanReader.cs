using System.Globalization;
using System.Xml;
using AsrFailback.Core.Json;

namespace AsrFailback.Core.Plans;

/// <summary>
/// Reads a plan as the service writes it: <c>replicationRecoveryPlans</c>. Properties that are not known are read over, because the service
/// adds some; what would be done differently here is refused at its place.
/// </summary>
internal sealed class ServicePlanReader(PlanFileWorld world)
{
    private const int MostGroups = 64;

    private readonly PlanBuilder _builder = new(world);

    /// <summary>The plan; of no use when something was found.</summary>
    public RecoveryPlan Read(JsonPart root)
    {
        var name = PlanBuilder.Name(root["name"]);
        var groups = root["properties"]["groups"];
        foreach (var group in groups.Items(MostGroups))
        {
            var items = group["replicationProtectedItems"];
            _builder.Add(
                group, items, items.IsAbsent ? [] : [.. items.Items(RecoveryPlan.MaxLargeItems).Select(Item)], Actions(group["startGroupActions"]), Actions(group["endGroupActions"]));
        }

        return _builder.Build(name, groups);
    }

    private (string? Item, JsonPart Place) Item(JsonPart place)
    {
        string?[] ids = [place["id"].IsAbsent ? null : place["id"].Text(), place["virtualMachineId"].IsAbsent ? null : place["virtualMachineId"].Text()];
        var item = ids.OfType<string>().SelectMany(id => new[] { id, new ArmId(id).Name }).Select(world.ItemOf).FirstOrDefault(found => found is not null);
        if (item is null)
        {
            place.Wrong("no protected item has this name or id; say which one is meant");
        }

        return (item, place);
    }

    private RecoveryPlanAction[] Actions(JsonPart list) => list.IsAbsent ? [] : [.. list.Items(RecoveryPlan.MaxActions).Select(Action).OfType<RecoveryPlanAction>()];

    private RecoveryPlanAction? Action(JsonPart place)
    {
        var (name, details) = (place["actionName"].Text() ?? "", place["customDetails"]);
        RecoveryPlanAction? action = details["instanceType"].Text() switch
        {
            "ScriptActionDetails" => Script(name, details),
            "ManualActionDetails" => new ManualAction(name, details["description"].IsAbsent ? name : details["description"].Text() ?? name),
            "AutomationRunbookActionDetails" => Runbook(name, details),
            null => null,
            var other => Unknown(details["instanceType"], other),
        };
        if (action is null)
        {
            return null;
        }

        action = action with { FailoverTypes = Words<PlanFailoverType>(place["failoverTypes"]), FailoverDirections = Words<PlanFailoverDirection>(place["failoverDirections"]) };
        _builder.Check(action, place, property => property switch
        {
            "name" => place["actionName"],
            "failoverTypes" or "failoverDirections" => place[property],
            "script" or "sha256" => details["path"],
            "uri" => details["runbookId"],
            "timeoutSeconds" => details["timeout"],
            _ => details[property],
        });
        return action;
    }

    // A script of the service lies somewhere else, and nobody has said what it must be.
    private ScriptAction? Script(string name, JsonPart details)
    {
        if (details["path"].Text() is not { } path)
        {
            return null;
        }

        var file = path[(path.LastIndexOfAny(['/', '\\']) + 1)..];
        if (world.ScriptHashes.GetValueOrDefault(file) is { } hash)
        {
            return new ScriptAction(name, file, hash) { Timeout = Time(details["timeout"], ScriptAction.DefaultTimeout) };
        }

        details["path"].Wrong("the service names no SHA-256 of this script: put it into the vault's folder of scripts, and say which content is allowed");
        return null;
    }

    private RunbookAction? Runbook(string name, JsonPart details)
    {
        var id = details["runbookId"].IsAbsent ? "" : details["runbookId"].Text() ?? "";
        if (world.Runbooks.GetValueOrDefault(new ArmId(id).Name) is { } uri)
        {
            return new RunbookAction(name, uri) { Timeout = Time(details["timeout"], RunbookAction.DefaultTimeout) };
        }

        details["runbookId"].Wrong("a runbook of Azure Automation is told by its web hook: say the address of it");
        return null;
    }

    private static RecoveryPlanAction? Unknown(JsonPart place, string what)
    {
        place.Wrong($"an action of the kind '{what[..Math.Min(what.Length, 40)]}' is not possible here");
        return null;
    }

    private static T[] Words<T>(JsonPart list)
        where T : struct, Enum => [.. list.Items(32).Select(word => word.Word<T>()).OfType<T>()];

    // Both forms of a duration have been seen.
    private static TimeSpan Time(JsonPart place, TimeSpan otherwise)
    {
        if (place.IsAbsent || place.Text() is not { Length: > 0 } text)
        {
            return otherwise;
        }

        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time))
        {
            return time;
        }

        try
        {
            return XmlConvert.ToTimeSpan(text);
        }
        catch (Exception wrong) when (wrong is FormatException or OverflowException)
        {
            place.Wrong("it is no duration");
            return otherwise;
        }
    }
}
