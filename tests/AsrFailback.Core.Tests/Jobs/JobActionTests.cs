using AsrFailback.Core.Errors;
using AsrFailback.Core.Jobs;

namespace AsrFailback.Core.Tests;

/// <summary>What may be done with a job follows from where it stands.</summary>
public sealed class JobActionTests
{
    [Theory]
    [Requirement("FO-11")]
    [InlineData("NotStarted", "Cancel")]
    [InlineData("task 2", "Cancel")]
    [InlineData("task 3", "")] // from here on the old side may not run again
    [InlineData("Suspended", "Resume Cancel")]
    [InlineData("Succeeded", "")]
    [InlineData("failed for good", "")]
    [InlineData("failed for a reason outside", "Restart")]
    [InlineData("failed for a reason outside, superseded", "")]
    [InlineData("Cancelled", "Restart")]
    public void The_actions_are_those_that_would_not_be_refused(string where, string actions) =>
        Assert.Equal(actions, string.Join(' ', JobActions.Of(Job(where), where.EndsWith("superseded", StringComparison.Ordinal))));

    private static JobRecord Job(string where)
    {
        var job = JobRecord.Create("job", new StartFailover("web01", null, true), DateTimeOffset.UnixEpoch);
        return where switch
        {
            "NotStarted" => job,
            "task 2" => Until(job, 2),
            "task 3" => Until(job, 3),
            "Suspended" => job.SuspendedAt(0),
            "Succeeded" => job.Ended(JobState.Succeeded, null, DateTimeOffset.UnixEpoch),
            "failed for good" => job.Ended(JobState.Failed, ErrorCatalogue.Error("ItemNotFound", "web01"), DateTimeOffset.UnixEpoch),
            "Cancelled" => job.Ended(JobState.Cancelled, ErrorCatalogue.Error("JobStopped", "job"), DateTimeOffset.UnixEpoch),
            _ => job.Ended(JobState.Failed, ErrorCatalogue.Error("SiteUnreachable", "azure"), DateTimeOffset.UnixEpoch),
        };
    }

    private static JobRecord Until(JobRecord job, int task) =>
        Enumerable.Range(0, task).Aggregate(job, (record, index) => record.WithTask(index, done => done with { State = JobState.Succeeded }));
}
