using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Replication.IO;

namespace AsrFailback.Engine.Tests;

/// <summary>What may go wrong on the way home to Hyper-V, and between the attempts: no byte is lost and nothing runs that must not.</summary>
public sealed class PlannedFailbackAttackTests
{
    private static readonly StartFailover Planned = new(DrWorld.Item, null, ShutDownSource: true) { Type = FailoverType.Planned };
    private static readonly StartFailover AtOnce = Planned with { CompletesItself = true };

    [Theory]
    [Requirement("FO-02", "FB-05")]
    [InlineData(DataSync.BeforeFailover)]
    [InlineData(DataSync.DuringFailover)]
    public async Task After_one_that_failed_with_its_data_at_home_a_new_one_sends_what_was_written_since(DataSync sync)
    {
        await using var world = await FailedWithDataAtHomeAsync();
        CutLinkWhileItShutsDown(world);

        await world.RunAsync(AtOnce with { DataSync = sync });

        world.AssertImages(DrWorld.Home, world.Model);
    }

    [Fact]
    [Requirement("FB-05", "FO-11")]
    public async Task Home_goes_away_while_it_waits_and_the_vault_is_opened_without_it()
    {
        await using var world = await FailedWithDataAtHomeAsync();

        Assert.Equal((Phase.Protected, true, Side.Recovery, PowerState.On), (world.Facts.Phase, world.Facts.HomeInconsistent, world.Facts.ActiveSide, world.Power(DrWorld.Azure)));
        world.Write();
        await world.Engine.RestartJobAsync((await JobAsync(world, JobState.Failed)).Name);
        await Waiting.UntilAsync(() => world.Facts is { Phase: Phase.CommitPending });

        world.AssertImages(DrWorld.Home, world.Model);
    }

    [Fact]
    [Requirement("FB-06", "FO-11")]
    public async Task Given_up_while_home_is_away_it_runs_on_and_a_new_one_completes_it()
    {
        await using var world = await WaitingAsync();
        var job = await JobAsync(world, JobState.Suspended);
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);
        world.Write();

        var stopped = await world.Engine.StopJobAsync(job.Name).WaitAsync(DrWorld.Patience);

        Assert.Equal((JobState.Cancelled, Phase.Committed, true), (stopped.State, world.Facts.Phase, world.Facts.HomeInconsistent));
        world.HomeReturns();
        world.Write();
        await world.RunAsync(AtOnce);
        world.AssertImages(DrWorld.Home, world.Model);
    }

    [Fact]
    [Requirement("FB-06", "FO-11")]
    public async Task Given_up_and_stopped_at_any_moment_it_can_be_completed()
    {
        var interruption = new Interruption();
        await using var beginning = await DrWorld.CreateAsync(FabricKind.HyperV, setup: WorldSetup.With(interruption));
        await PrepareAsync(beginning);
        var job = await beginning.TryAsync(Planned);
        beginning.Write(5);
        interruption.StopAt(1);
        await beginning.AbandonAsync();
        var stops = 0;
        for (var happened = true; happened; stops++)
        {
            happened = await StopAtAsync(beginning, job.Name, stops + 1);
        }

        Assert.InRange(stops, 10, 500);
    }

    // False when there is no such operation any more.
    private static async Task<bool> StopAtAsync(DrWorld beginning, string job, long place)
    {
        var interruption = new Interruption();
        await using var world = beginning.Clone(WorldSetup.With(interruption, beginning.Setup.State!.Copy()));
        world.Open();
        interruption.StopAt(place);
        await Record.ExceptionAsync(() => world.Engine.StopJobAsync(job).WaitAsync(DrWorld.Patience));
        var happened = interruption.Happened;
        await world.AbandonAsync();
        interruption.Disarm();
        world.Open();
        if ((await world.Engine.GetJobsAsync()).Any(one => one.State == JobState.Suspended))
        {
            await world.Engine.CompleteFailoverAsync(DrWorld.Item, "after all");
            Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(job).WaitAsync(DrWorld.Patience)).State);
        }
        else
        {
            await world.RunAsync(AtOnce);
        }

        world.AssertImages(DrWorld.Home, world.Model);
        Assert.Equal((PowerState.On, PowerState.Off), (world.Power(DrWorld.Home), world.Power(DrWorld.Azure)));
        return happened;
    }

    [Fact]
    [Requirement("FO-10")]
    public async Task A_point_that_was_the_latest_when_it_was_chosen_is_not_taken_once_something_was_written_since()
    {
        await using var world = await WaitingAsync();
        await world.DrainAsync();
        var point = (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item))[^1];
        world.Setup.OnProgress = progress =>
        {
            if (progress.Task == "Shut down the virtual machine")
            {
                world.Setup.OnProgress = _ => { };
                world.Write(3);
            }
        };

        await world.Engine.CompleteFailoverAsync(DrWorld.Item, "now", point.Id);
        await Waiting.UntilAsync(() => world.Engine.GetJobsAsync().Result.Any(job => job.State == JobState.Failed));

        Assert.Equal("OlderPointUnconfirmed", (await JobAsync(world, JobState.Failed)).Error!.Id);
        Assert.Equal((Side.Recovery, false, PowerState.On), (world.Facts.ActiveSide, world.Facts.ShutDown, world.Power(DrWorld.Azure)));
        world.Write();
        await world.RunAsync(AtOnce);
        world.AssertImages(DrWorld.Home, world.Model);
    }

    [Fact]
    [Requirement("FO-10", "FB-05", "FB-07")]
    public async Task What_does_not_fit_is_refused_and_changes_nothing()
    {
        await using var world = await InAzureAsync();
        Assert.Equal(["PointNotFound"], await world.RefusedAsync(Planned with { PointId = Guid.NewGuid(), AllowOlderPoint = true }));
        Assert.Equal(["SiteNotDiscovered"], await world.RefusedAsync(Planned with { Fabric = "dc9" }));
        await world.TryAsync(Planned);
        var point = (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item))[^1];
        await world.CloseAsync();
        world.Open();
        await world.DrainAsync();
        var before = world.Documents().Select(document => document.ToString()).ToArray();

        var refusal = await Assert.ThrowsAsync<AsrException>(() => world.Engine.CompleteFailoverAsync(DrWorld.Item, " ", point.Id));

        Assert.Equal("CommentMissing", refusal.Error.Id);
        Assert.Equal(before, world.Documents().Select(document => document.ToString()));
    }

    [Fact]
    [Requirement("FB-06", "FO-07")]
    public async Task A_failback_that_is_taken_back_leaves_disks_that_cannot_be_started_until_the_next_one()
    {
        await using var world = await InAzureAsync();
        await world.RunAsync(AtOnce);
        var source = world.Model.Copy();
        world.Write();

        await world.RunAsync(new CancelFailover(DrWorld.Item));

        world.Model = source;
        Assert.True(world.Facts is { HomeInconsistent: true, AwaySinceUtc: not null } && world.Inventory(DrWorld.Home).Machines.Single().Inconsistent);
        Assert.Equal("HomeInconsistent", Assert.Throws<AsrException>(() => world.Engine.Site(DrWorld.Home).PowerOn(DrWorld.Item, world.Facts.Epoch)).Error.Id);
        world.Write();
        await world.RunAsync(AtOnce);
        Assert.False(world.Inventory(DrWorld.Home).Machines.Single().Inconsistent);
        world.AssertImages(DrWorld.Home, world.Model);
    }

    [Fact]
    [Requirement("FB-07", "RP-03")]
    public async Task Disks_at_home_that_are_lost_once_the_data_was_sent_are_made_anew()
    {
        await using var world = await FailedWithDataAtHomeAsync();
        await world.CloseAsync();
        Directory.Delete(Path.Combine(world.SiteRoot(DrWorld.Home), "volumes", "volume1", DrWorld.Item), recursive: true);
        File.Delete(Path.Combine(world.SiteRoot(DrWorld.Home), "machines", DrWorld.Item + ".json"));
        world.Open();

        Assert.Equal(["HomeMachineGone"], await world.RefusedAsync(AtOnce));
        await world.RunAsync(AtOnce with { CreateMachine = true });

        world.AssertImages(DrWorld.Home, world.Model);
    }

    [Theory]
    [Requirement("FB-07", "FO-05")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_attempts_lead_to_different_homes(bool dataWasSent)
    {
        await using var world = dataWasSent ? await FailedWithDataAtHomeAsync() : await GivenUpAsync();
        await world.AddSiteAsync(kind: FabricKind.HyperV);

        await world.RunAsync(AtOnce with { Fabric = DrWorld.Elsewhere, CreateMachine = true });
        world.Write();
        await world.RunAsync(new CommitFailover(DrWorld.Item));
        world.Write();
        await world.RunAsync(new Reprotect(DrWorld.Item));
        world.Write();
        await world.RunAsync(Planned);
        await world.RunAsync(new CommitFailover(DrWorld.Item));
        world.Write();
        await world.RunAsync(AtOnce with { Fabric = DrWorld.Home });

        Assert.Equal((PowerState.Off, PowerState.On), (world.Power(DrWorld.Elsewhere), world.Power(DrWorld.Home)));
        world.AssertImages(DrWorld.Home, world.Model);
    }

    [Fact]
    [Requirement("FO-02", "FO-11")]
    public async Task A_machine_that_does_not_shut_down_runs_on_and_is_open_again_when_its_disk_answers()
    {
        await using var world = await DrWorld.ProtectedAsync(FabricKind.HyperV);
        await world.DrainAsync();
        using var goOn = new ManualResetEventSlim();
        world.Setup.OnFile = (operation, path) =>
        {
            if (operation == FileOperation.Flush && path.StartsWith(Path.Combine(world.SiteRoot(DrWorld.Home), "volumes"), StringComparison.Ordinal))
            {
                goOn.Wait(DrWorld.Patience);
            }
        };

        var job = await world.TryAsync(Planned with { ShutdownTimeout = StartFailover.MinShutdownTimeout });

        Assert.Equal((JobState.Failed, "PlannedShutdownFailed", Side.Home, PowerState.On), (job.State, job.Error!.Id, world.Facts.ActiveSide, world.Power(DrWorld.Home)));
        goOn.Set();
        world.Setup.OnFile = (_, _) => { };
        await world.Engine.RefreshFabricAsync(DrWorld.Home);
        world.Write();
        await world.RunAsync(Planned);
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    // It writes on meanwhile: nothing of this is at home when the machine is off.
    private static void CutLinkWhileItShutsDown(DrWorld world) => world.Setup.OnProgress = progress =>
    {
        if (progress.Task == "Shut down the virtual machine")
        {
            world.Setup.OnProgress = again => BringLinkBack(world, again);
            world.Engine.SetSiteCondition(DrWorld.Home, reachable: true, connected: false);
            world.Write();
        }
    };

    private static void BringLinkBack(DrWorld world, JobProgress progress)
    {
        if (progress.Task is "Downloading all data" or "Synchronizing the latest changes")
        {
            world.Setup.OnProgress = _ => { };
            world.HomeReturns();
        }
    }

    private static async Task<Job> JobAsync(DrWorld world, JobState state) => (await world.Engine.GetJobsAsync()).First(job => job.State == state);

    private static async Task PrepareAsync(DrWorld world)
    {
        await world.RunAsync(DrWorld.Enable());
        world.Write(10);
        await world.RunAsync(Planned);
        await world.RunAsync(new CommitFailover(DrWorld.Item));
        world.Write(10);
    }

    private static async Task<DrWorld> InAzureAsync()
    {
        var world = await DrWorld.CreateAsync(FabricKind.HyperV, setup: new WorldSetup { DiskBytes = [2 << 20, 1 << 20], State = new MemoryState() });
        await PrepareAsync(world);
        return world;
    }

    private static async Task<DrWorld> WaitingAsync()
    {
        var world = await InAzureAsync();
        Assert.Equal(JobState.Suspended, (await world.TryAsync(Planned)).State);
        return world;
    }

    private static async Task<DrWorld> GivenUpAsync()
    {
        var world = await WaitingAsync();
        await world.Engine.StopJobAsync((await JobAsync(world, JobState.Suspended)).Name);
        world.Write();
        return world;
    }

    // Home is away when the vault is opened, and so the failover that is completed fails at once.
    private static async Task<DrWorld> FailedWithDataAtHomeAsync()
    {
        var world = await WaitingAsync();
        var waiting = await JobAsync(world, JobState.Suspended);
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);
        await world.ReopenAsync();
        await world.Engine.CompleteFailoverAsync(DrWorld.Item, "now");
        Assert.Equal(JobState.Failed, (await world.Engine.WaitForJobAsync(waiting.Name).WaitAsync(DrWorld.Patience)).State);
        world.Write();
        world.HomeReturns();
        await world.DrainAsync();
        return world;
    }
}
