using System.Diagnostics;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;

namespace AsrFailback.Bench.Replication;

/// <summary>The folder of a run, its seeded images, and the two processes.</summary>
internal sealed class ReplicationStage : IDisposable
{
    private const long GiB = 1L << 30;

    private readonly DirectoryInfo _folder;
    private Pair? _shared;
    private readonly Dictionary<string, ImagePair> _images = [];
    private int _journals;

    public ReplicationStage(string parent, int runs)
    {
        _folder = Directory.CreateDirectory(Path.Combine(parent, $"asr-bench-{Guid.NewGuid():N}"));
        Runs = runs;
    }

    /// <summary>Runs of each figure.</summary>
    public int Runs { get; }

    /// <summary>The folder of everything.</summary>
    public string Folder => _folder.FullName;

    /// <summary>4 GiB, 43 % of it data, and 2 % of all blocks changed.</summary>
    public ImagePair Sparse => Seeded("sparse", 4 * GiB, data: 0.43, changes: 0.02 / 0.43);

    /// <summary>2 GiB of data, and 5 % of the blocks changed.</summary>
    public ImagePair Full => Seeded("full", 2 * GiB, data: 1, changes: 0.05);

    /// <summary>The image that most is measured with.</summary>
    public string Image => Sparse.Image;

    /// <summary>A path in the folder.</summary>
    public string At(string name) => Path.Combine(Folder, name);

    /// <summary>Both ends of a replication, of a new journal, not connected yet.</summary>
    public Pair NewPair() => new(At($"source{++_journals}"), At($"target{_journals}"), At($"link{_journals}"));

    /// <summary>Both ends that were used before: what they run is compiled.</summary>
    public Pair SharedPair => _shared ??= NewPair();

    /// <summary>Writes back what waits in the page cache, so that it is not paid for by whoever comes next.</summary>
    public static void Rest() => Peers.Run("sync");

    /// <summary>Seconds that an action takes, with files in the page cache when it begins.</summary>
    public static double Time(Action action, params string[] warm)
    {
        Rest();
        foreach (var path in warm)
        {
            SeededImage.Read(path);
        }

        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalSeconds;
    }

    /// <summary>Runs two measurements in turn; the first round only warms up.</summary>
    /// <returns>The median of each, seconds.</returns>
    public (double One, double Other) InTurn(Func<int, double> one, Func<int, double> other)
    {
        var (first, second) = (new List<double>(), new List<double>());
        for (var run = 0; run <= Runs; run++)
        {
            var (left, right) = (one(run), other(run));
            if (run > 0)
            {
                first.Add(left);
                second.Add(right);
            }
        }

        return (Median(first), Median(second));
    }

    /// <summary>The middle one.</summary>
    public static double Median(IReadOnlyList<double> values) => values.Order().ElementAt(values.Count / 2);

    public void Dispose()
    {
        _shared?.Dispose();
        _folder.Delete(recursive: true);
    }

    private ImagePair Seeded(string name, long bytes, double data, double changes)
    {
        if (!_images.TryGetValue(name, out var pair))
        {
            pair = new ImagePair(At($"{name}.raw"), At($"{name}-changed.raw"));
            SeededImage.CreatePair(pair.Image, pair.Changed, bytes, data, changes);
            _images[name] = pair;
        }

        return pair;
    }
}

/// <summary>An image, and a copy of it of which some blocks have changed.</summary>
internal sealed record ImagePair(string Image, string Changed);

/// <summary>A source and a target, each a process.</summary>
internal sealed class Pair(string sourceFolder, string targetFolder, string socket) : IDisposable
{
    public RoleProcess Source { get; } = new("source", sourceFolder, socket);

    public RoleProcess Target { get; } = new("target", targetFolder, socket);

    /// <summary>Opens both ends; the time of that is nobody's.</summary>
    public void Open(string image, string replica, string marked)
    {
        Target.Ask($"open {replica}");
        Source.Ask($"open {image} {marked}");
    }

    /// <summary>Seconds of processor time of the last replication, at the source and at the target.</summary>
    public (double Source, double Target) CpuSeconds { get; private set; }

    /// <summary>Replicates until the target follows in order and its replica is flushed; returns the bytes moved.</summary>
    public long Replicate()
    {
        var (source, target) = (Source.CpuSeconds, Target.CpuSeconds);
        var moved = long.Parse(Source.Ask("replicate"), System.Globalization.CultureInfo.InvariantCulture);
        Target.Ask("settle");
        CpuSeconds = (Source.CpuSeconds - source, Target.CpuSeconds - target);
        return moved;
    }

    /// <summary>Closes both ends.</summary>
    public void Close()
    {
        Source.Ask("close");
        Target.Ask("close");
    }

    /// <summary>Begins a new journal over the replica, keeping its digests: what a protection that turns around does.</summary>
    public void ForgetJournal()
    {
        if (Directory.Exists(targetFolder))
        {
            Directory.Delete(Path.Combine(targetFolder, "history"), recursive: true);
            File.Delete(Path.Combine(targetFolder, "redo.log"));
        }
    }

    /// <summary>Forgets the digests of a replica that has gone.</summary>
    public void ForgetDigests()
    {
        if (Directory.Exists(targetFolder))
        {
            RetentionJournal.ForgetDigests(new LocalFileSystem(), targetFolder);
        }
    }

    public void Dispose()
    {
        Source.Dispose();
        Target.Dispose();
    }
}
