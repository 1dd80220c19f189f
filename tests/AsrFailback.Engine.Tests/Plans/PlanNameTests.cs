namespace AsrFailback.Engine.Tests;

/// <summary>A plan may be called like a machine: their jobs are told apart.</summary>
public sealed class PlanNameTests
{
    private const string Name = "web02";

    [Fact]
    [Requirement("FO-11")]
    public async Task The_plan_s_job_is_started_again_although_the_machine_of_its_name_had_a_later_one()
    {
        await using var world = await StoppedAsync();
        var stopped = Assert.Single(world.Engine.Jobs.List(), record => record.Command is RunRecoveryPlan).Job;
        await world.RunAsync(new CreateRecoveryPoint(Name, "later"));
        await world.RunAsync(new SaveRecoveryPlan(new RecoveryPlan(Name, [new RecoveryPlanGroup(["db01"])]), Replace: true)); // which changes no run

        Assert.Contains(stopped.Name, world.Engine.RestartFailedJobs());

        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(stopped.Name).WaitAsync(DrWorld.Patience)).State);
    }

    [Fact]
    [Requirement("FO-11")]
    public async Task A_job_says_whether_it_works_on_a_plan_or_a_machine_and_says_it_after_a_reopening()
    {
        await using var world = await StoppedAsync();
        await world.ReopenAsync();

        var types = world.Engine.Jobs.List().ToLookup(record => record.Command.GetType(), record => record.Job.TargetObjectType);

        Assert.All(types[typeof(RunRecoveryPlan)].Concat(types[typeof(SaveRecoveryPlan)]), type => Assert.Equal(TargetObjectType.RecoveryPlan, type));
        Assert.All(types[typeof(CommitFailover)].Concat(types[typeof(EnableProtection)]), type => Assert.Equal(TargetObjectType.ProtectionEntity, type));
    }

    // A commit of the plan that failed for a reason outside, which has gone.
    private static async Task<DrWorld> StoppedAsync()
    {
        var world = await PlanWorld.CreateAsync();
        await world.RunAsync(new SaveRecoveryPlan(new RecoveryPlan(Name, [new RecoveryPlanGroup(["db01"])]), Replace: false));
        await world.RunAsync(PlanWorld.FailOver("db01"));
        world.Setup.OnStore = change =>
        {
            if (change == "item db01")
            {
                throw Core.Errors.ErrorCatalogue.Exception("FileError", change, "by the test");
            }
        };
        var stopped = await world.TryAsync(new RunRecoveryPlan(Name, [new PlannedGroup([PlanWorld.Commit("db01")])]));
        world.Setup.OnStore = _ => { };
        Assert.Equal("PlanStopped", stopped.Error?.Id);
        return world;
    }
}
