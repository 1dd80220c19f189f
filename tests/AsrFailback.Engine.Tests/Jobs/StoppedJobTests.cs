using AsrFailback.Core.Errors;
namespace AsrFailback.Engine.Tests;

/// <summary>A job is stopped at a safe place and goes on from there; past the point of no return it is not stopped.</summary>
public sealed class StoppedJobTests
{
    [Fact]
    [Requirement("FO-11")]
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

    // To see it fail: start whatever has an error that passes.
    [Fact]
    [Requirement("FO-11")]
    public async Task A_job_that_somebody_stopped_is_started_again_by_somebody_and_not_by_an_opening()
    {
        await using var world = await PlanWorld.CreateAsync();
        await PlanScripts.AddAsync(world, new ManualAction("look", "Look at it."), 1, atEnd: false);
        var job = await world.TryAsync(await PlanScripts.FailOverAsync(world));
        await world.Engine.StopJobAsync(job.Name).WaitAsync(DrWorld.Patience);

        await world.ReopenAsync();
        Assert.Empty(world.Engine.RestartFailedJobs());

        Assert.Equal((JobState.Cancelled, "HHH"), ((await world.Engine.GetJobAsync(job.Name))!.State, PlanWorld.Where(world)));
        await world.Engine.RestartJobAsync(job.Name);
        Assert.Equal(JobState.Suspended, (await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience)).State);
    }

    // To see it fail: do not look at the parts of a plan's job.
    [Fact]
    [Requirement("FO-11", "RPL-03")]
    public async Task A_plan_whose_machine_somebody_stopped_is_started_again_by_somebody_and_not_by_an_opening()
    {
        await using var world = await PlanWorld.CreateAsync();
        await world.RunAsync(await PlanWorld.RunAsync(world, PlanWorld.FailOver));
        await world.RunAsync(await PlanWorld.RunAsync(world, PlanWorld.Commit));
        using var reached = new ManualResetEventSlim();
        using var held = new ManualResetEventSlim();
        world.Setup.OnProgress = progress =>
        {
            if (progress is { Task: "Reprotecting virtual machine", Target: DrWorld.Item })
            {
                reached.Set();
                held.Wait(DrWorld.Patience);
            }
        };
        var plan = await world.Engine.SubmitAsync(await PlanWorld.RunAsync(world, item => new Reprotect(item)));
        Assert.True(reached.Wait(DrWorld.Patience));
        var part = (await world.Engine.GetJobsAsync()).First(job => job.TargetObjectName == DrWorld.Item && job.State == JobState.InProgress);
        var stopping = world.Engine.StopJobAsync(part.Name);
        held.Set();
        Assert.Equal(JobState.Cancelled, (await stopping.WaitAsync(DrWorld.Patience)).State);
        var failed = await world.Engine.WaitForJobAsync(plan.Name).WaitAsync(DrWorld.Patience);
        Assert.True(failed is { State.Value: "Failed", Error.Temporary: true }, $"{failed.State}: {failed.Error}");

        await world.ReopenAsync();
        Assert.Empty(world.Engine.RestartFailedJobs());

        world.Setup.OnProgress = _ => { };
        await world.Engine.RestartJobAsync(plan.Name);
        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(plan.Name).WaitAsync(DrWorld.Patience)).State);
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

    [Fact]
    public async Task A_job_is_not_started_again_when_a_later_one_has_worked_on_the_same_machine()
    {
        await using var world = await DrWorld.ProtectedAsync();
        var failed = await FailInTheMiddleAsync(world);
        await world.FailOverAsync();
        await world.RunAsync(new CommitFailover(DrWorld.Item));
        var facts = world.Facts;

        var refusal = await Assert.ThrowsAsync<AsrException>(() => world.Engine.RestartJobAsync(failed.Name));
        var again = await world.Engine.SubmitAsync(new StartFailover(DrWorld.Item, null, ShutDownSource: true), failed.Name);

        Assert.Equal("JobSuperseded", refusal.Error.Id);
        Assert.Equal(JobState.Failed, again.State);
        Assert.Equal(facts, world.Facts);
    }

    [Fact]
    public async Task A_failover_that_failed_in_the_middle_shows_and_only_a_failover_goes_on()
    {
        await using var world = await DrWorld.ProtectedAsync();
        world.Write();
        await FailInTheMiddleAsync(world);

        Assert.Equal("FailoverUnfinished", Assert.Single((await world.ItemAsync()).HealthErrors).Id);
        Assert.Contains("FailoverUnfinished", await world.RefusedAsync(new StartTestFailover(DrWorld.Item, null, null)));
        await world.FailOverAsync();

        Assert.Empty((await world.ItemAsync()).HealthErrors);
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    public async Task Disabling_gives_a_failover_up_and_starts_the_machine_where_it_ran()
    {
        await using var world = await DrWorld.ProtectedAsync();
        world.Write();
        await FailInTheMiddleAsync(world);
        Assert.Equal((PowerState.Off, PowerState.Off), (world.Power(DrWorld.Home), world.Power(DrWorld.Azure)));

        await world.RunAsync(new DisableProtection(DrWorld.Item));

        Assert.Equal((PowerState.On, PowerState.Off), (world.Power(DrWorld.Home), world.Power(DrWorld.Azure)));
        world.AssertImages(DrWorld.Home, world.Model);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_enabling_that_was_stopped_can_be_given_up_or_begun_anew(bool giveUp)
    {
        using var replicating = new ManualResetEventSlim();
        var setup = new WorldSetup { OnProgress = progress => Signal(progress, "Initial replication", replicating) };
        await using var world = await DrWorld.CreateAsync(setup);
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: false);
        var job = await world.Engine.SubmitAsync(DrWorld.Enable());
        Assert.True(replicating.Wait(DrWorld.Patience));
        await world.Engine.StopJobAsync(job.Name).WaitAsync(DrWorld.Patience);
        Assert.Null((await world.Engine.GetReplicationAsync(DrWorld.Item)).RpoSeconds);
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: true);
        if (giveUp)
        {
            await world.RunAsync(new DisableProtection(DrWorld.Item));
        }

        await world.RunAsync(DrWorld.Enable());
        world.Write();
        await world.DrainAsync();
        await world.ReopenAsync();
        await world.MoveAsync();

        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    public async Task A_drill_does_not_touch_a_folder_with_something_in_it()
    {
        await using var world = await DrWorld.CreateAsync();
        var before = world.Fingerprint();

        var refusal = Assert.Throws<AsrException>(() => FailbackEngine.CreateVault(
            Path.Combine(world.Root, "another"), "drill", new RunDrill(DrillOptions.Of(DrillSize.Small, 1, DrillMutation.None, [])), new EngineOptions()));

        Assert.Equal("FolderNotEmpty", refusal.Error.Id);
        Assert.Equal(before, world.Fingerprint());
    }

    private static void Signal(JobProgress progress, string task, ManualResetEventSlim reached)
    {
        if (progress.Task == task)
        {
            reached.Set();
        }
    }

    // A file that is away for a moment: a reason outside, after the sides began to change.
    private static async Task<Job> FailInTheMiddleAsync(DrWorld world)
    {
        await world.DrainAsync();
        world.Setup.OnFile = (_, path) =>
        {
            if (path.Contains("divergence.map", StringComparison.Ordinal))
            {
                throw ErrorCatalogue.Exception("FileMissing", path, "away for a moment");
            }
        };
        var failed = await world.TryAsync(new StartFailover(DrWorld.Item, null, ShutDownSource: true));
        world.Setup.OnFile = (_, _) => { };
        Assert.Equal(JobState.Failed, failed.State);
        return failed;
    }
}
