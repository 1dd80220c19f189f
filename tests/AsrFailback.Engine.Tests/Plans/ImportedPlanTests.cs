using System.Text;
using AsrFailback.Core.Plans;

namespace AsrFailback.Engine.Tests;

/// <summary>A plan file is read for the vault it is brought to: its machines, its scripts.</summary>
public sealed class ImportedPlanTests
{
    [ShellFact]
    [Requirement("RPL-02")]
    public async Task A_plan_that_is_written_and_read_is_the_same_and_its_scripts_must_be_there()
    {
        await using var world = await PlanWorld.CreateAsync();
        await PlanScripts.AddAsync(world, "tell", 2, atEnd: false);
        var written = PlanWriter.Write(await PlanScripts.PlanAsync(world));

        Assert.Equal(written, PlanWriter.Write(await world.Engine.ReadRecoveryPlanAsync(new RecoveryPlanFile("plan.json", written))));

        PlanScripts.Write(world, "tell.sh", "echo changed");
        var refused = await Assert.ThrowsAsync<AsrException>(() => world.Engine.ReadRecoveryPlanAsync(new RecoveryPlanFile("plan.json", written)));
        Assert.Equal("PlanFileInvalid", refused.Error.Id);
        Assert.Contains("$.groups[2].startActions[0].script", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RPL-02")]
    public async Task A_machine_is_found_by_its_id_also_of_a_plan_of_the_service_and_by_what_the_caller_says()
    {
        await using var world = await PlanWorld.CreateAsync();
        var id = world.Inventory(DrWorld.Home).Machines.Single(machine => machine.Name == "db01").Uuid;
        var text = $$$"""
            { "name": "theirs", "properties": { "groups": [ { "groupType": "Boot", "replicationProtectedItems": [
              { "id": "/subscriptions/s/replicationProtectedItems/{{{id}}}", "virtualMachineId": "{{{id}}}" },
              { "id": "/subscriptions/s/replicationProtectedItems/WEB02", "virtualMachineId": "x" },
              { "id": "/subscriptions/s/replicationProtectedItems/unknown", "virtualMachineId": "y" } ] } ] } }
            """;
        var file = new RecoveryPlanFile("theirs.json", Encoding.UTF8.GetBytes(text));

        var refused = await Assert.ThrowsAsync<AsrException>(() => world.Engine.ReadRecoveryPlanAsync(file));
        Assert.Contains("$.properties.groups[0].replicationProtectedItems[2]", refused.Message, StringComparison.Ordinal);

        var plan = await world.Engine.ReadRecoveryPlanAsync(file with { Items = new Dictionary<string, string> { ["unknown"] = DrWorld.Item } });
        Assert.Equal(["db01", "web02", DrWorld.Item], plan.Items);
        await world.RunAsync(new SaveRecoveryPlan(plan, Replace: false));
    }

    [ShellFact]
    [Requirement("RPL-02")]
    public async Task A_plan_is_not_kept_with_a_script_of_any_content()
    {
        await using var world = await PlanWorld.CreateAsync();
        PlanScripts.Write(world, "tell.sh", "exit 0");
        var plan = new RecoveryPlan("other", [new(["db01"]) { StartActions = [new ScriptAction("tell", "tell.sh")] }]);

        Assert.Equal(["PlanActionInvalid"], await world.RefusedAsync(new SaveRecoveryPlan(plan, Replace: false)));
    }
}
