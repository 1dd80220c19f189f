using AsrFailback.Core.Errors;
using AsrFailback.Core.Jobs;

namespace AsrFailback.Core.Tests;

/// <summary>A job's life as a record: created, task by task, ended.</summary>
[Requirement("FO-11")]
public sealed class JobRecordTests
{
    private static readonly DateTimeOffset Start = new(2020, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void A_new_job_has_every_task_of_its_scenario_not_started()
    {
        var record = New();

        Assert.Equal(Scenario.Of(record.Command).Tasks.Select(task => task.Name), record.Job.Tasks.Select(task => task.Name));
        Assert.All(record.Job.Tasks, task => Assert.Equal(JobState.NotStarted, task.State));
        Assert.Equal((JobState.NotStarted, "web01", Start), (record.Job.State, record.Job.TargetObjectName, record.Job.StartTime));
        Assert.Equal(0, record.NextTask());
    }

    // states of the five tasks of a failover | the task to go on with
    [Theory]
    [InlineData("NotStarted NotStarted NotStarted NotStarted NotStarted", 0)]
    [InlineData("InProgress NotStarted NotStarted NotStarted NotStarted", 0)]
    [InlineData("Succeeded NotStarted NotStarted NotStarted NotStarted", 1)]
    [InlineData("Succeeded Other Other InProgress NotStarted", 3)]
    [InlineData("Succeeded Other Other Succeeded NotStarted", 4)]
    [InlineData("Succeeded Failed NotStarted NotStarted NotStarted", 2)]
    [InlineData("Succeeded Other Other Succeeded Succeeded", -1)]
    public void A_job_goes_on_at_the_first_task_that_has_not_ended(string states, int next)
    {
        var record = New();
        foreach (var (state, index) in Notation.Words(states).Select((state, index) => (new JobState(state), index)))
        {
            record = record.WithTask(index, task => task with { State = state });
        }

        Assert.Equal(next, record.NextTask());
    }

    [Fact]
    public void Changing_a_task_leaves_the_others_and_the_original_alone()
    {
        var record = New();

        var changed = record.WithTask(3, task => task with { State = JobState.InProgress, Bytes = 7 });

        Assert.Equal(JobState.InProgress, changed.Job.State);
        Assert.Equal(7, changed.Job.Tasks[3].Bytes);
        Assert.Equal(record.Job.Tasks.Where((_, index) => index != 3), changed.Job.Tasks.Where((_, index) => index != 3));
        Assert.All(record.Job.Tasks, task => Assert.Equal(JobState.NotStarted, task.State));
    }

    [Theory]
    [InlineData("NotStarted", false)]
    [InlineData("InProgress", false)]
    [InlineData("Suspended", false)]
    [InlineData("Succeeded", true)]
    [InlineData("CompletedWithInformation", true)]
    [InlineData("PartiallySucceeded", true)]
    [InlineData("Failed", true)]
    [InlineData("Cancelled", true)]
    [InlineData("Other", true)]
    public void Only_ended_states_are_final(string state, bool final) => Assert.Equal(final, new JobState(state).IsFinal);

    [Fact]
    public void A_job_that_ended_says_when_and_why()
    {
        var error = ErrorCatalogue.Error("SiteUnreachable", "azure");

        var ended = New().Ended(JobState.Failed, error, Start.AddMinutes(1));

        Assert.Equal((JobState.Failed, error, Start.AddMinutes(1)), (ended.Job.State, ended.Job.Error, ended.Job.EndTime));
        Assert.Equal(Start, ended.Job.StartTime);
    }

    private static JobRecord New() => JobRecord.Create("job-1", new StartFailover("web01", null, true), Start);
}
