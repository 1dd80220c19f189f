namespace AsrFailback.Engine.Tests;

/// <summary>Before the commit a plan brings all its machines to another point, or back to where they ran (RPL-03, FO-07).</summary>
public sealed class PlanUncommittedTests
{
    [Fact]
    [Requirement("RPL-03", "FO-07")]
    public async Task A_plan_changes_the_point_of_its_machines_and_takes_its_failover_back()
    {
        await using var world = await PlanWorld.CreateAsync();
        var older = new Dictionary<string, Guid>();
        foreach (var name in PlanWorld.Names)
        {
            await world.RunAsync(new CreateRecoveryPoint(name, "older"));
            older[name] = (await world.Engine.GetRecoveryPointsAsync(name)).Single(point => point.Label == "older").Id;
            world.Engine.OpenMachine(name).Write(0, 0, new byte[4096]);
        }

        await RunAsync(world, PlanWorld.FailOver);
        await RunAsync(world, name => new SwitchRecoveryPoint(name, older[name]));

        Assert.Equal(older.Values, PlanWorld.Names.Select(name => world.Engine.RuntimeOf(name).State.Facts.FailoverPoint!.Id));
        Assert.Equal("AAA", PlanWorld.Where(world));

        await RunAsync(world, name => new CancelFailover(name));

        Assert.Equal("HHH", PlanWorld.Where(world));
        Assert.All(PlanWorld.Names, name => Assert.Equal(Core.Protection.Phase.Protected, world.Engine.RuntimeOf(name).State.Facts.Phase));
    }

    private static async Task RunAsync(DrWorld world, Func<string, ItemCommand> command)
    {
        var job = await world.RunAsync(await PlanWorld.RunAsync(world, command));
        Assert.Equal((JobState.Succeeded, null), (job.State, job.Error));
    }
}
