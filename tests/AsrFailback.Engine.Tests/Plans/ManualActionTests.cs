namespace AsrFailback.Engine.Tests;

/// <summary>A plan waits at a manual action until somebody says what was done.</summary>
public sealed class ManualActionTests
{
    [Fact]
    [Requirement("RPL-02")]
    public async Task A_plan_waits_at_a_manual_action_until_it_is_resumed_with_a_comment()
    {
        await using var world = await SuspendedWorldAsync();
        var job = await SuspendedAsync(world);

        Assert.Equal((JobState.Suspended, "Switch the load balancer."), (job.State, PlanScripts.TaskOf(job, "switch").Instructions));
        Assert.Equal(["Succeeded", "Succeeded", "Suspended", "NotStarted"], job.Tasks.Select(task => task.State.Value));
        Assert.Null(job.EndTime);
        Assert.Equal(["ItemBusy"], await world.RefusedAsync(new CreateRecoveryPoint("web02", "")));

        var resumed = await world.Engine.ResumeJobAsync(job.Name, "Kim switched it.");
        Assert.Equal(JobState.InProgress, resumed.State);
        var ended = await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience);

        Assert.Equal((JobState.Succeeded, "Kim switched it."), (ended.State, PlanScripts.TaskOf(ended, "switch").Observation));
    }

    [Fact]
    [Requirement("RPL-02")]
    public async Task A_plan_that_waits_still_waits_after_the_vault_was_closed_and_opened()
    {
        await using var world = await SuspendedWorldAsync();
        var job = await SuspendedAsync(world);

        await world.ReopenAsync();
        world.Engine.RestartFailedJobs();
        var still = await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience);
        Assert.Equal(System.Text.Json.JsonSerializer.Serialize(job), System.Text.Json.JsonSerializer.Serialize(still));
        Assert.Contains("ItemBusy", await world.RefusedAsync(new CreateRecoveryPoint("web02", ""))); // its replication may just begin again

        await world.Engine.ResumeJobAsync(job.Name, "done");
        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience)).State);
    }

    [Fact]
    [Requirement("RPL-02")]
    public async Task A_plan_that_waits_can_be_stopped_lets_its_machines_go_and_waits_again_when_it_is_restarted()
    {
        await using var world = await SuspendedWorldAsync();
        var job = await SuspendedAsync(world);

        var stopped = await world.Engine.StopJobAsync(job.Name);
        Assert.Equal((JobState.Cancelled, "JobStopped"), (stopped.State, stopped.Error?.Id));
        await world.RunAsync(new CreateRecoveryPoint("web02", ""));

        await world.Engine.RestartJobAsync(job.Name);
        var again = await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience);
        Assert.Equal((JobState.Suspended, null), (again.State, again.Error));
        await world.Engine.ResumeJobAsync(job.Name, "done");
        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience)).State);
    }

    [Theory]
    [Requirement("RPL-02")]
    [InlineData("", "CommentMissing")]
    [InlineData("  ", "CommentMissing")]
    [InlineData("long", "CommentTooLong")]
    public async Task Nobody_resumes_without_a_word_or_with_a_book(string comment, string reason)
    {
        await using var world = await SuspendedWorldAsync();
        var job = await SuspendedAsync(world);

        var refused = await Assert.ThrowsAsync<AsrException>(() => world.Engine.ResumeJobAsync(job.Name, comment == "long" ? new string('x', 1025) : comment));

        Assert.Equal(reason, refused.Error.Id);
        Assert.Equal(JobState.Suspended, (await world.Engine.GetJobAsync(job.Name))!.State);
    }

    [Fact]
    [Requirement("RPL-02")]
    public async Task Only_a_job_that_waits_is_resumed()
    {
        await using var world = await SuspendedWorldAsync();
        var job = await SuspendedAsync(world);
        await world.Engine.ResumeJobAsync(job.Name, "done");
        await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience);

        Assert.Equal("JobNotSuspended", (await Assert.ThrowsAsync<AsrException>(() => world.Engine.ResumeJobAsync(job.Name, "again"))).Error.Id);
        Assert.Equal("JobNotFound", (await Assert.ThrowsAsync<AsrException>(() => world.Engine.ResumeJobAsync("nobody", "again"))).Error.Id);
    }

    [Theory]
    [Requirement("RPL-02", "FO-11")]
    [InlineData(3650)]
    [InlineData(-3650)]
    public async Task A_clock_that_jumps_by_years_while_a_plan_waits_expires_neither_it_nor_a_point(int days)
    {
        var clock = new ManualClock();
        await using var world = await SuspendedWorldAsync(clock);
        var job = await SuspendedAsync(world);
        var points = await PointsAsync(world);

        clock.SetWallBy(TimeSpan.FromDays(days));
        clock.Advance(TimeSpan.FromMinutes(6)); // whatever looks from time to time has looked
        Assert.Equal(JobState.Suspended, (await world.Engine.GetJobAsync(job.Name))!.State);
        await world.ReopenAsync();
        world.Engine.RestartFailedJobs();
        Assert.Equal(JobState.Suspended, (await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience)).State);

        await world.Engine.ResumeJobAsync(job.Name, "done");
        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience)).State);
        Assert.Subset((await PointsAsync(world)).ToHashSet(), points.ToHashSet());
    }

    // To see it fail: suspend without recording it.
    [Fact]
    [Requirement("RPL-02", "FO-11")]
    public async Task A_plan_whose_process_dies_while_it_waits_is_resumed_by_the_next_and_who_said_what_is_in_the_audit_log()
    {
        await using var world = await SuspendedWorldAsync();
        var job = await SuspendedAsync(world);

        await world.AbandonAsync();
        world.Open();
        Assert.Equal(JobState.Suspended, (await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience)).State);
        await world.Engine.ResumeJobAsync(job.Name, "Kim switched it.");
        await world.AbandonAsync(); // whether it has gone on by now or not
        world.Open();
        var ended = await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience);

        Assert.Equal((JobState.Succeeded, "Kim switched it."), (ended.State, PlanScripts.TaskOf(ended, "switch").Observation));
        var entries = (await world.Engine.GetAuditEntriesAsync()).Where(entry => entry.Job == job.Name).Reverse().ToArray();
        Assert.Equal([AuditAction.Submitted, AuditAction.Resumed, AuditAction.Ended], entries.Select(entry => entry.Action));
        Assert.Equal([null, "Kim switched it.", null], entries.Select(entry => entry.Comment));
        await AuditProof.AssertAsync(world, mostRepeats: 0);
    }

    private static async Task<Guid[]> PointsAsync(DrWorld world)
    {
        var points = new List<Guid>();
        foreach (var name in PlanWorld.Names)
        {
            points.AddRange((await world.Engine.GetRecoveryPointsAsync(name)).Select(point => point.Id));
        }

        return [.. points];
    }

    private static async Task<DrWorld> SuspendedWorldAsync(TimeProvider? clock = null)
    {
        var world = await PlanWorld.CreateAsync(clock: clock);
        await PlanScripts.AddAsync(world, new ManualAction("switch", "Switch the load balancer."), 2, atEnd: true);
        return world;
    }

    private static async Task<Job> SuspendedAsync(DrWorld world) => await world.TryAsync(await PlanWorld.RunAsync(world, PlanScripts.TestFailOver));
}
