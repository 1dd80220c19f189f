using AsrFailback.Engine;

namespace AsrFailback.Node.Tests;

/// <summary>The job of a drill shows the jobs it has begun below its tasks, and is in the audit log as every job is.</summary>
[Collection(KeptDrillTests.Name)]
public sealed class DrillTreeTests(KeptDrill drill)
{
    // To see it fail: forget a part in DrillParts, or record the drill without its entry.
    [Fact]
    [Requirement("FO-11")]
    public async Task Every_job_of_a_drill_is_below_the_task_that_began_it_once()
    {
        using var copy = drill.Copy();
        await using var engine = FailbackEngine.Open(copy.Vault, new EngineOptions());
        var listed = await engine.GetJobsAsync();
        var name = Assert.Single(listed, job => job.ScenarioName == "Drill").Name;

        var shown = (await engine.GetJobAsync(name))!;

        var parts = shown.Tasks.SelectMany(task => task.ChildTasks).ToArray();
        Assert.Equal(
            listed.Where(job => job.Name.StartsWith($"{name}.", StringComparison.Ordinal)).Select(job => job.Name).Order(StringComparer.Ordinal),
            parts.Select(part => part.JobName!).Order(StringComparer.Ordinal));
        Assert.All(parts, part => Assert.NotEmpty(part.ChildTasks));
        Assert.All(shown.Tasks, task => Assert.All(task.ChildTasks, part => Assert.InRange(part.StartTime!.Value, task.StartTime!.Value, task.EndTime!.Value)));
        Assert.Equal(
            [AuditAction.Submitted, AuditAction.Ended],
            (await engine.GetAuditEntriesAsync()).Where(entry => entry.Job == name).Reverse().Select(entry => entry.Action));
        Assert.NotNull(shown.StartedBy);
    }
}
