using AsrFailback.Core.Jobs;
using AsrFailback.Core.Ports;

namespace AsrFailback.Engine.Jobs;

/// <summary>
/// The jobs of a vault. A change is durable when the call returns. One process owns a vault, so every job is read once,
/// at its opening; from then on what is unfinished, and how long things took, is known without reading all of them again.
/// Thread-safe.
/// </summary>
internal sealed class JobStore
{
    /// <summary>Kind of the stored documents.</summary>
    public const string Kind = "job";

    private readonly IStateStore _store;
    private readonly object _lock = new();
    private readonly Dictionary<string, JobRecord> _unfinished = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(string Scenario, string Target), TimeSpan> _durations = [];
    private long _lastNumber;

    public JobStore(IStateStore store)
    {
        _store = store;
        foreach (var record in List().Reverse())
        {
            _lastNumber = Math.Max(_lastNumber, record.Number);
            Remember(record);
        }
    }

    /// <summary>All jobs, newest first.</summary>
    public IReadOnlyList<JobRecord> List() =>
        [.. _store.List(Kind).Select(document => EngineJson.Read<JobRecord>(document.Json)).OrderByDescending(record => record.Number)];

    /// <summary>One job, or null.</summary>
    public JobRecord? Find(string name) => _store.Find(Kind, name) is { } document ? EngineJson.Read<JobRecord>(document.Json) : null;

    /// <summary>Records a new job.</summary>
    public void Add(JobRecord record)
    {
        var numbered = record with { Number = Interlocked.Increment(ref _lastNumber) };
        _store.Put(Kind, record.Job.Name, EngineJson.Write(numbered), 0);
        Remember(numbered);
    }

    /// <summary>Stores a change of a job; only its runner changes it.</summary>
    public void Save(JobRecord record)
    {
        _store.Put(Kind, record.Job.Name, EngineJson.Write(record), _store.Find(Kind, record.Job.Name)?.Version ?? 0);
        Remember(record);
    }

    /// <summary>The newest job on the same target that is younger than this one, or null.</summary>
    public Job? LaterOn(JobRecord record) => List().FirstOrDefault(other => other.Number > record.Number && other.Command is not BackupConfigurationServer
        && string.Equals(other.Subject, record.Subject, StringComparison.OrdinalIgnoreCase))?.Job;

    /// <summary>An unfinished job on a target, other than <paramref name="exceptJob"/>; null when there is none.</summary>
    public string? BusyWith(string target, string? exceptJob) => Busy(exceptJob).GetValueOrDefault(target);

    /// <summary>The unfinished jobs, newest first.</summary>
    public IReadOnlyList<JobRecord> Unfinished()
    {
        lock (_lock)
        {
            return [.. _unfinished.Values.OrderByDescending(record => record.Number)];
        }
    }

    /// <summary>Names of the unfinished jobs, by what they work on; the newest of each.</summary>
    public IReadOnlyDictionary<string, string> Busy(string? exceptJob = null) => Unfinished()
        .Where(record => record.Job.Name != exceptJob && record.Command is not RunRecoveryPlan) // its machines have jobs of their own
        .DistinctBy(record => record.Job.TargetObjectName, StringComparer.OrdinalIgnoreCase)
        .ToDictionary(record => record.Job.TargetObjectName, record => record.Job.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>How long the last successful job of a scenario took: the one on this target, or else on any; null when there is none.</summary>
    public TimeSpan? LastDuration(string scenario, string target)
    {
        lock (_lock)
        {
            return _durations.TryGetValue(OnTarget(scenario, target), out var duration) || _durations.TryGetValue(OnAny(scenario), out duration) ? duration : null;
        }
    }

    private static (string Scenario, string Target) OnTarget(string scenario, string target) => (scenario, target.ToUpperInvariant());

    private static (string Scenario, string Target) OnAny(string scenario) => (scenario, "");

    private void Remember(JobRecord record)
    {
        var job = record.Job;
        lock (_lock)
        {
            if (!job.State.IsFinal)
            {
                _unfinished[job.Name] = record;
                return;
            }

            _unfinished.Remove(job.Name);
            if (job.State == JobState.Succeeded && job.EndTime is { } end)
            {
                _durations[OnTarget(job.ScenarioName, job.TargetObjectName)] = _durations[OnAny(job.ScenarioName)] = end - job.StartTime;
            }
        }
    }
}
