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

    /// <summary>The unfinished job that has something to itself; null when there is none.</summary>
    /// <param name="name">A machine, or whatever else a job holds.</param>
    /// <param name="asJob">The job that asks: neither it, nor the plan it is a part of, nor its own parts stand in its way.</param>
    public Job? BusyWith(string name, string? asJob) => Busy(asJob).GetValueOrDefault(name);

    /// <summary>Whether an unfinished job works on a target now; a plan that only keeps it does not.</summary>
    public bool WorksOn(string target) => Unfinished().Any(record =>
        record.Command is not RunRecoveryPlan && string.Equals(record.Job.TargetObjectName, target, StringComparison.OrdinalIgnoreCase));

    /// <summary>The unfinished jobs, newest first.</summary>
    public IReadOnlyList<JobRecord> Unfinished()
    {
        lock (_lock)
        {
            return [.. _unfinished.Values.OrderByDescending(record => record.Number)];
        }
    }

    /// <summary>The unfinished jobs, by what they have to themselves; the newest of each, so that a machine's own job comes before its plan.</summary>
    public IReadOnlyDictionary<string, Job> Busy(string? asJob = null)
    {
        var plan = PlanOf(asJob);
        return Unfinished().Where(record => asJob is null || (record.Job.Name != asJob && record.Job.Name != plan && record.PartOf != asJob))
            .SelectMany(record => record.Holds.Select(name => (Name: name, record.Job))).DistinctBy(held => held.Name, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(held => held.Name, held => held.Job, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>How long the last successful job of a scenario took: the one on this target, or else on any; null when there is none.</summary>
    public TimeSpan? LastDuration(string scenario, string target)
    {
        lock (_lock)
        {
            return _durations.TryGetValue(OnTarget(scenario, target), out var duration) || _durations.TryGetValue(OnAny(scenario), out duration) ? duration : null;
        }
    }

    private string? PlanOf(string? job)
    {
        if (job is null)
        {
            return null;
        }

        lock (_lock)
        {
            if (_unfinished.TryGetValue(job, out var record))
            {
                return record.PartOf;
            }
        }

        return Find(job)?.PartOf;
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
