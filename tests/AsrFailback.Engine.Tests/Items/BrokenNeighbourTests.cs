using AsrFailback.Core.Errors;

namespace AsrFailback.Engine.Tests;

/// <summary>Something beside the machine is broken: another machine's file, a server. It is not what is asked about.</summary>
public sealed class BrokenNeighbourTests
{
    private const string Neighbour = ReadinessStage.Neighbour;

    private static readonly StartFailover Failover = new(DrWorld.Item, null, ShutDownSource: true);

    [Fact]
    [Requirement("FO-03")]
    public async Task A_broken_member_of_its_group_at_the_source_does_not_stop_a_failover()
    {
        await using var world = await WorldAsync(group: "g");
        Break(world, DrWorld.Home, Neighbour);

        await world.RunAsync(Failover);
    }

    [Fact]
    [Requirement("FO-03")]
    public async Task A_broken_stranger_at_the_target_does_not_stop_a_failover()
    {
        await using var world = await WorldAsync();
        Break(world, DrWorld.Azure, "stranger");
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);

        await world.RunAsync(Failover);
    }

    [Fact]
    public async Task A_broken_machine_does_not_keep_others_from_being_kept_off()
    {
        var clock = new ManualClock();
        await using var world = await WorldAsync(clock: clock);
        Break(world, DrWorld.Azure, DrWorld.Item);
        Stranger.SwitchOn(world, "azure", Neighbour);

        clock.Advance(TimeSpan.FromMinutes(5));

        var state = await File.ReadAllTextAsync(Path.Combine(world.SiteRoot(DrWorld.Azure), "state", "machines", Neighbour + ".json"));
        Assert.Contains("\"Off\"", state, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_job_is_started_again_although_a_stranger_is_broken()
    {
        await using var world = await WorldAsync();
        var failed = await FailToReprotectAsync(world);
        Break(world, DrWorld.Home, "stranger");

        Assert.Equal([failed.Name], world.Engine.RestartFailedJobs());
    }

    [Fact]
    public async Task A_job_whose_site_cannot_be_read_does_not_keep_others_from_being_started_again()
    {
        await using var world = await WorldAsync();
        var machines = Path.Combine(world.SiteRoot(DrWorld.Azure), "machines");
        world.Setup.OnFile = (_, path) =>
        {
            if (path.StartsWith(machines, StringComparison.Ordinal))
            {
                throw ErrorCatalogue.Exception("DiskFull", path, "by the test");
            }
        };
        var other = await world.TryAsync(new StartTestFailover(Neighbour, null, null));
        Assert.Equal("DiskFull", other.Error?.Id);
        world.Setup.OnFile = (_, _) => { };
        await FailToReprotectAsync(world);
        await File.WriteAllTextAsync(Path.Combine(world.SiteRoot(DrWorld.Home), "site.json"), "{ broken");

        Assert.Equal([other.Name], world.Engine.RestartFailedJobs());
        await world.Engine.WaitForJobAsync(other.Name).WaitAsync(DrWorld.Patience);
    }

    [Fact]
    public async Task Protection_is_given_up_although_its_master_target_is_gone()
    {
        await using var world = await WorldAsync();
        await world.MoveAsync();
        await world.RunAsync(new Reprotect(DrWorld.Item));
        await world.RunAsync(new RegisterMasterTarget(DrWorld.Home, "mt02", "esxi01", null, "retention2"));
        WorldEdit.Make(world, "home:masterTargets.0-");

        var job = await world.RunAsync(new DisableProtection(DrWorld.Item));

        Assert.Contains("JournalLeft", job.Warnings.Select(warning => warning.Id));
        Assert.DoesNotContain(await world.Engine.GetProtectedItemsAsync().ToListAsync(), item => item.Name == DrWorld.Item);
    }

    [Fact]
    [Requirement("FB-01")]
    public async Task A_replica_that_lost_a_disk_from_its_inventory_is_not_started()
    {
        await using var world = await WorldAsync();
        await world.MoveAsync();
        await world.RunAsync(new Reprotect(DrWorld.Item));
        await world.PointAsync();
        WorldEdit.Make(world, "home/web01:disks.1-");

        var job = await world.TryAsync(Failover);

        Assert.Equal(JobState.Failed, job.State);
        Assert.NotEqual("Unexpected", job.Error?.Id);
        Assert.Equal(PowerState.Off, world.Power(DrWorld.Home));
    }

    // what is lost at home: the images only, the machine only, both
    [Theory]
    [Requirement("RP-03")]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(true, true, false)]
    [InlineData(true, false, true)]
    public async Task A_replica_that_is_lost_while_it_is_replicated_home_is_made_anew(bool images, bool machine, bool open)
    {
        await using var world = await WorldAsync(clock: new ManualClock());
        await world.MoveAsync();
        await world.RunAsync(new Reprotect(DrWorld.Item));
        Assert.Equal(["ReplicaWhole"], await world.RefusedAsync(new Reprotect(DrWorld.Item)));
        if (!open)
        {
            await world.CloseAsync();
        }

        Lose(world, images, machine);
        if (!open)
        {
            world.Open();
        }

        await world.RunAsync(new Reprotect(DrWorld.Item));
        world.Write(10);
        await world.DrainAsync();
        await world.MoveAsync();

        world.AssertImages(DrWorld.Home, world.Model);
    }

    private static void Lose(DrWorld world, bool images, bool machine)
    {
        var home = world.SiteRoot(DrWorld.Home);
        if (images)
        {
            Directory.Delete(Path.Combine(home, "datastores", "datastore1", DrWorld.Item), recursive: true);
        }

        if (machine)
        {
            File.Delete(Path.Combine(home, "machines", DrWorld.Item + ".json"));
        }
    }

    private static async Task<DrWorld> WorldAsync(string? group = null, ManualClock? clock = null)
    {
        var world = await DrWorld.CreateAsync(new WorldSetup
        {
            DiskBytes = [256 << 10, 128 << 10], State = new MemoryState(), Clock = clock ?? new ManualClock(),
            Adjust = options => options with { HealthInterval = TimeSpan.FromMinutes(5), BackupInterval = TimeSpan.MaxValue },
        });
        world.AddMachine(Neighbour, MachineModel.Random([64 << 10], 9));
        await world.RunAsync(new EnableProtection(Neighbour, DrWorld.Home, DrWorld.Azure, DrWorld.Policy) { ReplicationGroup = group });
        await world.RunAsync(DrWorld.Enable() with { ReplicationGroup = group });
        return world;
    }

    private static async Task<Job> FailToReprotectAsync(DrWorld world)
    {
        await world.MoveAsync();
        world.Engine.DecorateTarget = (_, _) => throw ErrorCatalogue.Exception("DiskFull", "the journal", "by the test");
        var failed = await world.TryAsync(new Reprotect(DrWorld.Item));
        world.Engine.DecorateTarget = null;
        Assert.Equal("DiskFull", failed.Error?.Id);
        return failed;
    }

    private static void Break(DrWorld world, string fabric, string machine) =>
        File.WriteAllText(Path.Combine(world.SiteRoot(fabric), "machines", machine + ".json"), "{ broken");
}
