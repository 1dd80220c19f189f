namespace AsrFailback.Engine.Tests;

/// <summary>A job is stopped at a safe place and goes on from there; past the point of no return it is not stopped.</summary>
public sealed class StoppedJobTests
{
    [Fact]
    public async Task A_job_that_was_stopped_is_cancelled_and_goes_on_when_it_is_started_again()
    {
        await using var world = await DrWorld.CreateAsync();
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: false);
        var job = await world.Engine.SubmitAsync(DrWorld.Enable());

        var stopped = await world.Engine.StopJobAsync(job.Name).WaitAsync(DrWorld.Patience);

        Assert.Equal((JobState.Cancelled, "JobStopped"), (stopped.State, stopped.Error!.Id));
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: true);
        await world.Engine.RestartJobAsync(job.Name);
        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience)).State);
        world.Write();
        await world.MoveAsync();
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    public async Task A_failover_is_not_stopped_once_the_sides_are_switched()
    {
        using var reached = new ManualResetEventSlim();
        using var held = new ManualResetEventSlim();
        var setup = new WorldSetup
        {
            OnProgress = progress =>
            {
                if (progress.Task == "Start failover")
                {
                    reached.Set();
                    held.Wait(DrWorld.Patience);
                }
            },
        };
        await using var world = await DrWorld.ProtectedAsync(setup);
        var job = await world.Engine.SubmitAsync(new StartFailover(DrWorld.Item, null, ShutDownSource: true));
        Assert.True(reached.Wait(DrWorld.Patience));

        var refusal = await Assert.ThrowsAsync<AsrException>(() => world.Engine.StopJobAsync(job.Name));
        held.Set();

        Assert.Equal("JobNotStoppable", refusal.Error.Id);
        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience)).State);
    }

    [Fact]
    public async Task A_job_that_ended_well_is_not_started_again()
    {
        await using var world = await DrWorld.CreateAsync();
        var job = await world.RunAsync(DrWorld.Enable());

        Assert.Equal("JobNotRestartable", (await Assert.ThrowsAsync<AsrException>(() => world.Engine.RestartJobAsync(job.Name))).Error.Id);
        Assert.Equal("JobNotFound", (await Assert.ThrowsAsync<AsrException>(() => world.Engine.StopJobAsync("none"))).Error.Id);
    }
}
