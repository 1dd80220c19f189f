using System.Text.Json.Nodes;
using AsrFailback.Core.Plans;

namespace AsrFailback.Fabrics.Tests;

/// <summary>Whatever is wrong with a plan file is told with its place, all of it at once.</summary>
public sealed class PlanFaultTests
{
    // what stands at a place instead | the place that is told, when it is another one
    public static TheoryData<string> Faults => Notation.Cases("""
        $.version                                   | 2                       |
        $.version                                   | "1"                     |
        $.name                                      | "a/b"                   |
        $.name                                      | null                    |
        $.more                                      | 1                       |
        $.groups                                    | { }                     |
        $.groups[0].groupType                       | "shutdown"              |
        $.groups[0].groupType                       | "Failover"              | $.groups[1].groupType
        $.groups[0].groupType                       | "Boot"                  | $.groups[0].items $.groups[1].groupType
        $.groups[0].items                           | ["db01"]                |
        $.groups[2].items[0]                        | "nobody"                |
        $.groups[2].items[0]                        | 5                       |
        $.groups[2].items                           | []                      |
        $.groups[3].items[1]                        | "db01"                  |
        $.groups[3].items[1]                        | "web01"                 |
        $.groups[3].startActions[0].name            | "DRAIN"                 |
        $.groups[3].startActions[0].name            | ""                      |
        $.groups[3].startActions[0].kind            | "Program"               |
        $.groups[3].startActions[0].uri             | "https://ops.example"   |
        $.groups[3].startActions[0].description     | ""                      |
        $.groups[3].startActions[0].failoverTypes   | []                      |
        $.groups[3].startActions[0].failoverTypes[0] | "Failback"             |
        $.groups[0].startActions[0].script          | "../drain.sh"           |
        $.groups[0].startActions[0].script          | "other.sh"              |
        $.groups[0].startActions[0].sha256          | null                    |
        $.groups[0].startActions[0].sha256          | "abc"                   |
        $.groups[0].startActions[0].timeoutSeconds  | 0                       |
        $.groups[0].startActions[0].timeoutSeconds  | 86401                   |
        $.groups[0].startActions[0].timeoutSeconds  | 1.5                     |
        $.groups[0].startActions[0].parameters      | []                      |
        $.groups[2].endActions[0].parameters.Port   | 1.5                     |
        $.groups[2].endActions[0].parameters.Port   | {}                      |
        $.groups[2].endActions[0].parameters.a-b    | "x"                     |
        $.groups[1].endActions[0].uri               | "http://ops.example"    |
        $.groups[1].endActions[0].tokenVariable     | "A=B"                   |
        """);

    [Theory]
    [Requirement("RPL-02")]
    [MemberData(nameof(Faults))]
    public void A_fault_is_told_at_its_place(string line)
    {
        var columns = Notation.Columns(line);
        var document = Changed((JsonObject)JsonNode.Parse(PlanTexts.Ours)!, columns[0], JsonNode.Parse(columns[1]));

        Assert.Equal(columns[2].Length == 0 ? [columns[0]] : Notation.Words(columns[2]), PlanTexts.Places(document.ToJsonString()));
    }

    [Fact]
    [Requirement("RPL-02")]
    public void All_faults_are_told_at_once()
    {
        var document = (JsonObject)JsonNode.Parse(PlanTexts.Ours)!;
        foreach (var (place, value) in new[] { ("$.name", "a b"), ("$.groups[2].items[0]", "nobody"), ("$.groups[3].items[0]", "nobody else"), ("$.groups[0].startActions[0].sha256", "x") })
        {
            document = Changed(document, place, JsonValue.Create(value));
        }

        Assert.Equal(
            ["$.name", "$.groups[0].startActions[0].sha256", "$.groups[2].items[0]", "$.groups[3].items[0]"], PlanTexts.Places(document.ToJsonString()));
    }

    [Theory]
    [Requirement("RPL-02")]
    [InlineData("", "$ (line 1)")]
    [InlineData("{", "$ (line 1)")]
    [InlineData("[ ]", "$ $.version $.name $.groups")]
    [InlineData("5", "$ $.version $.name $.groups")]
    [InlineData("null", "$")]
    [InlineData("{ }", "$.version $.name $.groups")]
    [InlineData("{ \"properties\": 5 }", "$.name $.properties.groups")]
    [InlineData("{ \"version\": 1, \"version\": 1 }", "$.version")]
    public void What_is_no_plan_is_told(string text, string places) => Assert.Equal(places, string.Join(' ', PlanTexts.Places(text)));

    [Fact]
    [Requirement("RPL-02")]
    public void What_is_too_large_is_not_read()
    {
        Assert.Equal("FileTooLarge", Assert.Throws<AsrException>(() => PlanTexts.Read(new string(' ', PlanFile.MaxBytes + 1))).Error.Id);
        Assert.Equal("$.groups", Assert.Single(PlanTexts.Places($$"""{ "version": 1, "name": "x", "groups": [{{string.Join(',', Enumerable.Repeat("{}", 100_000))}}] }""")));
        var many = string.Join(',', Enumerable.Range(0, 1000).Select(number => $"\"x{number}\""));
        Assert.Equal(Core.Json.JsonPart.MostFindings, PlanTexts.Places($$"""{ "version": 1, "name": "x", "groups": [ { "groupType": "Boot", "items": [{{many}}] } ] }""").Length);
    }

    [Fact]
    [Requirement("RPL-02")]
    public void No_more_actions_are_taken_than_are_possible()
    {
        var document = (JsonObject)JsonNode.Parse(PlanTexts.Ours)!;
        var actions = (JsonArray)document["groups"]![3]!["endActions"]!;
        for (var number = 0; number < RecoveryPlan.MaxActions - 4; number++)
        {
            actions.Add(new JsonObject { ["name"] = $"look {number}", ["kind"] = "Manual", ["description"] = "x" });
        }

        Assert.Equal(RecoveryPlan.MaxActions, PlanTexts.Read(document.ToJsonString()).Actions.Count);
        actions.Add(new JsonObject { ["name"] = "one more", ["kind"] = "Manual", ["description"] = "x" });
        Assert.Equal($"$.groups[3].endActions[{RecoveryPlan.MaxActions - 4}]", Assert.Single(PlanTexts.Places(document.ToJsonString())));
    }

    private static JsonObject Changed(JsonObject document, string place, JsonNode? value)
    {
        var steps = place[2..].Replace("[", ".[", StringComparison.Ordinal).Split('.');
        var parent = steps[..^1].Aggregate((JsonNode)document, (node, step) => step[0] == '[' ? node[IndexOf(step)]! : node[step]!);
        if (steps[^1][0] == '[')
        {
            parent[IndexOf(steps[^1])] = value;
        }
        else
        {
            parent[steps[^1]] = value;
        }

        return document;
    }

    private static int IndexOf(string step) => int.Parse(step[1..^1], System.Globalization.CultureInfo.InvariantCulture);
}
