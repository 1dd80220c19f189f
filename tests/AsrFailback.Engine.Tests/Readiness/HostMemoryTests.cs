namespace AsrFailback.Engine.Tests;

/// <summary>A host with memory for one machine of two takes one (8038).</summary>
public sealed class HostMemoryTests
{
    private const long GiB = 1L << 30;
    private const string Other = ReadinessStage.Neighbour;

    [Fact]
    [Requirement("ER-8038")]
    public async Task Of_two_failbacks_after_each_other_the_second_is_refused()
    {
        await using var world = await BothOnTheirWayHomeAsync();
        Assert.Equal(GiB * 3 / 2, world.Inventory(DrWorld.Home).Hosts[0].FreeMemoryBytes);
        await world.RunAsync(FailBack(DrWorld.Item));

        var refused = Assert.Single(await Findings.RefusalAsync(world, FailBack(Other)));

        Assert.Equal(("HostMemory", "8038"), (refused.Id, refused.Code));
        Assert.Contains("has 512.0 MiB free", refused.Message, StringComparison.Ordinal);
        Assert.Equal(GiB / 2, world.Inventory(DrWorld.Home).Hosts[0].FreeMemoryBytes);
        await world.RunAsync(FailBack(Other) with { SkipChecks = ["HostMemory"] });
    }

    [Fact]
    [Requirement("ER-8038")]
    public async Task Memory_is_promised_once_while_a_failback_runs()
    {
        using var held = new ManualResetEventSlim();
        await using var world = await BothOnTheirWayHomeAsync();
        world.Setup.OnProgress = progress =>
        {
            if (progress.Task == "Shut down the virtual machine")
            {
                held.Wait(DrWorld.Patience);
            }
        };
        var first = await world.Engine.SubmitAsync(FailBack(DrWorld.Item));

        var refused = await world.RefusedAsync(FailBack(Other));
        held.Set();

        Assert.Equal(["HostMemory"], refused);
        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(first.Name).WaitAsync(DrWorld.Patience)).State);
    }

    [Theory]
    [Requirement("ER-8038", "RPL-03")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_plan_that_needs_more_than_there_is_is_refused_for_the_machine_that_does_not_fit(bool oneGroup)
    {
        await using var world = await BothOnTheirWayHomeAsync();
        PlannedGroup[] groups = oneGroup ? [new([FailBack(DrWorld.Item), FailBack(Other)])] : [new([FailBack(DrWorld.Item)]), new([FailBack(Other)])];
        await world.RunAsync(new SaveRecoveryPlan(PlanWorld.Of([DrWorld.Item], [Other]), Replace: false));
        var plan = new RunRecoveryPlan(PlanWorld.Plan, groups);

        var refused = Assert.Single(await Findings.RefusalAsync(world, plan));
        WorldEdit.Make(world, $"home:hosts.0.freeMemoryBytes={2 * GiB}");
        await world.RunAsync(plan);

        Assert.Equal("HostMemory", refused.Id);
        Assert.StartsWith(Other, refused.Message, StringComparison.Ordinal);
    }

    private static StartFailover FailBack(string item) => new(item, null, ShutDownSource: true);

    // The host has memory for one and a half of them.
    private static async Task<DrWorld> BothOnTheirWayHomeAsync()
    {
        var world = await ReadinessStage.WorldAsync("ReprotectHome");
        await world.RunAsync(new StartFailover(Other, null, true));
        await world.RunAsync(new CommitFailover(Other));
        foreach (var item in new[] { DrWorld.Item, Other })
        {
            await world.RunAsync(new Reprotect(item));
            WorldEdit.Make(world, $"home/{item}:memoryBytes={GiB}");
        }

        WorldEdit.Make(world, $"home:hosts.0.freeMemoryBytes={GiB * 3 / 2}");
        return world;
    }
}
