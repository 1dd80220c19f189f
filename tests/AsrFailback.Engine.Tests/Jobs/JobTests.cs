using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Engine.Tests;

/// <summary>Jobs: their records, one at a time per item, failures that are told and continued.</summary>
public sealed class JobTests
{
    [Fact]
    [Requirement("FO-11")]
    public async Task A_job_tells_its_tasks_with_times_in_order()
    {
        var clock = new ManualClock();
        await using var world = await DrWorld.CreateAsync(new WorldSetup { Clock = clock, DiskBytes = [1 << 20], OnProgress = _ => clock.Advance(TimeSpan.FromSeconds(1)) });

        var job = await world.RunAsync(DrWorld.Enable());

        Assert.Equal(("EnableDr", DrWorld.Item), (job.ScenarioName, job.TargetObjectName));
        Assert.All(job.Tasks, task => Assert.True(task.StartTime < task.EndTime, $"{task.Name}: {task.StartTime} to {task.EndTime}"));
        Assert.Equal(job.Tasks.Select(task => task.StartTime).Order(), job.Tasks.Select(task => task.StartTime));
        Assert.True(job.StartTime <= job.Tasks[0].StartTime && job.Tasks[^1].EndTime <= job.EndTime);
        Assert.Equal((null, 0), (job.Error, job.Warnings.Count));
        Assert.Equal(job.Tasks.Count, job.Tasks.Count(task => task.State == JobState.Succeeded));
    }

    [Fact]
    [Requirement("FO-11")]
    public async Task Jobs_are_listed_newest_first_and_survive_a_reopening()
    {
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [1 << 20] });
        await world.PointAsync();
        var before = await world.Engine.GetJobsAsync();
        await world.ReopenAsync();

        var after = await world.Engine.GetJobsAsync();
        Assert.Equal(["CreateRecoveryPoint", "EnableDr", "AddFabric", "AddFabric"], after.Select(job => job.ScenarioName));
        Assert.Equivalent(before, after);
        Assert.Null(await world.Engine.GetJobAsync("no-such-job"));
        Assert.Equal("JobNotFound", (await Assert.ThrowsAsync<AsrException>(() => world.Engine.WaitForJobAsync("no-such-job"))).Error.Id);
    }

    [Fact]
    public async Task While_a_job_runs_its_item_is_busy_and_says_with_what()
    {
        using var held = new SemaphoreSlim(0);
        var setup = new WorldSetup();
        await using var world = await DrWorld.ProtectedAsync(setup);
        setup.OnProgress = progress => _ = progress.Detail.Length > 0 || held.Wait(DrWorld.Patience);
        var running = await world.Engine.SubmitAsync(new StartFailover(DrWorld.Item, null, true));

        FailbackCommand[] commands = [new CreateRecoveryPoint(DrWorld.Item, ""), new StartFailover(DrWorld.Item, null, true), new DisableProtection(DrWorld.Item)];
        foreach (var command in commands)
        {
            var refusal = await Assert.ThrowsAsync<AsrException>(() => world.Engine.SubmitAsync(command));
            Assert.Contains(refusal.Error.Reasons, reason => reason.Id == "ItemBusy" && reason.Message.Contains(running.Name, StringComparison.Ordinal));
        }

        Assert.Equal(running.Name, (await world.ItemAsync()).CurrentJob);
        setup.OnProgress = _ => { };
        held.Release(100);
        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(running.Name).WaitAsync(DrWorld.Patience)).State);
        Assert.Null((await world.ItemAsync()).CurrentJob);
    }

    [Fact]
    public async Task Of_many_submissions_at_once_exactly_one_runs()
    {
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [1 << 20] });
        var submissions = Enumerable.Range(0, 8).Select(_ => Task.Run(() => world.Engine.SubmitAsync(new StartFailover(DrWorld.Item, null, true)))).ToArray();

        await Task.WhenAll(submissions.Select(submission => Record.ExceptionAsync(() => submission)));

        var job = (await Assert.Single(submissions, submission => submission.IsCompletedSuccessfully)).Name;
        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(job).WaitAsync(DrWorld.Patience)).State);
        Assert.Equal(2, world.Facts.Epoch);
    }

    [Fact]
    public async Task A_job_submitted_again_under_its_name_runs_once()
    {
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [1 << 20] });

        await world.Engine.SubmitAsync(new CreateRecoveryPoint(DrWorld.Item, "x"), "one");
        await world.Engine.SubmitAsync(new CreateRecoveryPoint(DrWorld.Item, "x"), "one");
        await world.Engine.WaitForJobAsync("one").WaitAsync(DrWorld.Patience);
        await world.Engine.SubmitAsync(new CreateRecoveryPoint(DrWorld.Item, "x"), "one");

        Assert.Equal(2, (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Count);
    }

    [Fact]
    [Requirement("FO-11")]
    public async Task A_failed_job_tells_the_error_at_its_task_and_can_be_continued_where_it_stopped()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.MoveAsync();
        world.Write();
        FailOnce(world, Path.Combine("state", "machines", "web01.json.tmp"));

        var failed = await world.TryAsync(new Reprotect(DrWorld.Item));

        Assert.Equal((JobState.Failed, "DiskFull", true), (failed.State, failed.Error!.Id, failed.Error.Temporary));
        Assert.Equal(["Succeeded", "Failed", "NotStarted", "NotStarted"], failed.Tasks.Select(task => task.State.Value));
        Assert.NotNull(failed.EndTime);
        Assert.Equal([failed.Name], world.Engine.RestartFailedJobs());
        var again = await world.Engine.WaitForJobAsync(failed.Name).WaitAsync(DrWorld.Patience);
        Assert.Equal((JobState.Succeeded, null), (again.State, again.Error));
        await world.MoveAsync();
        world.AssertImages(DrWorld.Home, world.Model);
    }

    [Fact]
    public async Task A_failed_job_that_is_submitted_again_is_under_way_and_not_failed()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.MoveAsync();
        FailOnce(world, Path.Combine("state", "machines", "web01.json.tmp"));
        await world.Engine.SubmitAsync(new Reprotect(DrWorld.Item), "one");
        Assert.Equal(JobState.Failed, (await world.Engine.WaitForJobAsync("one").WaitAsync(DrWorld.Patience)).State);

        var again = await world.Engine.SubmitAsync(new Reprotect(DrWorld.Item), "one");

        Assert.Equal(("one", null), (again.Name, again.Error));
        Assert.NotEqual(JobState.Failed, again.State);
        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync("one").WaitAsync(DrWorld.Patience)).State);
    }

    // the file for which there is no space while a machine is being reprotected, and what the job says
    [Theory]
    [InlineData("redo.log", "TargetFull")]
    [InlineData("disk0-flat.vmdk", "TargetFull")]
    [InlineData("manifest-0.digests", "DiskFull")] // it is made when the journal is opened
    public async Task A_replication_that_failed_for_want_of_space_goes_on_in_the_same_engine_once_there_is_some(string file, string error)
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.MoveAsync();
        world.Write();
        var full = true;
        world.Setup.OnFile = (operation, path) =>
        {
            if (Volatile.Read(ref full) && operation == FileOperation.Write && path.EndsWith(file, StringComparison.Ordinal))
            {
                throw ErrorCatalogue.Exception("DiskFull", path, "by the test");
            }
        };
        var failed = await world.TryAsync(new Reprotect(DrWorld.Item));
        Assert.Equal((error, true), (failed.Error?.Id, failed.Error?.Temporary));
        Volatile.Write(ref full, false);

        world.Engine.RestartFailedJobs();

        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(failed.Name).WaitAsync(DrWorld.Patience)).State);
        await world.MoveAsync();
        world.AssertImages(DrWorld.Home, world.Model);
    }

    // The change of the stored state that fails once during a commit. The first two are its entry in the audit log and the job itself: without
    // them nothing begins.
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public async Task An_engine_whose_state_could_not_be_stored_for_a_moment_still_closes_and_lets_the_vault_go(int change)
    {
        var interruption = new Interruption();
        var setup = new WorldSetup { DiskBytes = [1 << 20] };
        await using var world = await DrWorld.ProtectedAsync(setup);
        await world.FailOverAsync(shutDown: true);
        setup.OnStore = interruption.Observe;
        interruption.FailAt(change);
        await Record.ExceptionAsync(() => world.TryAsync(new CommitFailover(DrWorld.Item)));
        Assert.True(interruption.Happened);

        var closing = await Record.ExceptionAsync(world.CloseAsync);

        Assert.Null(closing);
        world.Open();
        foreach (var job in world.Engine.RestartFailedJobs())
        {
            Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(job).WaitAsync(DrWorld.Patience)).State);
        }

        Assert.Equal(Core.Protection.Phase.Committed, world.Facts.Phase);
    }

    [Fact]
    public async Task The_newest_job_of_an_item_is_known_without_a_clock()
    {
        // The clock stands, as one does that was set back: the names of the jobs must not decide.
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { Clock = new ManualClock() });
        FailOnce(world, "redo.log", "FlushFailed");
        await world.Engine.SubmitAsync(new CreateRecoveryPoint(DrWorld.Item, "older"), "a-older");
        Assert.Equal(JobState.Failed, (await world.Engine.WaitForJobAsync("a-older").WaitAsync(DrWorld.Patience)).State);
        await world.ReopenAsync();
        await world.DrainAsync();
        await world.Engine.SubmitAsync(new CreateRecoveryPoint(DrWorld.Item, "newer"), "b-newer");
        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync("b-newer").WaitAsync(DrWorld.Patience)).State);

        // Only the newest job of an item may be started again: an older one would undo what came after it.
        Assert.Empty(world.Engine.RestartFailedJobs());
    }

    [Fact]
    public async Task A_job_that_waits_for_a_link_does_not_keep_the_engine_from_closing_and_goes_on_at_the_next_opening()
    {
        await using var world = await DrWorld.CreateAsync();
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: false);
        var job = await world.Engine.SubmitAsync(DrWorld.Enable());
        await world.CloseAsync();

        world.Open();
        Assert.Equal(JobState.InProgress, (await world.Engine.GetJobAsync(job.Name))!.State);
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: true);

        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience)).State);
        await world.MoveAsync();
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    private static void FailOnce(DrWorld world, string file, string error = "DiskFull")
    {
        var failed = false;
        world.Setup.OnFile = (operation, path) =>
        {
            if (!failed && operation == FileOperation.Write && path.EndsWith(file, StringComparison.Ordinal))
            {
                failed = true;
                throw ErrorCatalogue.Exception(error, path, "by the test");
            }
        };
    }
}
