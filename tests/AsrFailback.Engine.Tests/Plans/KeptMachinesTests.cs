namespace AsrFailback.Engine.Tests;

/// <summary>A plan has its machines to itself from its submission to its end.</summary>
public sealed class KeptMachinesTests
{
    [Fact]
    [Requirement("FO-11", "RPL-02")]
    public async Task A_second_plan_over_the_same_machines_is_refused_in_whatever_order_it_has_them()
    {
        await using var world = await PlanWorld.CreateAsync();
        await world.RunAsync(new SaveRecoveryPlan(new RecoveryPlan("back", [new RecoveryPlanGroup(["web02"]), new RecoveryPlanGroup(["db01"])]), Replace: false));
        await using var first = await HeldRun.BeginAsync(world, "db01");

        var refused = await world.RefusedAsync(new RunRecoveryPlan("back", [new PlannedGroup([PlanWorld.FailOver("web02")]), new PlannedGroup([PlanWorld.FailOver("db01")])]));

        Assert.Equal(["ItemBusy", "ItemBusy"], refused);
        Assert.Equal(JobState.Succeeded, (await first.EndAsync()).State);
        Assert.Equal("AAA", PlanWorld.Where(world));
    }

    [Fact]
    [Requirement("FO-11", "RPL-02")]
    public async Task A_plan_that_shares_one_machine_is_refused_although_the_others_could_leave_without_it()
    {
        await using var world = await PlanWorld.CreateAsync();
        await using var first = await HeldRun.BeginAsync(world, "db01", new RunRecoveryPlan(PlanWorld.Plan, [new PlannedGroup([PlanWorld.FailOver("db01")]), new PlannedGroup([PlanWorld.FailOver(DrWorld.Item)])]));
        await world.RunAsync(new SaveRecoveryPlan(new RecoveryPlan("back", [new RecoveryPlanGroup(["web02", DrWorld.Item])]), Replace: false));

        Assert.Equal(["ItemBusy"], await world.RefusedAsync(new RunRecoveryPlan("back", [new PlannedGroup([PlanWorld.FailOver("web02"), PlanWorld.FailOver(DrWorld.Item)])])));
    }

    [Fact]
    [Requirement("FO-11")]
    public async Task A_machine_that_waits_for_its_group_is_busy_and_the_refusal_says_with_which_job_of_what_by_whom_since_when()
    {
        await using var world = await PlanWorld.CreateAsync();
        await using var run = await HeldRun.BeginAsync(world, "db01");

        var refusal = (await Assert.ThrowsAsync<AsrException>(() => world.Engine.SubmitAsync(new CreateRecoveryPoint("web02", "now")))).Error;
        var item = await world.Engine.GetProtectedItemAsync("web02");

        Assert.Equal("ItemBusy", refusal.Id);
        Assert.Contains($"web02 is busy: job {run.Job.Name} (Failover of a recovery plan of shop), started by {run.Job.StartedBy} at {run.Job.StartTime.UtcDateTime:u}", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(run.Job.Name, item!.CurrentJob);
    }

    [Fact]
    [Requirement("FO-11", "RPL-02")]
    public async Task A_plan_that_keeps_its_machines_can_be_stopped_and_lets_them_go()
    {
        await using var world = await PlanWorld.CreateAsync();
        var stopped = await PlanWorld.StopAtAsync(world, await PlanWorld.RunAsync(world, PlanWorld.FailOver), "db01");
        Assert.Equal(JobState.Cancelled, stopped.State);

        await world.RunAsync(new CreateRecoveryPoint("web02", "let go"));

        Assert.Equal("AHH", PlanWorld.Where(world));
    }

    [Fact]
    [Requirement("FO-11", "RPL-02")]
    public async Task Neither_a_plan_nor_a_job_that_is_started_again_takes_a_machine_from_somebody_else()
    {
        await using var world = await PlanWorld.CreateAsync();
        var stopped = await PlanWorld.StopAtAsync(world, await PlanWorld.RunAsync(world, PlanWorld.FailOver), "db01");
        await world.RunAsync(new SaveRecoveryPlan(new RecoveryPlan("other", [new RecoveryPlanGroup(["web02"])]), Replace: false));
        await using var other = await HeldRun.BeginAsync(world, "web02", new RunRecoveryPlan("other", [new PlannedGroup([PlanWorld.FailOver("web02")])]));

        var refusal = (await Assert.ThrowsAsync<AsrException>(() => world.Engine.RestartJobAsync(stopped.Name))).Error;

        Assert.Equal("ItemBusy", refusal.Id);
        Assert.Equal(JobState.Succeeded, (await other.EndAsync()).State);
    }

    [Fact]
    [Requirement("FO-11")]
    public async Task A_plan_keeps_its_machines_over_a_reopening_and_its_own_jobs_pass()
    {
        await using var world = await PlanWorld.CreateAsync();
        var run = await HeldRun.BeginAsync(world, "db01");
        var closing = world.CloseAsync();
        run.LetGo();
        await closing;
        world.Open();

        var ended = await world.Engine.WaitForJobAsync(run.Job.Name).WaitAsync(DrWorld.Patience);

        Assert.True(ended.State == JobState.Succeeded, $"{ended.Error}");
        Assert.DoesNotContain(ended.Warnings, warning => warning.Id is "ItemBusy" or "PlanMachineFailed");
        Assert.Equal("AAA", PlanWorld.Where(world));
    }
}
