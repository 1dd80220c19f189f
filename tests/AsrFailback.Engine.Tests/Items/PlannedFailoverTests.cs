using AsrFailback.Core.Protection;

namespace AsrFailback.Engine.Tests;

/// <summary>A planned failover loses nothing, or does not happen (FO-02).</summary>
public sealed class PlannedFailoverTests
{
    private static readonly StartFailover Planned = new(DrWorld.Item, null, ShutDownSource: true) { Type = FailoverType.Planned };

    [Theory]
    [Requirement("FO-02", "FO-04")]
    [InlineData(FabricKind.HyperV, FabricKind.Azure)]
    [InlineData(FabricKind.Vmm, FabricKind.Azure)]
    [InlineData(FabricKind.Vmm, FabricKind.Vmm)]
    public async Task Every_acknowledged_write_is_at_the_target_and_the_downtime_is_told(FabricKind home, FabricKind recovery)
    {
        await using var world = await DrWorld.ProtectedAsync(home, recovery);
        world.Write(200);

        var job = await world.RunAsync(Planned);

        Assert.Equal("PlannedFailover", job.ScenarioName);
        Assert.InRange(job.Downtime!.Value, TimeSpan.FromTicks(1), job.EndTime!.Value - job.StartTime);
        Assert.Equal(ProtectionState.PlannedFailoverCommitPending, (await world.ItemAsync()).ProtectionState);
        await world.CloseAsync();
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    [Requirement("FO-02")]
    public async Task It_is_refused_without_its_source_without_its_link_and_without_a_shutdown()
    {
        await using var world = await DrWorld.ProtectedAsync(FabricKind.HyperV);

        Assert.Equal(["PlannedShutsDown"], await world.RefusedAsync(Planned with { ShutDownSource = false }));
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: false);
        Assert.Equal(["PlannedSourceAway"], await world.RefusedAsync(Planned));
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: true);
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);
        Assert.Equal(["PlannedSourceAway"], await world.RefusedAsync(Planned));
    }

    [Fact]
    [Requirement("FO-02", "FO-11")]
    public async Task What_does_not_arrive_stops_it_the_machine_runs_on_and_the_job_can_be_started_again()
    {
        var clock = new ManualClock();
        var setup = new WorldSetup { Clock = clock };
        await using var world = await DrWorld.ProtectedAsync(FabricKind.HyperV, setup: setup);
        CutTheLinkWhileItShutsDown(world);
        world.Write();

        var trying = world.TryAsync(Planned);
        await AdvancedAsync(clock, trying);
        var job = await trying;

        Assert.Equal((JobState.Failed, "PlannedNotSent", true), (job.State, job.Error!.Id, job.Error.Temporary));
        Assert.Equal((Phase.Protected, false, Side.Home, PowerState.On), (world.Facts.Phase, world.Facts.ShutDown, world.Facts.ActiveSide, world.Power(DrWorld.Home)));
        world.Write();
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: true);
        await AdvancedAsync(clock, world.DrainAsync());
        await world.Engine.RestartJobAsync(job.Name);
        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience)).State);
        await world.CloseAsync();
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    [Requirement("FO-02", "FO-11")]
    public async Task Stopped_while_it_sends_it_lets_the_machine_run_on()
    {
        var setup = new WorldSetup();
        await using var world = await DrWorld.ProtectedAsync(FabricKind.HyperV, setup: setup);
        CutTheLinkWhileItShutsDown(world);
        world.Write();
        var job = await world.Engine.SubmitAsync(Planned);
        await Waiting.UntilAsync(() => world.Facts.ShutDown);

        var stopped = await world.Engine.StopJobAsync(job.Name);

        Assert.Equal(JobState.Cancelled, stopped.State);
        Assert.False(world.Facts.ShutDown);
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: true);
        world.Write();
        await world.RunAsync(Planned);
        await world.CloseAsync();
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    [Requirement("FO-10")]
    public async Task An_older_point_needs_to_be_confirmed()
    {
        await using var world = await DrWorld.ProtectedAsync(FabricKind.Vmm, FabricKind.Vmm);
        world.Write();
        var point = await world.PointAsync();
        var then = world.Model.Copy();
        world.Write();

        Assert.Equal(["OlderPointUnconfirmed"], await world.RefusedAsync(Planned with { PointId = point.Id }));
        await world.RunAsync(Planned with { PointId = point.Id, AllowOlderPoint = true });

        await world.CloseAsync();
        world.AssertImages(DrWorld.Azure, then);
    }

    // It still writes when its shutdown is about to begin.
    private static void CutTheLinkWhileItShutsDown(DrWorld world) => world.Setup.OnProgress = progress =>
    {
        if (progress.Task == "Shut down the virtual machine")
        {
            world.Setup.OnProgress = _ => { };
            world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: false);
            world.Write();
        }
    };

    private static async Task AdvancedAsync(ManualClock clock, Task task)
    {
        while (!task.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(61));
            await Task.Yield();
        }

        await task;
    }
}
