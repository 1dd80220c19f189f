using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;

namespace AsrFailback.Replication.Tests;

/// <summary>How a run of crashes is made.</summary>
internal sealed record CrashPlan
{
    /// <summary>Power cuts in a row, each with work between.</summary>
    public int Lives { get; init; } = 3;

    /// <summary>Ends looked at of each power cut; the last one goes on.</summary>
    public int Variants { get; init; } = 8;

    /// <summary>The latest changing operation of a life at which the power fails.</summary>
    public int LatestCut { get; init; } = 120;

    /// <summary>How likely a life ends with the process alone: the page cache stays, the next life meets it.</summary>
    public double Kills { get; init; }

    /// <summary>Whether the journal is encrypted.</summary>
    public bool Encrypted { get; init; }

    /// <summary>Flushes that do nothing, to break the journal on purpose.</summary>
    public Func<FileOperation, string, bool>? Lost { get; init; }
}

/// <summary>What came of a run.</summary>
internal sealed record CrashOutcome(int Seed, int States, IReadOnlyList<Violation> Violations);

/// <summary>
/// Works on a journal until the power fails at a random operation, compares what is left with the model in several
/// possible ends, goes on with one of them, and so on. Everything follows from the seed.
/// </summary>
internal sealed class JournalCrashRun(int seed, CrashPlan plan)
{
    private const int MostOperations = 40;

    private readonly Random _random = new(seed);
    private SimulatedDisk _disk = new();
    private JournalModel _model = new(new DiskState(JournalFiles.DiskBytes));
    private IReadOnlyList<JournalModel> _candidates = [new(new DiskState(JournalFiles.DiskBytes))];
    private readonly OneRefusal _refusal = new();
    private string _during = "";

    public CrashOutcome Run()
    {
        JournalFiles.Create(_disk, JournalFiles.DiskBytes, plan.Encrypted);
        var workload = new JournalWorkload(_random, new RecordFactory(_random, JournalFiles.DiskBytes), _refusal);
        var violations = new List<Violation>();
        var states = 0;
        for (var life = 0; life < plan.Lives && violations.Count == 0; life++)
        {
            violations.AddRange(Live(workload));
            var killed = plan.Kills > 0 && life < plan.Lives - 1 && _random.NextDouble() < plan.Kills;
            for (var variant = killed ? plan.Variants : 0; variant < plan.Variants && violations.Count == 0; variant++)
            {
                var left = _disk.Crash(_random);
                var last = variant == plan.Variants - 1;
                var (found, broken) = JournalVerifier.Verify(left.Crash(_random), _candidates, checkSelf: last);
                violations.AddRange(broken.Select(one => one with { What = $"life {life}, cut during [{_during}]: {one.What}" }));
                states++;
                if (last)
                {
                    (_disk, _candidates) = (left, [found]);
                }
            }
        }

        return new CrashOutcome(seed, states, violations);
    }

    private List<Violation> Live(JournalWorkload workload)
    {
        _disk.IsFull = () => _refusal.IsFull;
        var cut = new PowerCut(_random.Next(1, plan.LatestCut));
        var lying = plan.Lost is null ? (IFileSystem)_disk : new LyingFileSystem(_disk, plan.Lost);
        var files = new ObservedFileSystem(new ObservedFileSystem(lying, _refusal.Observe), cut.Observe);
        _during = $"open after {_during}";
        try
        {
            var journal = JournalFiles.Open(files);
            _model = JournalVerifier.Match(files, journal, _candidates);
            for (var count = 0; count < MostOperations; count++)
            {
                var operation = workload.Next(_model);
                (_candidates, _during) = (operation.During, operation.Name);
                journal = operation.Act(files, journal);
                _model = operation.After(journal);
                (_candidates, _during) = ([_model], "between calls");
                if (count % 8 == 7 && Look(journal) is { Count: > 0 } violations)
                {
                    return violations;
                }
            }
        }
        catch (PowerCutException)
        {
            // The end of this life; the caller looks at what is left.
        }
        catch (Exception refused)
        {
            return [new Violation(Promise.Opens, $"[{_during}] ended with {refused.GetType().Name}: {refused.Message}")];
        }

        return [];
    }

    private List<Violation> Look(RetentionJournal journal)
    {
        journal.Settle();
        return [.. JournalVerifier.Compare(_disk, journal, _model).Select(one => one with { What = $"while running: {one.What}" })];
    }
}
