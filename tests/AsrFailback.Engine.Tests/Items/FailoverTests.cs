using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Engine.Tests;

/// <summary>To which bytes a failover goes.</summary>
public sealed class FailoverTests
{
    [Fact]
    [Requirement("FO-03", "FO-10")]
    public async Task Without_its_source_the_latest_is_everything_the_target_received()
    {
        await using var world = await DrWorld.ProtectedAsync();
        world.Write();
        var received = await world.SourceDiesWithUnsentWritesAsync();

        var job = await world.FailOverAsync();

        world.AssertImages(DrWorld.Azure, received);
        Assert.Equal(["Succeeded", "Other", "Other", "Succeeded", "Succeeded"], job.Tasks.Select(task => task.State.Value));
    }

    [Theory]
    [Requirement("FO-10")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task An_older_point_yields_exactly_the_bytes_of_that_point(int chosen)
    {
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { Seed = chosen + 10 });
        var points = new List<(Guid Id, MachineModel Bytes)> { ((await world.Engine.GetRecoveryPointsAsync(DrWorld.Item))[0].Id, world.Model.Copy()) };
        for (var index = 0; index < 3; index++)
        {
            world.Write();
            points.Add(((await world.PointAsync($"{index}")).Id, world.Model.Copy()));
        }

        world.Write();
        await world.DrainAsync();
        await world.FailOverAsync(points[chosen].Id);

        world.AssertImages(DrWorld.Azure, points[chosen].Bytes);
        Assert.Equal(points[chosen].Id, world.Facts.FailoverPoint?.Id);
        Assert.Equal(points.Select(point => point.Id), (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Take(points.Count).Select(point => point.Id)); // until the commit (FO-07)
    }

    [Fact]
    [Requirement("RP-02")]
    public async Task After_an_older_point_the_newer_writes_are_rolled_back_at_home_too()
    {
        await using var world = await DrWorld.ProtectedAsync();
        world.Write();
        var chosen = await world.PointAsync();
        var bytes = world.Model.Copy();
        world.Write();

        // At a point the source forgets what it wrote before: only the target still knows what is newer than the chosen one.
        await world.PointAsync();
        await world.FailOverAsync(chosen.Id);
        await world.RunAsync(new CommitFailover(DrWorld.Item));

        world.Model = bytes;
        await world.ReprotectAndMoveAsync(DrWorld.Home);
    }

    [Fact]
    [Requirement("FO-03")]
    public async Task A_source_that_answers_but_is_not_asked_to_shut_down_is_off_before_the_target_is_on()
    {
        await using var world = await DrWorld.ProtectedAsync();
        world.Write();
        await world.DrainAsync();

        await world.FailOverAsync(shutDown: false);

        Assert.Equal((PowerState.Off, PowerState.On), (world.Power(DrWorld.Home), world.Power(DrWorld.Azure)));
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    [Requirement("FO-03")]
    public async Task Last_changes_that_cannot_be_sent_do_not_keep_the_failover_from_the_latest_point()
    {
        var clock = new ManualClock();
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { Clock = clock });
        world.Write();
        await world.DrainAsync();
        var received = world.Model.Copy();
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: false);
        world.Write();

        var failover = world.TryAsync(new StartFailover(DrWorld.Item, null, ShutDownSource: true));
        while (!failover.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(61));
            await Task.Yield();
        }

        var job = await failover;
        Assert.Equal(JobState.Succeeded, job.State);
        Assert.Contains(job.Warnings, warning => warning.Id == "LastChangesNotSent");
        world.AssertImages(DrWorld.Azure, received);
    }

    // the write to the target's log at which the synchronisation breaks off; the limit makes it take more of them
    [Theory]
    [Requirement("FO-03")]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_failover_in_the_middle_of_a_synchronisation_goes_to_the_newest_whole_point(int breakAt)
    {
        var setup = new WorldSetup { Policy = DrWorld.Policy with { Bandwidth = new BandwidthLimit(4 << 20) } };
        await using var world = await DrWorld.ProtectedAsync(setup);
        world.Write();
        await world.PointAsync();
        var whole = world.Model.Copy();
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: false);
        world.Write(200);
        await world.ReopenAsync();
        var writes = 0;
        setup.OnFile = (operation, path) =>
        {
            if (operation == FileOperation.Write && path.EndsWith("redo.log", StringComparison.Ordinal) && ++writes == breakAt)
            {
                throw ErrorCatalogue.Exception("FileError", path, "broken by the test");
            }
        };
        world.Engine.Site(DrWorld.Azure).SetCondition(reachable: true, connected: true); // the engine is not told: it would open the replication again
        await Assert.ThrowsAsync<AsrException>(() => world.DrainAsync());
        Assert.False(world.Engine.RuntimeOf(DrWorld.Item).Journal!.InOrder);
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);

        await world.FailOverAsync();

        world.AssertImages(DrWorld.Azure, whole);
    }

    [Fact]
    [Requirement("FO-10")]
    public async Task A_failover_to_a_site_that_is_gone_or_to_no_known_point_is_refused_with_both_reasons()
    {
        await using var world = await DrWorld.ProtectedAsync();
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: false, connected: false);

        Assert.Equal(["SiteUnreachable", "PointNotFound"], await world.RefusedAsync(new StartFailover(DrWorld.Item, Guid.NewGuid(), true)));
        Assert.Equal(PowerState.On, world.Power(DrWorld.Home));
    }
}
