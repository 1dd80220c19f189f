using AsrFailback.Core.Jobs;
using AsrFailback.Core.Ports;

namespace AsrFailback.Engine.Jobs;

/// <summary>The jobs of a vault. A change is durable when the call returns. Thread-safe.</summary>
internal sealed class JobStore(IStateStore store)
{
    /// <summary>Kind of the stored documents.</summary>
    public const string Kind = "job";

    /// <summary>All jobs, newest first.</summary>
    public IReadOnlyList<JobRecord> List() =>
        [.. store.List(Kind).Select(document => EngineJson.Read<JobRecord>(document.Json)).OrderByDescending(record => record.Number)];

    /// <summary>One job, or null.</summary>
    public JobRecord? Find(string name) => store.Find(Kind, name) is { } document ? EngineJson.Read<JobRecord>(document.Json) : null;

    /// <summary>Records a new job.</summary>
    public void Add(JobRecord record)
    {
        var number = List().Select(earlier => earlier.Number).DefaultIfEmpty(0).Max() + 1;
        store.Put(Kind, record.Job.Name, EngineJson.Write(record with { Number = number }), 0);
    }

    /// <summary>Stores a change of a job; only its runner changes it.</summary>
    public void Save(JobRecord record) =>
        store.Put(Kind, record.Job.Name, EngineJson.Write(record), store.Find(Kind, record.Job.Name)?.Version ?? 0);

    /// <summary>The newest job on the same target that is younger than this one, or null.</summary>
    public Job? LaterOn(JobRecord record) => List().FirstOrDefault(other => other.Number > record.Number
        && string.Equals(other.Job.TargetObjectName, record.Job.TargetObjectName, StringComparison.OrdinalIgnoreCase))?.Job;

    /// <summary>An unfinished job on a target, other than <paramref name="exceptJob"/>; null when there is none.</summary>
    public string? BusyWith(string target, string? exceptJob) => Unfinished(exceptJob).GetValueOrDefault(target);

    /// <summary>The unfinished jobs, by what they work on; the newest of each.</summary>
    public IReadOnlyDictionary<string, string> Unfinished(string? exceptJob = null) => List()
        .Where(record => !record.Job.State.IsFinal && record.Job.Name != exceptJob)
        .DistinctBy(record => record.Job.TargetObjectName, StringComparer.OrdinalIgnoreCase)
        .ToDictionary(record => record.Job.TargetObjectName, record => record.Job.Name, StringComparer.OrdinalIgnoreCase);
}
