using System.Security.Cryptography;

namespace AsrFailback.Engine.Tests;

/// <summary>A test failover reads one point, writes to nothing but its own overlays, and disturbs nobody.</summary>
public sealed class TestFailoverTests
{
    [Fact]
    [Requirement("FO-01")]
    public async Task The_test_machine_holds_the_point_while_replication_and_production_go_on()
    {
        await using var world = await DrWorld.ProtectedAsync();
        world.Write();
        var point = await world.PointAsync();
        var bytes = world.Model.Copy();

        await world.RunAsync(new StartTestFailover(DrWorld.Item, point.Id, null));
        world.Write();
        await world.DrainAsync();
        await world.PointAsync();

        Assert.Empty(MachineModel.ReadFrom(world.Engine.OpenTestMachine(DrWorld.Item)).DifferencesFrom(bytes));
        var test = Assert.Single(world.Inventory(DrWorld.Azure).Machines, machine => machine.Name != DrWorld.Item);
        Assert.Equal((PowerState.On, null), (test.Power, test.Network));
        Assert.Equal((PowerState.On, PowerState.Off), (world.Power(DrWorld.Home), world.Power(DrWorld.Azure)));
        world.AssertImages(DrWorld.Home, world.Model);
        Assert.Empty(MachineModel.ReadFrom(world.Engine.OpenPoint(DrWorld.Item, point.Id)).DifferencesFrom(bytes));
    }

    [Fact]
    [Requirement("FO-01")]
    public async Task Its_digest_stays_the_same_while_a_fifth_of_the_disks_is_replicated_over()
    {
        const int Rounds = 8;
        await using var world = await DrWorld.ProtectedAsync();
        world.Write();
        var point = await world.PointAsync();
        await world.RunAsync(new StartTestFailover(DrWorld.Item, point.Id, null));
        var digest = TestDigest(world);
        for (var round = 0; round < Rounds; round++)
        {
            WriteOver(world, round, Rounds, share: 0.2);
            await world.DrainAsync();
            Assert.Equal(digest, TestDigest(world));
            await world.PointAsync();
            Assert.Equal(digest, TestDigest(world));
        }

        await world.ReopenAsync();
        Assert.Equal(digest, TestDigest(world));
        Assert.Empty(MachineModel.ReadFrom(world.Engine.OpenPoint(DrWorld.Item, (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item))[^1].Id)).DifferencesFrom(world.Model));
    }

    [Fact]
    [Requirement("FO-01")]
    public async Task What_the_test_machine_writes_stays_with_it_until_the_clean_up_and_nowhere_else()
    {
        await using var world = await DrWorld.ProtectedAsync();
        world.Write();
        var point = await world.PointAsync();
        var bytes = world.Model.Copy();
        await world.RunAsync(new StartTestFailover(DrWorld.Item, null, "vnet-recovery"));
        WriteTestMachine(world, offset: 123_392, length: 8192);
        await world.ReopenAsync();

        var seen = MachineModel.ReadFrom(world.Engine.OpenTestMachine(DrWorld.Item));
        Assert.Equal(["disk 0, block 1", "disk 0, block 2"], seen.DifferencesFrom(bytes));
        Assert.Empty(MachineModel.ReadFrom(world.Engine.OpenPoint(DrWorld.Item, point.Id)).DifferencesFrom(bytes));

        await world.RunAsync(new CleanUpTestFailover(DrWorld.Item));
        Assert.Empty(Directory.EnumerateFiles(world.SiteRoot(DrWorld.Azure), "*.overlay", SearchOption.AllDirectories));
        Assert.Equal([DrWorld.Item], world.Inventory(DrWorld.Azure).Machines.Select(machine => machine.Name));
        Assert.False((await world.ItemAsync()).TestFailoverActive);
        await world.MoveAsync();
        world.AssertImages(DrWorld.Azure, bytes);
    }

    [Theory]
    [Requirement("FO-01")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Its_point_is_not_pruned_before_the_clean_up(bool reopened)
    {
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { Policy = new ReplicationPolicy(TimeSpan.FromHours(1), 2, long.MaxValue) });
        var bytes = world.Model.Copy();
        var point = (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item))[0];
        await world.RunAsync(new StartTestFailover(DrWorld.Item, point.Id, null));
        if (reopened)
        {
            await world.ReopenAsync();
            await world.DrainAsync();
        }

        for (var index = 0; index < 4; index++)
        {
            world.Write(10);
            await world.PointAsync();
        }

        Assert.Equal(point, (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item))[0]);
        Assert.Empty(MachineModel.ReadFrom(world.Engine.OpenTestMachine(DrWorld.Item)).DifferencesFrom(bytes));
        await world.RunAsync(new CleanUpTestFailover(DrWorld.Item));
        await world.PointAsync();
        Assert.Equal(2, (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Count);
    }

    [Fact]
    [Requirement("FO-01")]
    public async Task An_interrupted_start_does_not_pin_its_point_forever()
    {
        var interruption = new Interruption();
        var setup = new WorldSetup { Policy = new ReplicationPolicy(TimeSpan.FromHours(1), 2, long.MaxValue) };
        await using var world = await DrWorld.ProtectedAsync(setup);
        setup.OnFile = (operation, path) =>
        {
            if (path.Contains("web01-test.json", StringComparison.Ordinal))
            {
                interruption.Observe(path);
            }
        };
        interruption.FailAt(1);
        Assert.Equal(JobState.Failed, (await world.TryAsync(new StartTestFailover(DrWorld.Item, null, null))).State);
        await FinishAsync(world);
        await world.RunAsync(new CleanUpTestFailover(DrWorld.Item));

        for (var index = 0; index < 4; index++)
        {
            await world.PointAsync();
        }

        Assert.Equal(2, (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Count);
    }

    [Fact]
    [Requirement("FO-01")]
    public async Task A_machine_that_has_the_name_of_the_test_machine_is_left_alone()
    {
        await using var world = await DrWorld.ProtectedAsync();
        world.AddMachine("web01-test", MachineModel.Random([1 << 20], 5));
        await world.RunAsync(new EnableProtection("web01-test", DrWorld.Home, DrWorld.Azure, DrWorld.Policy));
        var before = world.Inventory(DrWorld.Azure).Machines.Single(machine => machine.Name == "web01-test");

        await Record.ExceptionAsync(() => world.TryAsync(new StartTestFailover(DrWorld.Item, null, null)));
        Assert.Equal(before.Disks, world.Inventory(DrWorld.Azure).Machines.Single(machine => machine.Name == "web01-test").Disks);
        await Record.ExceptionAsync(() => world.TryAsync(new CleanUpTestFailover(DrWorld.Item)));
        Assert.Contains(world.Inventory(DrWorld.Azure).Machines, machine => machine.Name == "web01-test");
    }

    [Fact]
    [Requirement("FO-01", "FO-11")]
    public async Task What_is_noted_at_the_clean_up_is_kept_with_its_job()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.RunAsync(new StartTestFailover(DrWorld.Item, null, null));
        Assert.Equal(["CommentTooLong"], await world.RefusedAsync(new CleanUpTestFailover(DrWorld.Item) { Comment = new string('x', CleanUpTestFailover.MaxComment + 1) }));

        var job = await world.RunAsync(new CleanUpTestFailover(DrWorld.Item) { Comment = "works" });
        await world.ReopenAsync();

        Assert.Equal("works", (await world.Engine.GetJobAsync(job.Name))!.Comment);
    }

    [Fact]
    [Requirement("FO-10")]
    public async Task A_point_that_is_not_there_is_refused_before_a_job_begins()
    {
        await using var world = await DrWorld.ProtectedAsync();

        Assert.Equal(["PointNotFound"], await world.RefusedAsync(new StartTestFailover(DrWorld.Item, Guid.NewGuid(), null)));
    }

    [Fact]
    [Requirement("FO-01")]
    public async Task A_network_that_is_not_there_is_refused_before_a_job_begins()
    {
        await using var world = await DrWorld.ProtectedAsync();

        Assert.NotEmpty(await world.RefusedAsync(new StartTestFailover(DrWorld.Item, null, "no-such-network")));
    }

    [Fact]
    [Requirement("FO-04")]
    public async Task Toward_home_there_is_no_test_failover_and_the_refusal_names_what_there_is()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.MoveAsync();
        await world.RunAsync(new Reprotect(DrWorld.Item));

        var refusal = await Assert.ThrowsAsync<AsrException>(() => world.Engine.SubmitAsync(new StartTestFailover(DrWorld.Item, null, null)));

        Assert.Equal(("UnsupportedDirection", "InvalidFailoverDirection"), (refusal.Error.Id, refusal.Error.Code));
        Assert.Contains("Unplanned", refusal.Error.PossibleCauses, StringComparison.Ordinal);
    }

    // Blocks one after another, each overwritten in whole, until all rounds together have written their share of every disk.
    private static void WriteOver(DrWorld world, int round, int rounds, double share)
    {
        var machine = world.Engine.OpenMachine(DrWorld.Item);
        foreach (var (bytes, disk) in world.Model.Disks.Select((bytes, disk) => (bytes, disk)))
        {
            var (from, end) = ((int)(bytes.Length * share * round / rounds) / 512 * 512, (int)(bytes.Length * share * (round + 1) / rounds) / 512 * 512);
            world.Random.NextBytes(bytes.AsSpan(from, end - from));
            machine.Write(disk, from, bytes.AsSpan(from, end - from));
        }
    }

    private static string TestDigest(DrWorld world)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var disk in MachineModel.ReadFrom(world.Engine.OpenTestMachine(DrWorld.Item)).Disks)
        {
            hash.AppendData(disk);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static async Task FinishAsync(DrWorld world)
    {
        foreach (var job in world.Engine.RestartFailedJobs())
        {
            Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(job).WaitAsync(DrWorld.Patience)).State);
        }
    }

    private static void WriteTestMachine(DrWorld world, long offset, int length)
    {
        var disks = world.Engine.OpenTestMachine(DrWorld.Item);
        disks[0].Write(offset, Enumerable.Repeat((byte)0x77, length).ToArray());
        disks[0].Flush();
        foreach (var disk in disks)
        {
            disk.Dispose();
        }
    }
}
