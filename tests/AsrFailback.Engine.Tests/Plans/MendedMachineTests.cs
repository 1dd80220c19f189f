namespace AsrFailback.Engine.Tests;

/// <summary>A machine that was mended by hand does not stop its plan: what is where it should be counts as done.</summary>
public sealed class MendedMachineTests
{
    // the machine whose job is stopped
    [Theory]
    [Requirement("RPL-02")]
    [InlineData("db01")]
    [InlineData("web02")]
    public async Task A_plan_goes_on_when_its_machine_was_mended_by_hand(string item)
    {
        await using var world = await PlanWorld.CreateAsync();
        await world.RunAsync(await PlanWorld.RunAsync(world, PlanWorld.FailOver));
        var stopped = await StopMachineAsync(world, await PlanWorld.RunAsync(world, PlanWorld.Commit), item);
        await world.RunAsync(PlanWorld.Commit(item));

        var again = await RestartAsync(world, stopped);

        Assert.True(again.State == JobState.Succeeded, $"{again.Error}");
        Assert.Contains(item, Assert.Single(again.Warnings, warning => warning.Id == "PlanItemThere").Message, StringComparison.Ordinal);
        Assert.All(PlanWorld.Names, name => Assert.Equal(Core.Protection.Phase.Committed, world.Engine.RuntimeOf(name).State.Facts.Phase));
    }

    [Fact]
    [Requirement("RPL-02")]
    public async Task A_machine_of_a_later_group_may_be_mended_too_while_the_plan_is_stopped()
    {
        await using var world = await PlanWorld.CreateAsync();
        await world.RunAsync(await PlanWorld.RunAsync(world, PlanWorld.FailOver));
        await world.RunAsync(await PlanWorld.RunAsync(world, PlanWorld.Commit));
        var stopped = await PlanWorld.StopAtAsync(world, await PlanWorld.RunAsync(world, item => new Reprotect(item)), "db01");
        await world.RunAsync(new Reprotect("web02"));

        var again = await RestartAsync(world, stopped);

        Assert.True(again.State == JobState.Succeeded, $"{again.Error}");
        Assert.All(PlanWorld.Names, name => Assert.Equal(Core.Protection.Phase.Protected, world.Engine.RuntimeOf(name).State.Facts.Phase));
    }

    [Fact]
    [Requirement("RPL-02")]
    public async Task A_machine_that_somebody_has_worked_on_is_tried_anew()
    {
        await using var world = await PlanWorld.CreateAsync();
        await world.RunAsync(await PlanWorld.RunAsync(world, PlanWorld.FailOver));
        var stopped = await StopMachineAsync(world, await PlanWorld.RunAsync(world, PlanWorld.Commit), "db01");
        await world.RunAsync(new UpdateProtection("db01", DrWorld.Policy));

        var again = await RestartAsync(world, stopped);

        Assert.True(again.State == JobState.Succeeded, $"{again.Error}");
        Assert.Empty(again.Warnings);
        Assert.Equal(JobState.Succeeded, (await world.Engine.GetJobAsync($"{stopped.Name}.db01.2"))!.State);
    }

    [Fact]
    [Requirement("FO-05", "RPL-02")]
    public async Task Where_each_machine_is_to_go_is_decided_when_the_run_begins()
    {
        await using var world = await PlanWorld.CreateAsync();
        var run = await PlanWorld.RunAsync(world, PlanWorld.FailOver);
        var job = await world.RunAsync(run);

        var stored = Assert.IsType<RunRecoveryPlan>(world.Engine.Jobs.Find(job.Name)!.Command);
        Assert.All(stored.Commands, each => Assert.Equal(FailoverDirection.FromHome, Assert.IsType<StartFailover>(each).Direction));
    }

    [Fact]
    [Requirement("RPL-02")]
    public async Task A_second_run_after_a_part_stayed_behind_succeeds_when_the_rest_goes()
    {
        await using var world = await PlanWorld.CreateAsync();
        await world.RunAsync(new StartTestFailover("db01", null, null));
        Assert.Equal(JobState.PartiallySucceeded, (await world.TryAsync(await PlanWorld.RunAsync(world, PlanWorld.FailOver))).State);
        await world.RunAsync(new CleanUpTestFailover("db01"));

        var again = await world.TryAsync(await PlanWorld.RunAsync(world, PlanWorld.FailOver));

        Assert.Equal((JobState.Succeeded, null), (again.State, again.Error));
        Assert.Equal("AAA", PlanWorld.Where(world));
        Assert.Equal(["PlanItemThere", "PlanItemThere"], again.Warnings.Where(warning => warning.Id.StartsWith("Plan", StringComparison.Ordinal)).Select(warning => warning.Id));
    }

    [Fact]
    [Requirement("RPL-02")]
    public async Task A_plan_with_nothing_left_to_do_is_refused()
    {
        await using var world = await PlanWorld.CreateAsync();
        await world.RunAsync(await PlanWorld.RunAsync(world, PlanWorld.FailOver));

        Assert.Equal(["WrongPhase", "WrongPhase", "WrongPhase"], await world.RefusedAsync(await PlanWorld.RunAsync(world, PlanWorld.FailOver)));
    }

    [Fact]
    [Requirement("RPL-02", "RP-02")]
    public async Task A_machine_that_replicates_the_other_way_is_not_where_a_reprotect_takes_it()
    {
        await using var world = await PlanWorld.CreateAsync();
        foreach (var item in PlanWorld.Names.Skip(1))
        {
            await world.RunAsync(PlanWorld.FailOver(item));
            await world.RunAsync(PlanWorld.Commit(item));
        }

        Assert.Contains("ReplicaWhole", await world.RefusedAsync(await PlanWorld.RunAsync(world, item => new Reprotect(item)))); // db01 still replicates from home
    }

    private static async Task<Job> StopMachineAsync(DrWorld world, RunRecoveryPlan run, string item)
    {
        var held = await HeldRun.BeginAsync(world, item, run);
        var stopping = world.Engine.StopJobAsync($"{held.Job.Name}.{item}");
        var stopped = await held.EndAsync();
        await stopping.WaitAsync(DrWorld.Patience);
        Assert.Equal("PlanStopped", stopped.Error?.Id);
        await held.DisposeAsync();
        return stopped;
    }

    private static async Task<Job> RestartAsync(DrWorld world, Job stopped)
    {
        await world.Engine.RestartJobAsync(stopped.Name);
        return await world.Engine.WaitForJobAsync(stopped.Name).WaitAsync(DrWorld.Patience);
    }
}
