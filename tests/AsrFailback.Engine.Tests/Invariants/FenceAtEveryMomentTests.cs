using Xunit.Abstractions;

namespace AsrFailback.Engine.Tests;

/// <summary>
/// Invariant 5 at every moment of every flow: who must not write is refused, and nobody runs twice. To see it fail: let
/// <c>ItemFence.RequireWritable</c> return at once.
/// </summary>
public sealed class FenceAtEveryMomentTests(ITestOutputHelper output)
{
    public static TheoryData<string> Flows => [.. InterruptedFlow.All.Keys];

    // With its beginning, and what comes after it.
    [Theory]
    [Requirement("RP-04", "FO-03", "FO-07")]
    [MemberData(nameof(Flows))]
    public async Task A_write_to_the_passive_side_is_refused_at_every_change_of_a_flow(string name)
    {
        var flow = InterruptedFlow.All[name];
        using var watch = new FenceWatch();
        await using var world = await flow.CreateWorldAsync(new WorldSetup { DiskBytes = [2 << 20, 1 << 20], State = new MemoryState() });
        watch.Watch(world);

        await flow.Prepare(world);
        await world.RunAsync(flow.Command(world));
        await flow.GoOn(world);

        AssertRefused(watch);
    }

    [Fact]
    [Requirement("FO-01", "FO-07", "RPL-03")]
    public async Task A_write_to_the_passive_side_is_refused_at_every_change_of_plans_and_tests()
    {
        using var watch = new FenceWatch { Only = DrWorld.Item };
        await using var world = await PlanWorld.CreateAsync();
        watch.Watch(world);

        await world.RunAsync(new StartTestFailover(DrWorld.Item, null, Network: null));
        await world.RunAsync(new CleanUpTestFailover(DrWorld.Item));
        await RunAsync(PlanWorld.FailOver);
        world.Write(5);
        await RunAsync(item => new SwitchRecoveryPoint(item, null));
        world.Write(5);
        await RunAsync(item => new CancelFailover(item));
        world.Model = world.Images(DrWorld.Home);
        world.Write(5);
        for (var move = 0; move < 2; move++)
        {
            await RunAsync(PlanWorld.FailOver);
            await RunAsync(PlanWorld.Commit);
            world.Write(5);
            await RunAsync(item => new Reprotect(item));
            world.Write(5);
        }

        await world.RunAsync(new DisableProtection(DrWorld.Item));

        AssertRefused(watch);

        async Task RunAsync(Func<string, ItemCommand> command) => await world.RunAsync(await PlanWorld.RunAsync(world, command));
    }

    // Both kinds of devices were tried, and both ways to refuse were seen: a watch that tries nothing proves nothing.
    private void AssertRefused(FenceWatch watch)
    {
        output.WriteLine($"refused: {watch.Tried.Foreign} at the passive side, {watch.Tried.Own} through kept devices; {string.Join(", ", watch.Refused)}");
        Assert.Empty(watch.Breaches);
        Assert.True(watch.Tried.Foreign > 100 && watch.Tried.Own > 10, $"{watch.Tried}");
        Assert.Equal(["MachineClosed", "WriteRefused"], watch.Refused.Keys.Order());
    }
}
