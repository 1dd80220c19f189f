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

/// <summary>A step as the report shows it. Seconds and bytes.</summary>
public sealed record DrillStep(string Name, DateTimeOffset? StartedUtc, double Seconds, long Bytes, string State);

/// <summary>A disk as the report shows it.</summary>
public sealed record DrillReportDisk(string Name, long Bytes, long DataBytes, string Content);

/// <summary>
/// The result of a drill, taken from its stored job alone, so that a resumed drill reports like one that ran through.
/// All bytes are payload bytes before compression.
/// </summary>
public sealed record DrillReport
{
    /// <summary>Steps in order.</summary>
    public required IReadOnlyList<DrillStep> Steps { get; init; }

    /// <summary>Disks in order.</summary>
    public required IReadOnlyList<DrillReportDisk> Disks { get; init; }

    /// <summary>Bytes the initial synchronisation moved; writes that followed in order are not counted.</summary>
    public required long InitialBytes { get; init; }

    /// <summary>Bytes of the 64 KiB blocks written on either side since the common point, by the witness.</summary>
    public required long DirtyBytes { get; init; }

    /// <summary>Bytes the synchronisation of the reprotect moved: the delta; writes that followed in order are not counted.</summary>
    public required long ReprotectBytes { get; init; }

    /// <summary>Bytes sent between the shutdown in Azure and the failback.</summary>
    public required long FailbackBytes { get; init; }

    /// <summary>Bytes the synchronisation moved when protecting again from the disks kept in Azure.</summary>
    public required long SeedBytes { get; init; }

    /// <summary>Seconds between the newest write in the point and the end of the source.</summary>
    public required double RpoSeconds { get; init; }

    /// <summary>Seconds the failover to Azure took.</summary>
    public required double RtoSeconds { get; init; }

    /// <summary>64 KiB blocks compared with the witness, over all comparisons.</summary>
    public required long BlocksCompared { get; init; }

    /// <summary>Blocks that were not what the witness says.</summary>
    public required long BlocksDifferent { get; init; }

    /// <summary>Acknowledged writes of the whole story.</summary>
    public required long AcknowledgedWrites { get; init; }

    /// <summary>Acknowledged writes at or before the chosen point that were missing.</summary>
    public required long LostWrites { get; init; }

    /// <summary>Acknowledged writes of the dead source that are newer than the point.</summary>
    public required long WritesAfterPoint { get; init; }

    /// <summary>Whether everything held.</summary>
    public required bool Verified { get; init; }

    /// <summary>One line for people.</summary>
    public required string Verdict { get; init; }

    /// <summary>The report of a drill's job; null for a job that is no drill.</summary>
    public static DrillReport? Of(Job job)
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
