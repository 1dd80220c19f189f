using AsrFailback.Core.Errors;
using AsrFailback.Core.Jobs;
using AsrFailback.Engine.Jobs;
using AsrFailback.Engine.Vaults;

namespace AsrFailback.Engine.Tests;

/// <summary>Jobs are kept by their number, not by a clock. To see it fail: prune without IsKept.</summary>
public sealed class JobRetentionTests
{
    [Fact]
    [Requirement("FO-11")]
    public void The_oldest_jobs_go_but_not_the_newest_of_anything_nor_parts_of_what_goes_on()
    {
        using var store = new MemoryState().Open();
        var jobs = new JobStore(store);
        Add(jobs, "first", "rarely", ended: true);
        Add(jobs, "run", "plan", ended: false);
        Add(jobs, "run.web01", "web01", ended: true);
        for (var number = 0; number < JobStore.MostEnded + 300; number++)
        {
            Add(jobs, $"job{number}", "web01", ended: true);
        }

        Assert.InRange(jobs.List().Count, JobStore.MostEnded, JobStore.MostEnded + 110);
        Assert.NotNull(jobs.Find("first"));
        Assert.NotNull(jobs.Find("run.web01"));
        Assert.Null(jobs.Find("job0"));
        Assert.NotNull(jobs.Find($"job{JobStore.MostEnded + 299}"));
        Assert.InRange(new JobStore(store).List().Count, JobStore.MostEnded, JobStore.MostEnded + 10);
    }

    // To see it fail: keep the parts of unfinished jobs only.
    [Theory]
    [Requirement("FO-11", "RPL-02")]
    [InlineData("may be started again", true)]
    [InlineData("failed for good", false)]
    [InlineData("is followed by another run of its plan", false)]
    public void The_parts_of_a_run_that_failed_stay_as_long_as_it_may_be_started_again(string run, bool kept)
    {
        using var store = new MemoryState().Open();
        var jobs = new JobStore(store, mostEnded: 20);
        jobs.Add(JobRecord.Create("run", Run("shop"), DateTimeOffset.UnixEpoch));
        Add(jobs, "run.web01", "web01", ended: true);
        Add(jobs, "run.web01.2", "web01", ended: true);
        var reason = run == "failed for good" ? "DrillNotVerified" : "JobStopped";
        jobs.Save(jobs.Find("run")!.Ended(JobState.Failed, ErrorCatalogue.Error(reason, "run"), DateTimeOffset.UnixEpoch));
        if (run.StartsWith("is followed", StringComparison.Ordinal))
        {
            jobs.Add(JobRecord.Create("later", Run("shop"), DateTimeOffset.UnixEpoch));
        }

        for (var number = 0; number < 300; number++)
        {
            Add(jobs, $"job{number}", "web01", ended: true);
        }

        foreach (var reopened in new[] { jobs, new JobStore(store, mostEnded: 20) })
        {
            Assert.Equal((kept, kept), (reopened.Find("run.web01") is not null, reopened.Find("run.web01.2") is not null));
            Assert.InRange(reopened.List().Count, 20, 130);
        }
    }

    // To see it fail: open the jobs of a check as those of an engine.
    [Fact]
    [Requirement("FO-11")]
    public async Task A_check_of_a_vault_removes_no_job()
    {
        var state = new MemoryState();
        await using var world = await DrWorld.CreateAsync(new WorldSetup { DiskBytes = [1 << 20], State = state });
        await world.CloseAsync();
        using var store = state.Open();
        var jobs = new JobStore(store, mostEnded: int.MaxValue);
        for (var number = 0; number < JobStore.MostEnded + 300; number++)
        {
            Add(jobs, $"job{number}", "web01", ended: true);
        }

        var before = jobs.List().Count;
        VaultChecker.Check(world.VaultFolder, world.Options());

        Assert.Equal(before, jobs.List().Count);
    }

    private static RunRecoveryPlan Run(string plan) => new(plan, [new PlannedGroup([new CommitFailover("web01")])]);

    private static void Add(JobStore jobs, string name, string item, bool ended)
    {
        var record = JobRecord.Create(name, new CommitFailover(item), DateTimeOffset.UnixEpoch);
        jobs.Add(record);
        if (ended)
        {
            jobs.Save(jobs.Find(name)!.Ended(JobState.Succeeded, null, DateTimeOffset.UnixEpoch));
        }
    }
}
