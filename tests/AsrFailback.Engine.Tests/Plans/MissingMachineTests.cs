namespace AsrFailback.Engine.Tests;

/// <summary>A plan keeps a machine whose protection was disabled; it does not keep the others from leaving.</summary>
public sealed class MissingMachineTests
{
    private static readonly ItemCommand[][] Steps =
    [
        [.. PlanWorld.Names.Select(item => new StartTestFailover(item, null, null))],
        [.. PlanWorld.Names.Select(item => new StartFailover(item, null, ShutDownSource: true) { Direction = FailoverDirection.ToHome })],
        [.. PlanWorld.Names.Select(PlanWorld.Commit)],
    ];

    [Fact]
    [Requirement("RPL-02", "FO-03")]
    public async Task The_others_leave_and_the_missing_machine_is_named()
    {
        await using var world = await PlanWorld.CreateAsync();
        await world.RunAsync(new DisableProtection(DrWorld.Item));

        var job = await world.TryAsync(await PlanWorld.RunAsync(world, PlanWorld.FailOver));

        Assert.Equal((JobState.PartiallySucceeded, null), (job.State, job.Error));
        Assert.Equal("AHA", PlanWorld.Where(world));
        Assert.Contains("web01", Assert.Single(job.Warnings, warning => warning.Id == "PlanItemMissing").Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RPL-02")]
    public async Task What_is_planned_is_refused_by_the_name_of_the_missing_machine()
    {
        await using var world = await PlanWorld.CreateAsync();
        await world.RunAsync(new DisableProtection(DrWorld.Item));

        foreach (var commands in Steps)
        {
            var refusal = await Assert.ThrowsAsync<AsrException>(() => world.Engine.SubmitAsync(new RunRecoveryPlan(PlanWorld.Plan, [new PlannedGroup(commands)])));
            var reasons = refusal.Error.Reasons.Where(reason => reason.Id == "PlanItemMissing");
            Assert.Contains("web01", Assert.Single(reasons).Message, StringComparison.Ordinal);
        }
    }

    // the machine that is disabled while the plan is stopped before its first group | where the machines are in the end
    [Theory]
    [Requirement("RPL-02", "FO-03")]
    [InlineData("web01", "AHA")]
    [InlineData("db01", "HAA")]
    public async Task A_machine_that_goes_missing_after_the_submission_does_not_stop_the_plan(string item, string where)
    {
        await using var world = await PlanWorld.CreateAsync();
        using var held = new ManualResetEventSlim();
        world.Setup.OnProgress = progress => _ = progress.Task != "Prerequisite check" || held.Wait(DrWorld.Patience);
        var run = await world.Engine.SubmitAsync(await PlanWorld.RunAsync(world, PlanWorld.FailOver));
        var stopping = world.Engine.StopJobAsync(run.Name);
        held.Set();
        Assert.Equal(JobState.Cancelled, (await stopping.WaitAsync(DrWorld.Patience)).State);
        await world.RunAsync(new DisableProtection(item));

        await world.Engine.RestartJobAsync(run.Name);
        var job = await world.Engine.WaitForJobAsync(run.Name).WaitAsync(DrWorld.Patience);

        Assert.Equal((JobState.PartiallySucceeded, null), (job.State, job.Error));
        Assert.Equal(where, PlanWorld.Where(world));
        Assert.Contains(job.Warnings, warning => warning.Id == "PlanMachineFailed" && warning.Message.Contains(item, StringComparison.Ordinal));
    }
}
