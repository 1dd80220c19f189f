using AsrFailback.Core.Jobs;

namespace AsrFailback.Engine.Tests;

/// <summary>A preview is the same judgement as the command itself, and changes nothing.</summary>
public sealed class PreviewTests
{
    [Fact]
    public async Task A_preview_lists_every_check_passed_or_not_and_changes_nothing()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.PointAsync();
        var before = world.Fingerprint();

        var ready = await world.Engine.PreviewAsync(new StartFailover(DrWorld.Item, null, true));
        var notReady = await world.Engine.PreviewAsync(new StartFailover(DrWorld.Item, Guid.NewGuid(), true));

        Assert.True(ready.Ready);
        string[] known = ["NotBusy", "Phase", "HasRecoveryPoint", "NoTestFailover", "TargetReachable", "Point"];
        Assert.Empty(known.Except(ready.Checks.Select(check => check.Id)));
        Assert.Equal(ready.Checks.Select(check => check.Id), notReady.Checks.Select(check => check.Id));
        Assert.Equal("PointNotFound", Assert.Single(notReady.Checks, check => !check.Passed).Finding!.Id);
        Assert.Equal(Scenario.Of(ready.Command).Tasks.Select(task => task.FriendlyName), ready.Tasks);
        Assert.Equal(before, world.Fingerprint());
    }

    [Fact]
    public async Task A_preview_of_a_reprotect_estimates_the_regions_to_compare_and_changes_nothing()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.PointAsync();
        await world.MoveAsync();
        world.Engine.OpenMachine(DrWorld.Item).Write(1, 2 << 20, new byte[512]);
        var before = world.Fingerprint();

        var preview = await world.Engine.PreviewAsync(new Reprotect(DrWorld.Item));

        Assert.Equal(1 << 20, preview.EstimatedBytes);
        Assert.True(preview.Checks.Count >= 17, $"only {preview.Checks.Count} checks are listed");
        Assert.Equal(before, world.Fingerprint());
        Assert.Null((await world.Engine.PreviewAsync(new Reprotect(DrWorld.Item, "mt09"))).EstimatedBytes);
    }

    // what is asked for | where the machine would be made
    [Theory]
    [Requirement("RP-03")]
    [InlineData(null, "datastore1")]
    [InlineData("datastore2", "datastore2")]
    public async Task A_preview_of_a_reprotect_says_where_a_machine_that_is_gone_would_be_made(string? asked, string datastore)
    {
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [1 << 20] });
        await world.MoveAsync();
        Assert.Null((await world.Engine.PreviewAsync(new Reprotect(DrWorld.Item))).NewMachine);
        WorldEdit.Make(world, "home/web01:-");
        var command = new Reprotect(DrWorld.Item) { Datastore = asked };

        var preview = await world.Engine.PreviewAsync(command);
        await world.RunAsync(new SaveRecoveryPlan(PlanWorld.Of([DrWorld.Item]), Replace: false));
        var plan = await world.Engine.PreviewAsync(new RunRecoveryPlan(PlanWorld.Plan, [new([command])]));
        await world.RunAsync(command);

        Assert.Equal(new NewMachinePlace(DrWorld.Item, "esxi01", datastore), preview.NewMachine);
        Assert.Equal(preview.NewMachine, Assert.Single(plan.Machines).NewMachine);
        var made = Assert.Single(world.Inventory(DrWorld.Home).Machines);
        Assert.Equal((preview.NewMachine!.Host, preview.NewMachine.Datastore), (made.Host, made.Disks[0].Datastore));
    }

    [Fact]
    public async Task A_preview_of_protecting_estimates_the_capacity()
    {
        await using var world = await DrWorld.CreateAsync();
        var before = world.Fingerprint();

        var preview = await world.Engine.PreviewAsync(DrWorld.Enable());

        Assert.Equal((true, 12L << 20), (preview.Ready, preview.EstimatedBytes));
        Assert.Equal(before, world.Fingerprint());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_command_is_refused_exactly_when_its_preview_is_not_ready(bool committed)
    {
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [1 << 20] });
        if (committed)
        {
            await world.MoveAsync();
        }

        FailbackCommand[] commands =
            [DrWorld.Enable(), new CommitFailover(DrWorld.Item), new CleanUpTestFailover(DrWorld.Item), new CreateRecoveryPoint(DrWorld.Item, new string('x', 70))];
        foreach (var command in commands)
        {
            var failed = (await world.Engine.PreviewAsync(command)).Checks.Where(check => !check.Passed).Select(check => check.Finding!.Id).ToArray();

            Assert.NotEmpty(failed);
            Assert.Equal(failed, await world.RefusedAsync(command));
        }
    }
}
