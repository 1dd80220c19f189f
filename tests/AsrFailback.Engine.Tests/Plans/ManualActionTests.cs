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

    private static async Task<DrWorld> SuspendedWorldAsync()
    {
        var world = await PlanWorld.CreateAsync();
        await PlanScripts.AddAsync(world, new ManualAction("switch", "Switch the load balancer."), 2, atEnd: true);
        return world;
    }

    private static async Task<Job> SuspendedAsync(DrWorld world) => await world.TryAsync(await PlanWorld.RunAsync(world, PlanScripts.TestFailOver));
}
