using AsrFailback.Core.Jobs;
using AsrFailback.Engine.Jobs;

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
