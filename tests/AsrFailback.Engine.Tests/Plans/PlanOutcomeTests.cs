namespace AsrFailback.Engine.Tests;

/// <summary>How a plan and its groups end when a machine of it did not go along.</summary>
public sealed class PlanOutcomeTests
{
    // the machine that cannot go | how the groups end
    [Theory]
    [Requirement("RPL-02")]
    [InlineData("db01", "Failed Succeeded")]
    [InlineData("web02", "Succeeded PartiallySucceeded")]
    public async Task A_group_whose_machines_stayed_behind_does_not_read_succeeded(string item, string groups)
    {
        await using var world = await PlanWorld.CreateAsync();
        await world.RunAsync(new StartTestFailover(item, null, null)); // stands in the way of a failover

        var job = await world.TryAsync(await PlanWorld.RunAsync(world, PlanWorld.FailOver));

        Assert.Equal(JobState.PartiallySucceeded, job.State);
        Assert.Equal(groups, string.Join(' ', job.Tasks.Skip(1).Select(task => task.State)));
    }

    [Fact]
    [Requirement("RPL-02")]
    public async Task A_plan_that_was_stopped_after_a_group_that_stayed_behind_goes_on_in_the_group_it_stopped_in()
    {
        await using var world = await PlanWorld.CreateAsync();
        await world.RunAsync(new SaveRecoveryPlan(PlanWorld.Of(["db01"], [DrWorld.Item], ["web02"]), Replace: true));
        await world.RunAsync(new StartTestFailover("db01", null, null));
        var stopped = await PlanWorld.StopAtAsync(world, await PlanWorld.RunAsync(world, PlanWorld.FailOver), DrWorld.Item);
        Assert.Equal(["Succeeded", "Failed", "Cancelled", "NotStarted"], stopped.Tasks.Select(task => task.State.Value));

        await world.Engine.RestartJobAsync(stopped.Name);
        var again = await world.Engine.WaitForJobAsync(stopped.Name).WaitAsync(DrWorld.Patience);

        Assert.Equal((JobState.PartiallySucceeded, null), (again.State, again.Error));
        Assert.Equal(["Succeeded", "Failed", "Succeeded", "Succeeded"], again.Tasks.Select(task => task.State.Value));
        Assert.Equal("HAA", PlanWorld.Where(world));
    }
}
