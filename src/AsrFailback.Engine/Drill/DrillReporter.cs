using System.Text.Json;
using AsrFailback.Core.Jobs;

namespace AsrFailback.Engine.Drill;

/// <summary>What one step of a drill found; stored as the checkpoint of its task.</summary>
internal sealed record StepResult
{
    public long BlocksCompared { get; init; }

    public long BlocksDifferent { get; init; }

    public long LostWrites { get; init; }

    public long? WritesAfterPoint { get; init; }

    public long? DirtyBytes { get; init; }

    public double? RpoSeconds { get; init; }

    public double? RtoSeconds { get; init; }

    public long? AcknowledgedWrites { get; init; }

    public string? Finding { get; init; }
}

/// <summary>Makes the report of a drill from its stored job alone, so that a resumed drill reports like one that ran through.</summary>
public static class DrillReporter
{
    /// <summary>The report of a drill's job; null for a job that is no drill.</summary>
    public static DrillReport? ReportOf(Job job)
    {
        if (job.ScenarioName != Scenario.DrillName)
        {
            return null;
        }

        var layout = Read<DrillLayout>(job, "BuildSites");
        var results = job.Tasks.Where(task => task.Name != "BuildSites").Select(task => Read<StepResult>(job, task.Name) ?? new StepResult()).ToArray();
        var verified = job.State == JobState.Succeeded;
        return new DrillReport
        {
            Steps = [.. job.Tasks.Select(StepOf)],
            Disks = [.. (layout?.Disks ?? []).Select(disk => new DrillReportDisk(disk.Name, disk.Bytes, disk.DataBytes, disk.Content))],
            InitialBytes = BytesOf(job, "Protect"),
            DirtyBytes = results.Sum(result => result.DirtyBytes ?? 0),
            ReprotectBytes = BytesOf(job, "Reprotect"),
            FailbackBytes = BytesOf(job, "Failback"),
            SeedBytes = BytesOf(job, "ProtectAgain"),
            RpoSeconds = results.Sum(result => result.RpoSeconds ?? 0),
            RtoSeconds = results.Sum(result => result.RtoSeconds ?? 0),
            BlocksCompared = results.Sum(result => result.BlocksCompared),
            BlocksDifferent = results.Sum(result => result.BlocksDifferent),
            AcknowledgedWrites = results.Max(result => result.AcknowledgedWrites ?? 0),
            LostWrites = results.Sum(result => result.LostWrites),
            WritesAfterPoint = results.Sum(result => result.WritesAfterPoint ?? 0),
            Verified = verified,
            Verdict = VerdictOf(job, results),
        };
    }

    private static string VerdictOf(Job job, StepResult[] results)
    {
        if (job.State == JobState.Succeeded)
        {
            return $"Verified: the machine is home and protected again, every block is what the log says, "
                + $"{results.Max(result => result.AcknowledgedWrites ?? 0)} acknowledged writes, none lost.";
        }

        return job.Error is { } error ? $"NOT VERIFIED: {error.Message}" : "Not finished.";
    }

    private static DrillStep StepOf(JobTask task) => new(
        task.FriendlyName, task.StartTime, Math.Round(((task.EndTime - task.StartTime) ?? TimeSpan.Zero).TotalSeconds, 3), task.Bytes, task.State.Value);

    private static long BytesOf(Job job, string task) => job.Tasks.Single(candidate => candidate.Name == task).Bytes;

    private static T? Read<T>(Job job, string task)
        where T : class => job.Tasks.FirstOrDefault(candidate => candidate.Name == task)?.Checkpoint is { } json ? EngineJson.Read<T>(json) : null;
}
