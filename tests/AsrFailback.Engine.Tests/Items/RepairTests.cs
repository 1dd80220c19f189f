using AsrFailback.Replication.Disks;

namespace AsrFailback.Engine.Tests;

/// <summary>A replica that rots is found out and mended from the machine, asked for or by itself.</summary>
public sealed class RepairTests
{
    [Fact]
    public async Task A_repair_names_what_is_damaged_fetches_it_and_nothing_else_and_every_point_is_exact_again()
    {
        await using var world = await DrWorld.ProtectedAsync();
        var older = (await world.PointAsync("older")).Id;
        var model = world.Model.Copy();
        Flip(world, 0, 3);
        Flip(world, 0, 90);
        Flip(world, 1, 0);

        var job = await world.RunAsync(new RepairReplication(DrWorld.Item));

        var warning = Assert.Single(job.Warnings);
        Assert.Equal("ReplicaDamaged", warning.Id);
        Assert.Contains("3 blocks of the replica of web01", warning.Message, StringComparison.Ordinal);
        Assert.Contains("disk 0 block 3, disk 0 block 90, disk 1 block 0", warning.Message, StringComparison.Ordinal);
        Assert.Equal(3 * Blocks.Size, job.Tasks[^1].Bytes);
        Assert.DoesNotContain((await world.ItemAsync()).HealthErrors, error => error.Id == "ReplicaDamaged");
        world.Write();
        await world.PointAsync("newer");
        Assert.Empty(MachineModel.ReadFrom(world.Engine.OpenPoint(DrWorld.Item, older)).DifferencesFrom(model));
        await world.FailOverAsync(shutDown: true);
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    public async Task A_repair_of_a_sound_replica_moves_nothing_and_warns_of_nothing()
    {
        await using var world = await DrWorld.ProtectedAsync();
        world.Write();
        await world.DrainAsync();

        var job = await world.RunAsync(new RepairReplication(DrWorld.Item));

        Assert.Empty(job.Warnings);
        Assert.Equal(0, job.Tasks[^1].Bytes);
    }

    [Fact]
    public async Task A_repair_is_refused_while_replication_is_not_in_order()
    {
        await using var world = await DrWorld.ProtectedAsync();
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: false);
        world.Write(3);
        await Waiting.UntilAsync(() => world.Engine.RuntimeOf(DrWorld.Item).Session!.Status.Mode == ReplicationMode.Disconnected);

        Assert.Equal(["ReplicationNotInOrder"], await world.RefusedAsync(new RepairReplication(DrWorld.Item)));
    }

    [Fact]
    public async Task A_failover_to_an_older_point_after_a_repair_is_exact()
    {
        await using var world = await DrWorld.ProtectedAsync();
        var older = (await world.PointAsync("older")).Id;
        var model = world.Model.Copy();
        Flip(world, 0, 5);
        await world.RunAsync(new RepairReplication(DrWorld.Item));
        world.Write();
        await world.PointAsync("newer");

        await world.FailOverAsync(older);

        world.AssertImages(DrWorld.Azure, model);
    }

    [Fact]
    public async Task The_clock_looks_at_every_block_in_a_day_and_mends_what_it_finds()
    {
        var clock = new ManualClock();
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { Clock = clock, Policy = DrWorld.Policy with { PointInterval = TimeSpan.FromHours(12) } });
        (int Disk, long Block)[] places = [(0, 0), (0, 64), (0, 127), (1, 1), (1, 63)];
        Array.ForEach(places, place => Flip(world, place.Disk, place.Block));
        var told = new HashSet<string>();
        for (var hour = 0; hour < 24; hour++)
        {
            clock.Advance(TimeSpan.FromHours(1));
            told.UnionWith((await world.ItemAsync()).HealthErrors.Select(error => error.Id));
            await clock.UntilAsync(world.DrainAsync());
        }

        Assert.Contains("ReplicaDamaged", told);
        await world.CloseAsync();
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    public async Task Health_forgets_damage_once_it_is_mended()
    {
        var clock = new ManualClock();
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { Clock = clock, Policy = DrWorld.Policy with { PointInterval = TimeSpan.FromHours(12) } });
        Flip(world, 0, 0);
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: true, connected: false); // it cannot be fetched yet
        var told = new HashSet<string>();
        for (var hour = 0; hour < 24; hour++)
        {
            clock.Advance(TimeSpan.FromHours(1));
            told.UnionWith((await world.ItemAsync()).HealthErrors.Select(error => error.Id));
        }

        Assert.Contains("ReplicaDamaged", told);
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: true, connected: true);

        await clock.UntilAsync(world.UntilTrustedAsync());

        Assert.Empty((await world.ItemAsync()).HealthErrors);
    }

    // The digest of a block that is written in part is gone, and with it the way to see that it had rotted.
    [Fact]
    public async Task A_block_that_rots_and_is_written_in_part_has_everything_compared()
    {
        var clock = new ManualClock();
        await using var world = await WithRotWrittenInPartAsync(clock);

        clock.Advance(TimeSpan.FromMinutes(5)); // the health look opens the replication again
        await clock.UntilAsync(world.UntilTrustedAsync());

        await world.CloseAsync();
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    public async Task A_repair_does_not_end_before_everything_is_compared_that_has_to_be()
    {
        await using var world = await WithRotWrittenInPartAsync(new ManualClock());

        var job = await world.RunAsync(new RepairReplication(DrWorld.Item));

        Assert.True(job.Tasks[^1].Bytes >= Blocks.Size);
        Assert.DoesNotContain((await world.ItemAsync()).HealthErrors, error => error.Id == "ReplicaSuspect");
        await world.CloseAsync();
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    private static async Task<DrWorld> WithRotWrittenInPartAsync(ManualClock clock)
    {
        var world = await DrWorld.ProtectedAsync(new WorldSetup { Clock = clock, Policy = DrWorld.Policy with { PointInterval = TimeSpan.FromHours(12) } });
        await world.DrainAsync();
        Flip(world, 0, 7);
        var part = new byte[4096];
        world.Engine.OpenMachine(DrWorld.Item).Write(0, (7 * Blocks.Size) + 4096, part);
        part.CopyTo(world.Model.Disks[0], (7 * Blocks.Size) + 4096);
        await world.PointAsync("after the rot");
        Assert.Contains((await world.ItemAsync()).HealthErrors, error => error.Id == "ReplicaSuspect");
        return world;
    }

    [Fact]
    public async Task A_repair_that_is_killed_at_any_operation_ends_with_every_block_and_every_point_right()
    {
        await using var beginning = await DrWorld.ProtectedAsync(WorldSetup.With(new Interruption()));
        await beginning.PointAsync("older");
        await beginning.CloseAsync();
        var (wrong, stops) = (new List<string>(), 0);
        for (var stop = 1; ; stop++)
        {
            if (await RepairStoppedAtAsync(beginning, stop) is not { } found)
            {
                break;
            }

            stops++;
            wrong.AddRange(found.Select(one => $"killed at operation {stop}: {one}"));
        }

        Assert.True(stops > 5, $"{stops} stops");
        Assert.True(wrong.Count == 0, $"{stops} stops{Environment.NewLine}{string.Join(Environment.NewLine, wrong)}");
    }

    // Null when the repair ended before the stop.
    private static async Task<IReadOnlyList<string>?> RepairStoppedAtAsync(DrWorld beginning, int stop)
    {
        var interruption = new Interruption();
        await using var world = beginning.Clone(WorldSetup.With(interruption, beginning.Setup.State!.Copy()));
        world.Open();
        await world.DrainAsync();
        await world.PointAsync("newest"); // no region is marked any more
        var point = (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Single(one => one.Label == "older").Id;
        Flip(world, 0, 3);
        interruption.StopAt(stop);
        await Record.ExceptionAsync(() => world.TryAsync(new RepairReplication(DrWorld.Item)));
        var happened = interruption.Happened;
        await world.AbandonAsync();
        interruption.Disarm();
        world.Open();
        foreach (var job in world.Engine.RestartFailedJobs())
        {
            await world.Engine.WaitForJobAsync(job).WaitAsync(DrWorld.Patience);
        }

        // Whatever the killed one left: after a whole repair all is well.
        await world.DrainAsync();
        await world.RunAsync(new RepairReplication(DrWorld.Item));
        await world.DrainAsync();
        var older = MachineModel.ReadFrom(world.Engine.OpenPoint(DrWorld.Item, point)).DifferencesFrom(world.Model);
        await world.CloseAsync();
        var replica = world.Images(DrWorld.Azure).DifferencesFrom(world.Model);
        return happened ? [.. older.Select(one => $"the older point differs at {one}"), .. replica.Select(one => $"the replica differs at {one}")] : null;
    }

    private static void Flip(DrWorld world, int disk, long block)
    {
        var path = Path.Combine(world.SiteRoot(DrWorld.Azure), "disks", DrWorld.Item, $"disk{disk}.vhd");
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var one = new byte[1];
        RandomAccess.Read(file, one, (block * Blocks.Size) + 77);
        one[0] ^= 8;
        RandomAccess.Write(file, one, (block * Blocks.Size) + 77);
    }
}
