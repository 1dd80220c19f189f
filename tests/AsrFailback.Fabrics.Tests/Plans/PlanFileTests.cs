using System.Text;
using System.Text.Json.Nodes;
using AsrFailback.Core.Plans;

namespace AsrFailback.Fabrics.Tests;

/// <summary>A plan goes through a file and comes back as it was; files can be compared line by line.</summary>
public sealed class PlanFileTests
{
    [Fact]
    [Requirement("RPL-02")]
    public void A_plan_comes_out_of_its_file_as_it_went_in()
    {
        var again = PlanTexts.Read(PlanTexts.Ours);

        Assert.Equal(PlanTexts.Ours, Encoding.UTF8.GetString(PlanWriter.Write(again)));
        Assert.Equal(System.Text.Json.JsonSerializer.Serialize(PlanTexts.Plan), System.Text.Json.JsonSerializer.Serialize(again));
    }

    [Fact]
    [Requirement("RPL-02")]
    public void A_file_can_be_compared_line_by_line()
    {
        Assert.DoesNotContain('\r', PlanTexts.Ours);
        Assert.EndsWith("}\n", PlanTexts.Ours, StringComparison.Ordinal);
        Assert.StartsWith("{\n  \"$schema\": \"https://asrfailback.example/schema/recovery-plan.schema.json\",\n  \"version\": 1,\n  \"name\": \"shop\",\n  \"groups\": [\n    {\n      \"groupType\": \"Shutdown\",\n", PlanTexts.Ours, StringComparison.Ordinal);
        Assert.Contains("한글", PlanTexts.Ours, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RPL-02")]
    public void A_file_is_valid_by_its_schema_and_uses_all_of_it()
    {
        var written = JsonNode.Parse(PlanTexts.Ours);

        Claim.None(Schema.Plan.Faults(written));
        var names = Schema.Plan.Places().Select(place => place.Place.Split('.')[^1].Replace("[0]", "", StringComparison.Ordinal)).Where(name => name is not ("$" or "x")).Distinct();
        Assert.All(names, name => Assert.Contains($"\"{name}\":", PlanTexts.Ours, StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("RPL-02")]
    public void What_may_be_left_out_has_its_usual_value()
    {
        var plan = PlanTexts.Read("""
            { // by hand
              "version": 1, "name": "small",
              "groups": [ { "groupType": "Boot", "items": [ "db01" ], "endActions": [ { "kind": "Manual", "name": "look", "description": "Look." }, ] } ],
            }
            """);

        Assert.Equal(["db01"], plan.Items);
        Assert.Equal(3, plan.Actions.Single().FailoverTypes.Count);
        Assert.Equal(2, plan.Actions.Single().FailoverDirections.Count);
    }

    [Fact]
    [Requirement("RPL-02")]
    public void A_plan_of_the_service_is_read()
    {
        var plan = PlanTexts.Read(PlanTexts.Service);

        Assert.Equal(("RPtest1", "db01 web01"), (plan.Name, string.Join(' ', plan.Items)));
        var runbook = Assert.IsType<RunbookAction>(plan.FailoverGroup.EndActions.Single());
        Assert.Equal(("tell", "https://ops.example/hook", TimeSpan.FromMinutes(2)), (runbook.Name, runbook.Uri, runbook.Timeout));
        Assert.Equal("Look at it.", Assert.IsType<ManualAction>(plan.Groups[0].StartActions.Single()).Description);
        var script = Assert.IsType<ScriptAction>(plan.Groups[0].EndActions.Single());
        Assert.Equal(("warm-up.ps1", PlanTexts.Hash, TimeSpan.FromSeconds(90)), (script.Script, script.Sha256, script.Timeout));
        Assert.Equal([PlanFailoverType.TestFailover], script.FailoverTypes);
    }

    // The recordings are kept beside the repository.
    [Fact]
    [Requirement("RPL-02")]
    public void The_recorded_plan_of_the_service_is_read_where_it_is_there()
    {
        var file = Path.Combine(Environment.GetEnvironmentVariable("ASRFAILBACK_SHARED") ?? Path.Combine(RepositoryFolder.Root, "..", "shared"), "fixtures", "asr", "10-recovery-plan-unplannedfailover.json");
        if (!File.Exists(file))
        {
            return;
        }

        var plan = PlanTexts.Read(JsonNode.Parse(File.ReadAllText(file))!["plan"]!.ToJsonString());

        Assert.Equal(("RPtest1", "db01|web01"), (plan.Name, string.Join('|', plan.Groups)));
    }

    [Fact]
    [Requirement("RPL-02")]
    public void What_the_service_does_not_say_is_asked_for_at_its_place()
    {
        var world = PlanTexts.World with { ScriptHashes = new Dictionary<string, string>(), Runbooks = new Dictionary<string, string>(), ItemOf = _ => null };

        var refused = Assert.Throws<AsrException>(() => PlanTexts.Read(PlanTexts.Service, world));

        Assert.Equal(
            [
                "$.properties.groups[1].endGroupActions[0].customDetails.runbookId", "$.properties.groups[2].replicationProtectedItems[0]",
                "$.properties.groups[2].endGroupActions[0].customDetails.path", "$.properties.groups[3].replicationProtectedItems[0]",
            ],
            PlanTexts.Findings(refused).Select(finding => finding.Place));
    }
}
