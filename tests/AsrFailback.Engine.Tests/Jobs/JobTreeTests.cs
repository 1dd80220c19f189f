namespace AsrFailback.Engine.Tests;

/// <summary>The job of a plan shows its machines below its groups, and belongs to one request with their jobs.</summary>
public sealed class JobTreeTests
{
    [Fact]
    [Requirement("FO-11")]
    public async Task A_plan_s_job_has_its_machines_below_its_groups()
    {
        await using var world = await PlanWorld.CreateAsync();

        var job = await world.RunAsync(await PlanWorld.RunAsync(world, PlanWorld.FailOver));

        var shown = (await world.Engine.GetJobAsync(job.Name))!;
        Assert.Equal([[], ["db01"], [DrWorld.Item, "web02"]], shown.Tasks.Select(task => task.ChildTasks.Select(child => child.FriendlyName).ToArray()));
        var machine = shown.Tasks[1].ChildTasks[0];
        var own = (await world.Engine.GetJobAsync(machine.JobName!))!;
        Assert.Equal(("UnplannedFailover", JobState.Succeeded), (machine.Name, machine.State));
        Assert.Equal(own.Tasks.Select(task => task.Name), machine.ChildTasks.Select(task => task.Name));
        Assert.Equal(shown.CorrelationId, own.CorrelationId);
        Assert.All(await world.Engine.GetJobsAsync(), listed => Assert.All(listed.Tasks, task => Assert.Empty(task.ChildTasks)));
    }

    [Fact]
    [Requirement("FO-11", "RPL-01")]
    public async Task A_plan_that_runs_tells_which_group_is_at_work_and_how_many_of_its_machines_are_through()
    {
        await using var world = await PlanWorld.CreateAsync();
        var told = new System.Collections.Concurrent.ConcurrentQueue<JobProgress>();
        world.Setup.OnProgress = told.Enqueue;

        var job = await world.RunAsync(await PlanWorld.RunAsync(world, PlanWorld.FailOver));

        Assert.Equal(
            [("Group 1", new(1, 2, 0, 1)), ("Group 1", new(1, 2, 1, 1)), ("Group 2", new(2, 2, 0, 2)), ("Group 2", new(2, 2, 1, 2)), ("Group 2", new GroupProgress(2, 2, 2, 2))],
            told.Where(progress => progress.Group is not null).Select(progress => (progress.Task, progress.Group!)));
        Assert.All(told.Where(progress => progress.Group is not null), progress => Assert.Equal(job.Name, progress.Job));
    }
}
