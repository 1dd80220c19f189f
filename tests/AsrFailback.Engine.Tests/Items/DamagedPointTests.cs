namespace AsrFailback.Engine.Tests;

/// <summary>A point that turns out to be damaged when a failover wants it: the machine is not lost over it.</summary>
public sealed class DamagedPointTests
{
    [Fact]
    public async Task With_the_source_there_the_machine_runs_on_and_what_can_be_brought_back_is_listed()
    {
        await using var world = await DrWorld.ProtectedAsync();
        var damaged = await DamageOldestPointAsync(world);

        var job = await world.TryAsync(new StartFailover(DrWorld.Item, damaged, ShutDownSource: true));

        Assert.Equal((JobState.Failed, "PointDamaged"), (job.State, job.Error?.Id));
        Assert.Equal((PowerState.On, PowerState.Off), (world.Power(DrWorld.Home), world.Power(DrWorld.Azure)));
        Assert.False(world.Facts.ShutDown);
        Assert.DoesNotContain(await world.Engine.GetRecoveryPointsAsync(DrWorld.Item), point => point.Id == damaged);
        Assert.Contains((await world.ItemAsync()).HealthErrors, error => error.Id == "HistoryDamaged");
        world.Write();
        await world.DrainAsync();
        await world.MoveAsync();
        world.AssertImages(DrWorld.Azure, world.Model);
        await world.ReprotectAndMoveAsync(DrWorld.Home);
    }

    [Fact]
    [Requirement("FO-03")]
    public async Task Without_the_source_the_latest_point_can_be_taken_at_once()
    {
        await using var world = await DrWorld.ProtectedAsync();
        var damaged = await DamageOldestPointAsync(world);
        await world.DrainAsync();
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);
        Assert.Equal(JobState.Failed, (await world.TryAsync(new StartFailover(DrWorld.Item, damaged, false))).State);

        await world.FailOverAsync();

        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    public async Task A_failover_that_failed_half_way_for_a_reason_outside_can_be_asked_for_again()
    {
        await using var world = await DrWorld.ProtectedAsync();
        world.Write();
        var failed = false;
        world.Setup.OnFile = (_, path) =>
        {
            if (!failed && path.Contains("divergence.map", StringComparison.Ordinal))
            {
                failed = true;
                throw Core.Errors.ErrorCatalogue.Exception("DiskFull", path, "by the test");
            }
        };
        Assert.Equal("DiskFull", (await world.TryAsync(new StartFailover(DrWorld.Item, null, true))).Error?.Id);

        // Whoever frees the space and asks again is not told to wait for a first recovery point.
        await world.FailOverAsync(shutDown: true);

        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    [Requirement("FO-01")]
    public async Task A_test_failover_to_it_is_refused_and_leaves_nothing_behind()
    {
        await using var world = await DrWorld.ProtectedAsync();
        var damaged = await DamageOldestPointAsync(world);

        Assert.Equal("PointDamaged", (await world.TryAsync(new StartTestFailover(DrWorld.Item, damaged, null))).Error?.Id);

        Assert.Null(world.Facts.TestFailover);
        Assert.Single(world.Inventory(DrWorld.Azure).Machines);
        await world.RunAsync(new StartTestFailover(DrWorld.Item, null, null));
    }

    [Fact]
    public async Task A_repair_tells_of_history_that_cannot_be_read()
    {
        await using var world = await DrWorld.ProtectedAsync();
        var damaged = await DamageOldestPointAsync(world);

        var job = await world.RunAsync(new RepairReplication(DrWorld.Item));

        Assert.Equal("HistoryDamaged", Assert.Single(job.Warnings).Id);
        Assert.DoesNotContain(await world.Engine.GetRecoveryPointsAsync(DrWorld.Item), point => point.Id == damaged);
        Assert.Contains((await world.ItemAsync()).HealthErrors, error => error.Id == "HistoryDamaged");
    }

    private static async Task<Guid> DamageOldestPointAsync(DrWorld world)
    {
        for (var index = 0; index < 3; index++)
        {
            world.Write();
            await world.PointAsync();
        }

        var oldest = Directory.GetFiles(world.SiteRoot(DrWorld.Azure), "*.seg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        using var segment = File.OpenHandle(oldest, FileMode.Open, FileAccess.Write);
        RandomAccess.Write(segment, Enumerable.Repeat((byte)0xee, 64).ToArray(), RandomAccess.GetLength(segment) / 2);
        return (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item))[0].Id;
    }
}
