using AsrFailback.Core.Errors;

namespace AsrFailback.Engine.Tests;

/// <summary>Disks at home that are not as the machine left them: a reprotect compares them in full.</summary>
public sealed class StrangeHomeDisksTests
{
    // whether the machine was shut down at home before it went
    [Theory]
    [Requirement("RP-02")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_home_machine_wrote_after_the_failover_is_dropped(bool clean)
    {
        await using var world = await WorldAsync();
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: clean, connected: clean);
        await world.MoveAsync();
        world.HomeReturns();
        RunAtHome(world);

        await world.RunAsync(new Reprotect(DrWorld.Item));

        await ComesHomeAsync(world);
    }

    // whether the job is started again, or another one asked for
    [Theory]
    [Requirement("RP-02")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_home_machine_that_ran_between_two_attempts_is_compared(bool restarted)
    {
        await using var world = await WorldAsync();
        await world.MoveAsync();
        world.Write(1);
        world.Engine.DecorateTarget = (_, _) => throw ErrorCatalogue.Exception("DiskFull", "the journal", "by the test");
        var failed = await world.TryAsync(new Reprotect(DrWorld.Item));
        Assert.Equal("DiskFull", failed.Error?.Id);
        RunAtHome(world);
        await world.Engine.RefreshFabricAsync(DrWorld.Home);
        world.Engine.DecorateTarget = null;

        var again = restarted ? await world.Engine.RestartJobAsync(failed.Name) : await world.Engine.SubmitAsync(new Reprotect(DrWorld.Item));

        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(again.Name).WaitAsync(DrWorld.Patience)).State);
        await ComesHomeAsync(world);
    }

    // where somebody left disks of that name
    [Theory]
    [Requirement("RP-02")]
    [InlineData("datastore1")]
    [InlineData("datastore2")]
    public async Task Disks_without_their_machine_are_not_believed(string datastore)
    {
        await using var world = await WorldAsync();
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);
        await world.MoveAsync();
        world.Write(3);
        world.HomeReturns();
        MoveDisks(world, datastore);
        Stranger.WriteAllOver(Stranger.HomeDisk(world, datastore));
        WorldEdit.Make(world, "home/web01:-");

        await world.RunAsync(new Reprotect(DrWorld.Item) { Datastore = datastore });

        await ComesHomeAsync(world);
    }

    private static async Task<DrWorld> WorldAsync()
    {
        var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [8 << 20], State = new MemoryState() });
        world.Write(20);
        await world.PointAsync();
        return world;
    }

    private static void RunAtHome(DrWorld world)
    {
        Stranger.SwitchOn(world, "home");
        Stranger.WriteAllOver(Stranger.HomeDisk(world));
    }

    private static void MoveDisks(DrWorld world, string datastore)
    {
        var (from, to) = (Path.GetDirectoryName(Stranger.HomeDisk(world))!, Path.GetDirectoryName(Stranger.HomeDisk(world, datastore))!);
        if (from != to)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            Directory.Move(from, to);
        }
    }

    private static async Task ComesHomeAsync(DrWorld world)
    {
        await world.DrainAsync();
        await world.MoveAsync();
        world.AssertImages(DrWorld.Home, world.Model);
    }
}
