using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AsrFailback.Bench.Replication;

namespace AsrFailback.Bench;

/// <summary>
/// How long the journal of a target takes to be at its latest, by the size of the disk and by the points it keeps, and to
/// be at an older point, by its distance. A failover opens the journal anew, which is a part of its
/// time and said by itself. All figures of a row are taken in turn, so that their ratios are of one
/// moment.
/// </summary>
internal static class JournalCommand
{
    private const double Flat = 1.2;
    private const int FullRetention = 288;
    private const int BlocksEachInterval = 8;
    private const int BlocksEachDistance = 16;
    private const int Backlog = 128; // 8 MiB
    private const long GiB = 1L << 30;

    private static readonly (string Name, long DiskBytes, int Points)[] BySize =
        [("1 GiB", GiB, FullRetention), ("16 GiB", 16 * GiB, FullRetention), ("256 GiB", 256 * GiB, FullRetention)];

    private static readonly JsonSerializerOptions Style = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        var folder = new Option<DirectoryInfo>("--folder") { DefaultValueFactory = _ => new DirectoryInfo(Path.GetTempPath()), Description = "Where the journals are made" };
        var runs = new Option<int>("--runs") { DefaultValueFactory = _ => 15, Description = "Runs of each figure; the median counts" };
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("journal", "Failover to the latest by disk size and retention; restore by distance") { folder, runs, json };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(folder).FullName, parsed.GetRequiredValue(runs), parsed.GetValue(json)));
        return command;
    }

    /// <summary>Failover to the latest by disk size, as a part of the other figures.</summary>
    public static IEnumerable<Figure> MeasureRto(ReplicationStage stage)
    {
        var (whole, _) = FailOver(stage.Folder, Math.Max(stage.Runs, 15), BySize);
        yield return new Figure("rtoSecondsBySize", Ratio(whole), new Goal(Flat, AtLeast: false), string.Join(", ", whole.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} {one.Value:F4} s"))));
    }

    private static int Run(string folder, int runs, bool json)
    {
        var (bySize, openBySize) = FailOver(folder, runs, BySize);
        var (byRetention, openByRetention) = FailOver(folder, runs, [("1", 16 * GiB, 1), ("24", 16 * GiB, 24), ("288", 16 * GiB, FullRetention)]);
        var (byDistance, restored) = Restore(folder, Math.Max(3, runs / 5));
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new Dictionary<string, object>
            {
                ["rtoSecondsBySize"] = bySize, ["openSecondsBySize"] = openBySize, ["rtoSecondsByRetention"] = byRetention, ["openSecondsByRetention"] = openByRetention,
                ["restoreSecondsByDistance"] = byDistance, ["restoredBytesByDistance"] = restored,
            }, Style));
        }
        else
        {
            Console.WriteLine($"{runs} runs each, medians in seconds; 8 MiB wait to be applied at every failover");
            Print("rtoSecondsBySize", bySize);
            Print("openSecondsBySize", openBySize);
            Print("rtoSecondsByRetention", byRetention);
            Print("openSecondsByRetention", openByRetention);
            Print("restoreSecondsByDistance", byDistance);
            Console.WriteLine($"restoredBytesByDistance   {string.Join("   ", restored.Select(one => $"{one.Key}: {one.Value}"))}");
        }

        return Ratio(bySize) <= Flat && Ratio(byRetention) <= Flat ? 0 : 1;
    }

    private static void Print(string name, Dictionary<string, double> row)
    {
        var verdict = !name.StartsWith("rto", StringComparison.Ordinal) ? "" : Ratio(row) <= Flat ? "; goal 1.20 met" : "; goal 1.20 MISSED";
        var values = string.Join("   ", row.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key}: {one.Value:F4}")));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-25} {values}   most/least {Ratio(row):F2}{verdict}"));
    }

    private static double Ratio(Dictionary<string, double> row) => row.Values.Max() / row.Values.Min();

    private static (Dictionary<string, double> Whole, Dictionary<string, double> Opening) FailOver(string folder, int runs, (string Name, long DiskBytes, int Points)[] cases)
    {
        var stages = cases.Select(one => new JournalStage(folder, one.DiskBytes)).ToArray();
        var (whole, opening) = (cases.Select(_ => new List<double>()).ToArray(), cases.Select(_ => new List<double>()).ToArray());
        foreach (var (stage, index) in stages.Select((stage, index) => (stage, index)))
        {
            stage.FillIntervals(cases[index].Points, BlocksEachInterval);
        }

        for (var run = -1; run < runs; run++)
        {
            for (var index = 0; index < stages.Length; index++)
            {
                stages[index].AddBacklog(Backlog);
                var open = Time(stages[index].Reopen);
                var rest = Time(stages[index].FailOverToLatest);
                if (run >= 0)
                {
                    opening[index].Add(open); // the first one only warms up
                    whole[index].Add(open + rest);
                }
            }
        }

        Array.ForEach(stages, stage => stage.Dispose());
        Dictionary<string, double> Medians(List<double>[] seconds) => cases.Zip(seconds).ToDictionary(one => one.First.Name, one => ReplicationStage.Median(one.Second));
        return (Medians(whole), Medians(opening));
    }

    private static (Dictionary<string, double> Seconds, Dictionary<string, long> Bytes) Restore(string folder, int runs)
    {
        int[] distances = [1, 10, 100];
        var seconds = distances.ToDictionary(distance => distance.ToString(CultureInfo.InvariantCulture), _ => new List<double>());
        var bytes = new Dictionary<string, long>();
        for (var run = 0; run < runs; run++)
        {
            foreach (var distance in distances)
            {
                using var stage = new JournalStage(folder, GiB);
                stage.FillDistinct(100, BlocksEachDistance);
                var name = distance.ToString(CultureInfo.InvariantCulture);
                seconds[name].Add(Time(() => bytes[name] = stage.Restore(distance)));
            }
        }

        return (seconds.ToDictionary(one => one.Key, one => ReplicationStage.Median(one.Value)), bytes);
    }

    private static double Time(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalSeconds;
    }
}
