using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace AsrFailback.Bench.Plans;

/// <summary>
/// What control costs when a recovery plan moves many machines: processor time for a machine of each operation, and whether it
/// grows with the number of machines.
/// </summary>
internal static class PlanCommand
{
    private const double GoalMilliseconds = 20;
    private const double GoalGrowth = 1.5;
    private const long GoalMiB = 512; // of the whole process, which holds every machine's replication open

    private static readonly JsonSerializerOptions Style = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        var folder = new Option<DirectoryInfo>("--folder") { DefaultValueFactory = _ => new DirectoryInfo(Path.GetTempPath()), Description = "Where the vault and its sites are made" };
        var machines = new Option<int>("--machines") { DefaultValueFactory = _ => 1000, Description = "Machines of the plan; a tenth of them is what the growth is measured against" };
        var groups = new Option<int>("--groups") { DefaultValueFactory = _ => RecoveryPlan.MaxGroups, Description = "Groups of the plan" };
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("plan", "Control overhead of a recovery plan: protect, failover, commit") { folder, machines, groups, json };
        command.SetAction((parsed, _) => RunAsync(parsed.GetRequiredValue(folder).FullName, parsed.GetRequiredValue(machines), parsed.GetRequiredValue(groups), parsed.GetValue(json)));
        return command;
    }

    private static async Task<int> RunAsync(string folder, int machines, int groups, bool json)
    {
        await MeasureAsync(folder, Math.Max(groups, machines / 20), groups).ConfigureAwait(false); // what is compiled first is not counted
        var few = await MeasureAsync(folder, machines / 10, groups).ConfigureAwait(false);
        var many = await MeasureAsync(folder, machines, groups).ConfigureAwait(false);
        PlanFigure[] figures = [.. few.Zip(many, (less, more) => new PlanFigure(more.Operation, less.Milliseconds, more.Milliseconds, more.Seconds))];
        using var process = Process.GetCurrentProcess();
        var peak = process.PeakWorkingSet64 >> 20;
        var met = peak <= GoalMiB && figures.Where(figure => figure.IsOfPlan).All(figure => figure.IsMet);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { machines, groups, figures, peakMemoryMiB = peak, met }, Style));
        }
        else
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{machines} machines in {groups} groups; processor time for a machine, goal {GoalMilliseconds} ms, growth {GoalGrowth}; peak memory {peak} MiB, goal {GoalMiB} MiB {(peak <= GoalMiB ? "met" : "MISSED")}"));
            Array.ForEach(figures, figure => Console.WriteLine(figure.Text(machines)));
        }

        return met ? 0 : 1;
    }

    private static async Task<IReadOnlyList<(string Operation, double Milliseconds, double Seconds)>> MeasureAsync(string folder, int machines, int groups)
    {
        var stage = await PlanStage.CreateAsync(folder, machines, groups).ConfigureAwait(false);
        await using (stage.ConfigureAwait(false))
        {
            (string Operation, Func<Task> Work)[] story =
            [
                ("protect", stage.ProtectAsync),
                ("failover", () => stage.RunPlanAsync(item => new StartFailover(item, null, ShutDownSource: true))),
                ("commit", () => stage.RunPlanAsync(item => new CommitFailover(item))),
            ];
            var figures = new List<(string, double, double)>();
            foreach (var (operation, work) in story)
            {
                var (processor, wall) = await PlanStage.TimeAsync(work).ConfigureAwait(false);
                Console.Error.WriteLine($"{machines} {operation} {processor.TotalMilliseconds / machines:F2} ms {wall.TotalSeconds:F1} s");
                figures.Add((operation, processor.TotalMilliseconds / machines, wall.TotalSeconds));
            }

            return figures;
        }
    }

    /// <summary>What an operation of a plan costs.</summary>
    /// <param name="Operation">The operation.</param>
    /// <param name="MillisecondsOfFew">Processor time for each of few machines.</param>
    /// <param name="Milliseconds">Processor time for each of many machines.</param>
    /// <param name="Seconds">How long all of them took.</param>
    private sealed record PlanFigure(string Operation, double MillisecondsOfFew, double Milliseconds, double Seconds)
    {
        public double Growth => Milliseconds / MillisecondsOfFew;

        public bool IsOfPlan => Operation != "protect"; // which is done machine by machine

        public bool IsMet => Milliseconds < GoalMilliseconds && Growth <= GoalGrowth;

        public string Text(int machines) => string.Create(
            CultureInfo.InvariantCulture,
            $"{Operation,-10} {Milliseconds,7:F2} ms   {MillisecondsOfFew,7:F2} ms with {machines / 10}   growth {Growth:F2}   {Seconds:F1} s in all   {(!IsOfPlan ? "" : IsMet ? "met" : "MISSED")}");
    }
}
