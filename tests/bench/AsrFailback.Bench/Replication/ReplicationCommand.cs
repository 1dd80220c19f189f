using System.CommandLine;
using System.Text.Json;

namespace AsrFailback.Bench.Replication;

/// <summary>
/// How fast bytes are moved, against peers and against plain writes of the same bytes, each pair in turn in one run. Source and
/// target are two processes with a unix socket between them; durable at the end; the images are compared afterwards.
/// </summary>
internal static class ReplicationCommand
{
    private static readonly string[] PeerNames = ["rsync", "nbdcopy", "nbdkit"];
    private static readonly JsonSerializerOptions Style = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Adds the bench to the program itself, which runs it when no other is named.</summary>
    public static void AddTo(RootCommand root)
    {
        var folder = new Option<DirectoryInfo>("--folder") { DefaultValueFactory = _ => new DirectoryInfo(Path.GetTempPath()), Description = "Where the images are made; 20 GiB are used" };
        var runs = new Option<int>("--runs") { DefaultValueFactory = _ => 5, Description = "Runs of each figure; the median counts" };
        var only = new Option<string[]>("--only") { DefaultValueFactory = _ => [], AllowMultipleArgumentsPerToken = true, Description = "Parts: resync, initial, tracked, ingest, latency, memory, rto, stages, failback" };
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        root.Options.Add(folder);
        root.Options.Add(runs);
        root.Options.Add(only);
        root.Options.Add(json);
        root.SetAction(parsed => Run(parsed.GetRequiredValue(folder).FullName, parsed.GetRequiredValue(runs), parsed.GetRequiredValue(only), parsed.GetValue(json)));
    }

    private static int Run(string parent, int runs, string[] only, bool json)
    {
        using var stage = new ReplicationStage(parent, runs);
        (string Name, Func<ReplicationStage, IEnumerable<Figure>> Measure)[] parts =
        [
            ("resync", Resync.Measure), ("initial", InitialCopy.Measure), ("tracked", TrackedResync.Measure), ("ingest", Ingest.Measure),
            ("latency", Latency.Measure), ("memory", Memory.Measure), ("rto", JournalCommand.MeasureRto), ("stages", Stages.Measure), ("failback", Failback.Measure),
        ];
        var figures = new List<Figure>();
        foreach (var (name, measure) in parts.Where(part => only.Length == 0 || only.Contains(part.Name)))
        {
            foreach (var figure in measure(stage))
            {
                figures.Add(figure);
                if (!json)
                {
                    Console.WriteLine(figure);
                }
            }
        }

        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(figures.ToDictionary(figure => figure.Name, figure => new { figure.Value, Goal = figure.Goal?.ToString(), figure.Detail }), Style));
        }

        foreach (var peer in PeerNames.Where(peer => Peers.Find(peer) is null))
        {
            Console.Error.WriteLine($"{peer} was not found: what is compared with it was not measured");
        }

        return figures.Any(figure => figure.IsMissed) ? 1 : 0;
    }
}
