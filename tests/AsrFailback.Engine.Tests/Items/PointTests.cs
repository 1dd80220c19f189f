namespace AsrFailback.Engine.Tests;

/// <summary>Recovery points: taken on demand and by the clock, kept as long as the policy says, exact all the time.</summary>
public sealed class PointTests
{
    [Fact]
    [Requirement("FO-10")]
    public async Task Every_listed_point_is_exact_at_any_time()
    {
        await using var world = await DrWorld.ProtectedAsync();
        var points = new Dictionary<Guid, MachineModel> { [(await world.Engine.GetRecoveryPointsAsync(DrWorld.Item))[0].Id] = world.Model.Copy() };
        for (var index = 0; index < 4; index++)
        {
            world.Write();
            points.Add((await world.PointAsync($"point {index}")).Id, world.Model.Copy());
        }

        world.Write();
        await world.DrainAsync();
        await world.ReopenAsync();
        await world.DrainAsync();

        var listed = await world.Engine.GetRecoveryPointsAsync(DrWorld.Item);
        Assert.Equal(["Initial replication", "point 0", "point 1", "point 2", "point 3", ""], listed.Select(point => point.Label));
        points.Add(listed[^1].Id, world.Model.Copy()); // what came in order until the opening synchronised
        Assert.All(listed, point => Assert.Empty(
            MachineModel.ReadFrom(world.Engine.OpenPoint(DrWorld.Item, point.Id)).DifferencesFrom(points[point.Id])));
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(2, 2)]
    [InlineData(1, 2)]
    public async Task The_oldest_points_go_beyond_the_policy_and_the_two_newest_stay(int allowed, int kept)
    {
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { Policy = new ReplicationPolicy(TimeSpan.FromHours(1), allowed, long.MaxValue) });
        for (var index = 0; index < 6; index++)
        {
            world.Write(5);
            await world.PointAsync($"{index}");
        }

        var listed = await world.Engine.GetRecoveryPointsAsync(DrWorld.Item);
        Assert.Equal(Enumerable.Range(6 - kept, kept).Select(index => $"{index}"), listed.Select(point => point.Label));
        await world.FailOverAsync(listed[^1].Id);
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    public async Task History_beyond_the_policy_s_bytes_goes_too()
    {
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { Policy = new ReplicationPolicy(TimeSpan.FromHours(1), 100, 1) });
        for (var index = 0; index < 4; index++)
        {
            world.Write(5);
            await world.PointAsync();
        }

        Assert.Equal(2, (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Count);
    }

    [Fact]
    [Requirement("RP-14")]
    public async Task The_clock_takes_points_by_itself_also_after_a_reopening()
    {
        var clock = new ManualClock();
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { Clock = clock });
        await NextPointAsync(world, clock);
        await world.ReopenAsync();
        await world.DrainAsync();
        world.Write();
        await NextPointAsync(world, clock);

        var points = await world.Engine.GetRecoveryPointsAsync(DrWorld.Item);
        Assert.Equal(3, points.Count);
        Assert.Equal(clock.GetUtcNow(), points[^1].TimeUtc);
        Assert.Empty(MachineModel.ReadFrom(world.Engine.OpenPoint(DrWorld.Item, points[^1].Id)).DifferencesFrom(world.Model));
    }

    [Fact]
    public async Task No_point_is_taken_by_the_clock_while_the_link_is_down_and_one_is_taken_later()
    {
        var clock = new ManualClock();
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { Clock = clock });
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: false);
        world.Write();
        await UntilAsync(() => world.Engine.RuntimeOf(DrWorld.Item).Session!.Status.Mode == ReplicationMode.Disconnected);

        clock.Advance(DrWorld.Policy.PointInterval);
        Assert.Single(await world.Engine.GetRecoveryPointsAsync(DrWorld.Item));

        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: true);
        var draining = world.DrainAsync();
        await UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return draining.IsCompleted;
        });
        await draining;
        await NextPointAsync(world, clock);
    }

    [Theory]
    [InlineData("가나다라마바사아자차카타파하", true)]
    [InlineData("", true)]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123", true)]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234", false)]
    public async Task A_label_has_at_most_sixty_four_characters_and_survives(string label, bool fits)
    {
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [1 << 20] });
        if (!fits)
        {
            Assert.Equal(["LabelTooLong"], await world.RefusedAsync(new CreateRecoveryPoint(DrWorld.Item, label)));
            return;
        }

        Assert.Equal(label, (await world.PointAsync(label)).Label);
        await world.ReopenAsync();
        Assert.Equal(label, (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item))[^1].Label);
    }

    [Fact]
    public async Task A_write_of_no_bytes_does_not_stop_the_replication()
    {
        await using var world = await DrWorld.ProtectedAsync();
        world.Engine.OpenMachine(DrWorld.Item).Write(0, 4096, []);
        world.Write(5);

        var point = await world.PointAsync();

        Assert.Empty(MachineModel.ReadFrom(world.Engine.OpenPoint(DrWorld.Item, point.Id)).DifferencesFrom(world.Model));
    }

    [Fact]
    public async Task A_write_of_a_whole_disk_is_replicated_like_any()
    {
        await using var world = await DrWorld.ProtectedAsync();
        world.Random.NextBytes(world.Model.Disks[0]);
        world.Engine.OpenMachine(DrWorld.Item).Write(0, 0, world.Model.Disks[0]);

        var point = await world.PointAsync();

        Assert.Empty(MachineModel.ReadFrom(world.Engine.OpenPoint(DrWorld.Item, point.Id)).DifferencesFrom(world.Model));
    }

    [Theory]
    [InlineData(0, -512)]
    [InlineData(0, (8 << 20) - 256)]
    [InlineData(0, 8 << 20)]
    [InlineData(2, 0)]
    [InlineData(-1, 0)]
    public async Task A_write_outside_the_machine_s_disks_changes_nothing_and_stops_nothing(int disk, long offset)
    {
        await using var world = await DrWorld.ProtectedAsync();

        Assert.ThrowsAny<Exception>(() => world.Engine.OpenMachine(DrWorld.Item).Write(disk, offset, new byte[512]));

        world.Write(5);
        await world.PointAsync();
        world.AssertImages(DrWorld.Home, world.Model);
        await world.MoveAsync();
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    private static async Task NextPointAsync(DrWorld world, ManualClock clock)
    {
        var before = (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Count;
        clock.Advance(DrWorld.Policy.PointInterval);
        await UntilAsync(() => world.Engine.RuntimeOf(DrWorld.Item).Journal!.Points.Count > before);
    }

    private static Task UntilAsync(Func<bool> condition) => Task.Run(async () =>
    {
        while (!condition())
        {
            await Task.Yield();
        }
    }).WaitAsync(DrWorld.Patience);
}
