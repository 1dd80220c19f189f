using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;

namespace AsrFailback.Engine.Tests;

/// <summary>Points of a replication group are common to its machines, or are not called so.</summary>
public sealed class ReplicationGroupTests
{
    private const string Group = "shop";
    private static readonly string[] Names = [DrWorld.Item, "web02", "web03"];

    [Fact]
    public async Task A_point_of_one_member_is_a_common_point_of_all()
    {
        await using var world = await GroupAsync();

        await world.PointAsync("common");

        var points = await Task.WhenAll(Names.Select(async name => (await world.Engine.GetRecoveryPointsAsync(name)).Single(point => point.Label == "common")));
        Assert.All(points, point => Assert.True(point.IsCommon));
        Assert.Single(points.DistinctBy(point => (point.Id, point.TimeUtc)));
    }

    [Fact]
    public async Task A_point_is_common_only_when_every_member_lists_it()
    {
        await using var world = await GroupAsync();
        await world.PointAsync("common");
        Assert.All((await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Where(point => point.Label != "common"), point => Assert.False(point.IsCommon));

        await world.RunAsync(Enable(world, "web04", 44));

        Assert.DoesNotContain(await world.Engine.GetRecoveryPointsAsync(DrWorld.Item), point => point.IsCommon);
        await world.PointAsync("of four");
        Assert.Equal("of four", Assert.Single(await world.Engine.GetRecoveryPointsAsync("web04"), point => point.IsCommon).Label);
        await world.RunAsync(new DisableProtection("web04"));
        Assert.Equal(["common", "of four"], (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Where(point => point.IsCommon).Select(point => point.Label));
    }

    [Fact]
    public async Task A_machine_without_a_group_has_no_common_points()
    {
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [1 << 20] });
        await world.PointAsync();

        Assert.DoesNotContain(await world.Engine.GetRecoveryPointsAsync(DrWorld.Item), point => point.IsCommon);
    }

    [Fact]
    public async Task Points_that_targets_make_by_themselves_are_not_common_whatever_their_ids()
    {
        await using var world = await GroupAsync();
        foreach (var name in Names)
        {
            world.Engine.OpenMachine(name).Write(0, 0, new byte[4096]);
            var journal = world.Engine.RuntimeOf(name).Journal!;
            await world.Engine.RuntimeOf(name).Session!.DrainAsync(CancellationToken.None).WaitAsync(DrWorld.Patience);
            journal.MarkLatest(RetentionJournal.IdOfOrder(journal.Acknowledged), DateTimeOffset.UnixEpoch, "own");
        }

        var points = await Task.WhenAll(Names.Select(async name => (await world.Engine.GetRecoveryPointsAsync(name)).Single(point => point.Label == "own")));

        Assert.Single(points.DistinctBy(point => point.Id));
        Assert.All(points, point => Assert.False(point.IsCommon));
    }

    [Fact]
    public async Task The_clock_makes_one_common_point_for_the_group_and_not_one_for_each_machine()
    {
        var clock = new ManualClock();
        await using var world = await GroupAsync(clock);
        var before = (await world.Engine.GetRecoveryPointsAsync("web03")).Count;

        clock.Advance(DrWorld.Policy.PointInterval);
        await Waiting.UntilAsync(() => Names.All(name => world.Engine.RuntimeOf(name).Journal!.Points.Count > before));

        foreach (var name in Names)
        {
            var points = await world.Engine.GetRecoveryPointsAsync(name);
            Assert.Equal(before + 1, points.Count);
            Assert.True(points[^1].IsCommon);
        }
    }

    [Fact]
    public async Task A_job_that_is_killed_between_the_marks_makes_another_point_that_all_have()
    {
        for (var killedAt = 1; killedAt <= Names.Length; killedAt++)
        {
            await using var world = await GroupAsync();
            var (made, dead) = (0, false);
            world.Setup.OnFile = (operation, path) =>
            {
                if (dead || (operation == FileOperation.Create && path.Contains(".seg", StringComparison.Ordinal) && Interlocked.Increment(ref made) == killedAt))
                {
                    dead = true;
                    throw Core.Errors.ErrorCatalogue.Exception("FileError", path, "killed by the test");
                }
            };
            world.Setup.OnStore = change =>
            {
                if (dead)
                {
                    throw Core.Errors.ErrorCatalogue.Exception("FileError", change, "killed by the test");
                }
            };
            var running = world.Engine.SubmitAsync(new CreateRecoveryPoint(DrWorld.Item, "killed"), "the-job");
            await Waiting.UntilAsync(() => dead);
            await running;
            await world.AbandonAsync();
            (world.Setup.OnFile, world.Setup.OnStore, dead) = ((_, _) => { }, _ => { }, false);
            world.Open();
            world.Engine.RestartFailedJobs();
            var job = await world.Engine.WaitForJobAsync("the-job").WaitAsync(DrWorld.Patience);

            Assert.True(job.State == JobState.Succeeded, $"{killedAt}: {job.Error}");
            var listed = await Task.WhenAll(Names.Select(async name => (await world.Engine.GetRecoveryPointsAsync(name)).Where(point => point.Label == "killed").ToArray()));
            var common = Assert.Single(listed[0], point => point.IsCommon);
            Assert.All(listed, points => Assert.Equal(common.Id, points.Single(point => point.IsCommon).Id));
            Assert.All(listed, points => Assert.InRange(points.Length, 1, 2));
        }
    }

    [Fact]
    public async Task A_group_takes_sixteen_machines_and_refuses_the_next_naming_it()
    {
        await using var world = await FullGroupAsync(16);

        var oneMore = Enable(world, "one-more", 99);
        var refused = await Assert.ThrowsAsync<AsrException>(() => world.Engine.SubmitAsync(oneMore));

        Assert.Equal("GroupFull", refused.Error.Id);
        Assert.Contains("shop has 16 machines already; 16 are possible", refused.Message, StringComparison.Ordinal);
        await world.RunAsync(Enable(world, "elsewhere", 98) with { ReplicationGroup = "other" });
        await world.PointAsync("of sixteen");
        Assert.True((await world.Engine.GetRecoveryPointsAsync("web16"))[^1].IsCommon);
        await world.RunAsync(new DisableProtection("web16"));
        await world.RunAsync(oneMore);
        Assert.Equal(["GroupFull"], await world.RefusedAsync(Enable(world, "yet-another", 97)));
    }

    [Fact]
    public async Task Two_machines_that_come_at_the_same_time_do_not_overfill_a_group()
    {
        await using var world = await FullGroupAsync(15);
        var (first, second) = (Enable(world, "late1", 91), Enable(world, "late2", 92));
        using var checkedBoth = new ManualResetEventSlim();
        var waiting = 0;
        world.Setup.OnStore = change =>
        {
            // Each has been checked and is about to be a member.
            if (change is "item late1" or "item late2" && Interlocked.Increment(ref waiting) <= 2)
            {
                checkedBoth.Wait(DrWorld.Patience);
            }
        };
        var jobs = new[] { first, second }.Select(command => Task.Run(() => Record.ExceptionAsync(() => world.TryAsync(command)))).ToArray();
        await Waiting.UntilAsync(() => Volatile.Read(ref waiting) + jobs.Count(job => job.IsCompleted) >= 2);
        checkedBoth.Set();
        await Task.WhenAll(jobs);

        var members = await world.Engine.GetProtectedItemsAsync().CountAsync(item => world.Engine.RuntimeOf(item.Name).State.Facts.ReplicationGroup == Group);
        Assert.Equal(16, members);
    }

    [Fact]
    public async Task A_point_of_the_group_leaves_a_member_alone_that_is_failing_over()
    {
        // Two journals over the same files would each write what the other does not know of.
        await using var world = await GroupAsync();
        using var inTheMiddle = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        world.Setup.OnFile = (_, path) =>
        {
            if (path.Contains("divergence.map", StringComparison.Ordinal) && !inTheMiddle.IsSet)
            {
                inTheMiddle.Set();
                goOn.Wait(DrWorld.Patience);
            }
        };
        var failover = world.Engine.SubmitAsync(new StartFailover("web02", null, ShutDownSource: true), "failover");
        Assert.True(await Task.Run(() => inTheMiddle.Wait(DrWorld.Patience)));
        Assert.Null(world.Engine.RuntimeOf("web02").Journal);

        var point = await world.TryAsync(new CreateRecoveryPoint(DrWorld.Item, "meanwhile"));

        var opened = world.Engine.RuntimeOf("web02").Journal is not null;
        goOn.Set();
        await failover;
        var moved = await world.Engine.WaitForJobAsync("failover").WaitAsync(DrWorld.Patience);
        Assert.False(opened, $"the journal of web02 was opened a second time; the point's job: {point.State} {point.Error}");
        Assert.Equal(JobState.Succeeded, moved.State);
        Assert.True(point.State == JobState.Succeeded, $"{point.Error}");
    }

    [Fact]
    public async Task A_machine_whose_disk_hangs_is_left_out_and_named_and_has_the_next_point()
    {
        await using var world = await GroupAsync();
        using var hangs = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        world.Setup.OnFile = (operation, path) =>
        {
            if (operation == FileOperation.Write && path.StartsWith(world.SiteRoot(DrWorld.Home), StringComparison.Ordinal) && path.Contains("web02", StringComparison.Ordinal))
            {
                hangs.Set();
                goOn.Wait(DrWorld.Patience);
            }
        };
        var write = Task.Factory.StartNew(() => world.Engine.OpenMachine("web02").Write(0, 0, new byte[512]), TaskCreationOptions.LongRunning);
        Assert.True(await Task.Run(() => hangs.Wait(DrWorld.Patience)));

        var others = await world.RunAsync(new CreateRecoveryPoint(DrWorld.Item, "without web02"));
        var own = await world.TryAsync(new CreateRecoveryPoint("web02", "of web02"));
        var health = (await world.Engine.GetProtectedItemAsync("web02"))!.HealthErrors;
        goOn.Set();
        await write;

        Assert.Equal(["PointNotCommon", "WriteHangs"], others.Warnings.Select(warning => warning.Id));
        Assert.All(others.Warnings, warning => Assert.Contains("web02", warning.Message, StringComparison.Ordinal));
        Assert.Equal(("WriteHangs", true), (own.Error?.Id, own.Error?.Temporary));
        Assert.Contains(health, error => error.Id == "WriteHangs");
        Assert.All((await world.Engine.GetRecoveryPointsAsync("web03")).TakeLast(2), point => Assert.False(point.IsCommon));
        await world.PointAsync("all again");
        Assert.True((await world.Engine.GetRecoveryPointsAsync("web02"))[^1].IsCommon);
        Assert.Empty((await world.Engine.GetProtectedItemAsync("web02"))!.HealthErrors);
    }

    private static async Task<DrWorld> FullGroupAsync(int count)
    {
        var world = await DrWorld.CreateAsync(new WorldSetup { DiskBytes = [1 << 20], State = new MemoryState() });
        await world.RunAsync(DrWorld.Enable() with { ReplicationGroup = Group });
        for (var number = 2; number <= count; number++)
        {
            await world.RunAsync(Enable(world, $"web{number:D2}", number));
        }

        return world;
    }

    private static async Task<DrWorld> GroupAsync(TimeProvider? clock = null)
    {
        var world = await DrWorld.CreateAsync(new WorldSetup { DiskBytes = [1 << 20, 1 << 20], Clock = clock ?? TimeProvider.System, State = new MemoryState() });
        await world.RunAsync(DrWorld.Enable() with { ReplicationGroup = Group });
        await world.RunAsync(Enable(world, "web02", 2));
        await world.RunAsync(Enable(world, "web03", 3));
        return world;
    }

    private static EnableProtection Enable(DrWorld world, string name, int seed)
    {
        world.AddMachine(name, MachineModel.Random([1 << 20, 1 << 20], seed));
        return new EnableProtection(name, DrWorld.Home, DrWorld.Azure, DrWorld.Policy) { ReplicationGroup = Group };
    }
}
