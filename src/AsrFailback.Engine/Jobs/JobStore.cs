using AsrFailback.Core.Jobs;
using AsrFailback.Core.Ports;

namespace AsrFailback.Engine.Jobs;

/// <summary>
/// The jobs of a vault. A change is durable when the call returns. One process owns a vault, so every job is read once,
/// at its opening; from then on what is unfinished, who holds what, which job of a subject is the newest and how long things took
/// is known without reading any of them again. What is kept of a finished job is a line for each of what it worked on. Thread-safe.
/// </summary>
internal sealed partial class JobStore
{
    /// <summary>Kind of the stored documents.</summary>
    public const string Kind = "job";

    private readonly IStateStore _store;
    private readonly int _mostEnded;
    private readonly object _lock = new();
    private readonly Dictionary<string, (JobRecord Record, long Version)> _unfinished = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<string>> _holders = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, (long Number, string Name)> _newest = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(string Scenario, string Target), TimeSpan> _durations = [];
    private long _lastNumber;

    /// <summary>The jobs of a vault, as they are stored.</summary>
    /// <param name="store">Where they are stored.</param>
    /// <param name="mostEnded">How many that have ended are kept.</param>
    public JobStore(IStateStore store, int mostEnded = MostEnded)
    {
        (_store, _mostEnded) = (store, mostEnded);
        foreach (var (record, version) in store.List(Kind).Select(document => (EngineJson.Read<JobRecord>(document.Json), document.Version)).OrderBy(job => job.Item1.Number))
        {
            _lastNumber = Math.Max(_lastNumber, record.Number);
            Remember(record, version);
        }

        Prune();
    }

    /// <summary>All jobs, newest first.</summary>
    public IReadOnlyList<JobRecord> List() =>
        [.. _store.List(Kind).Select(document => EngineJson.Read<JobRecord>(document.Json)).OrderByDescending(record => record.Number)];

    /// <summary>One job, or null.</summary>
    public JobRecord? Find(string name)
    {
        lock (_lock)
        {
            if (_unfinished.TryGetValue(name, out var known))
            {
                return known.Record;
            }
        }

        return _store.Find(Kind, name) is { } document ? EngineJson.Read<JobRecord>(document.Json) : null;
    }

    /// <summary>Records a new job.</summary>
    public void Add(JobRecord record)
    {
        var numbered = record with { Number = Interlocked.Increment(ref _lastNumber) };
        Remember(numbered, _store.Put(Kind, record.Job.Name, EngineJson.Write(numbered), 0));
    }

    /// <summary>Stores a change of a job; only its runner changes it.</summary>
    public void Save(JobRecord record) => Remember(record, _store.Put(Kind, record.Job.Name, EngineJson.Write(record), VersionOf(record.Job.Name)));

    /// <summary>The newest job on the same target that is younger than this one, or null.</summary>
    public Job? LaterOn(JobRecord record)
    {
        (long Number, string Name) newest;
        lock (_lock)
        {
            newest = _newest.GetValueOrDefault(record.Subject);
        }

        return newest.Number > record.Number ? Find(newest.Name)?.Job : null;
    }

    /// <summary>The unfinished job that has something to itself; null when there is none.</summary>
    /// <param name="name">A machine, or whatever else a job holds.</param>
    /// <param name="asJob">The job that asks: neither it, nor the plan it is a part of, nor its own parts stand in its way.</param>
    public Job? BusyWith(string name, string? asJob)
    {
        var plan = PlanOf(asJob);
        return HoldersOf(name).Where(record => StandsInTheWay(record, asJob, plan)).MaxBy(record => record.Number)?.Job;
    }

    /// <summary>Whether an unfinished job works on a target now; a plan that only keeps it does not.</summary>
    public bool WorksOn(string target) => HoldersOf(target).Any(record => record.Command is not RunRecoveryPlan);

    /// <summary>Whether a job is a run of a plan, or works on a machine for one.</summary>
    public bool IsOfPlan(string? job)
    {
        lock (_lock)
        {
            return job is not null && _unfinished.TryGetValue(job, out var known) && (known.Record.PartOf is not null || known.Record.Command is RunRecoveryPlan);
        }
    }

    /// <summary>The plan's run that a job is, or works on a machine for; null for none.</summary>
    public RunRecoveryPlan? RunOf(string? job) =>
        job is null || Find(job) is not { } record ? null : record.Command as RunRecoveryPlan ?? RunOf(record.PartOf);

    /// <summary>The unfinished jobs, newest first.</summary>
    public IReadOnlyList<JobRecord> Unfinished()
    {
        lock (_lock)
        {
            return [.. _unfinished.Values.Select(known => known.Record).OrderByDescending(record => record.Number)];
        }
    }

    /// <summary>The unfinished jobs, by what they have to themselves; the newest of each, so that a machine's own job comes before its plan.</summary>
    public IReadOnlyDictionary<string, Job> Busy(string? asJob = null)
    {
        var plan = PlanOf(asJob);
        return Unfinished().Where(record => StandsInTheWay(record, asJob, plan))
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

    private static bool StandsInTheWay(JobRecord record, string? asJob, string? plan) =>
        asJob is null || (record.Job.Name != asJob && record.Job.Name != plan && record.PartOf != asJob);

    private string? PlanOf(string? job) => job is null ? null : Find(job)?.PartOf;

    private JobRecord[] HoldersOf(string name)
    {
        lock (_lock)
        {
            return _holders.TryGetValue(name, out var jobs) ? [.. jobs.Select(job => _unfinished[job].Record)] : [];
        }
    }

    private long VersionOf(string name)
    {
        lock (_lock)
        {
            if (_unfinished.TryGetValue(name, out var known))
            {
                return known.Version;
            }
        }

        return _store.Find(Kind, name)?.Version ?? 0;
    }

    private static (string Scenario, string Target) OnTarget(string scenario, string target) => (scenario, target.ToUpperInvariant());

    private static (string Scenario, string Target) OnAny(string scenario) => (scenario, "");

    private void Remember(JobRecord record, long version)
    {
        var job = record.Job;
        lock (_lock)
        {
            NoteNewest(record);
            if (!job.State.IsFinal)
            {
                Hold(record);
                _unfinished[job.Name] = (record, version);
                _ended.Remove(record.Number);
                return;
            }

            LetGo(record);
            NoteEnded(record);
            if (job.State == JobState.Succeeded && job.EndTime is { } end)
            {
                _durations[OnTarget(job.ScenarioName, job.TargetObjectName)] = _durations[OnAny(job.ScenarioName)] = end - job.StartTime;
            }
        }
    }

    private void NoteNewest(JobRecord record)
    {
        if (record.Command is not BackupConfigurationServer && record.Number >= _newest.GetValueOrDefault(record.Subject).Number)
        {
            _newest[record.Subject] = (record.Number, record.Job.Name);
        }
    }

    // What a job holds follows from its command, which never changes.
    private void Hold(JobRecord record)
    {
        if (_unfinished.ContainsKey(record.Job.Name))
        {
            return;
        }

        foreach (var name in record.Holds)
        {
            (_holders.TryGetValue(name, out var jobs) ? jobs : _holders[name] = []).Add(record.Job.Name);
        }
    }

    private void LetGo(JobRecord record)
    {
        if (!_unfinished.Remove(record.Job.Name))
        {
            return;
        }

        foreach (var name in record.Holds)
        {
            if (_holders.TryGetValue(name, out var jobs) && jobs.Remove(record.Job.Name) && jobs.Count == 0)
            {
                _holders.Remove(name);
            }
        }
    }
}
