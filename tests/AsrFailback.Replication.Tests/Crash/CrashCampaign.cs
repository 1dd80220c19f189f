using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace AsrFailback.Replication.Tests;

/// <summary>Runs seed after seed until enough crash states were looked at, and reports what was broken, with the seeds.</summary>
internal static class CrashCampaign
{
    private const int DefaultStates = 20_000;

    /// <summary>How many crash states to look at; more when asked by the environment.</summary>
    public static int StatesWanted =>
        int.TryParse(Environment.GetEnvironmentVariable("ASRFAILBACK_CRASH_STATES"), CultureInfo.InvariantCulture, out var states) ? states : DefaultStates;

    /// <summary>Seeds begin here; set it to repeat a failure.</summary>
    public static int BaseSeed =>
        int.TryParse(Environment.GetEnvironmentVariable("ASRFAILBACK_CRASH_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 1_000_000;

    /// <summary>Runs and returns every outcome with a violation; <paramref name="firstSeed"/> counts from the base seed.</summary>
    public static IReadOnlyList<CrashOutcome> Run(CrashPlan plan, int states, ITestOutputHelper output, int firstSeed = 0)
    {
        firstSeed += BaseSeed;
        var watch = Stopwatch.StartNew();
        var broken = new ConcurrentBag<CrashOutcome>();
        var perRun = plan.Lives * plan.Variants;
        long seen = 0;
        Parallel.For(0, (states + perRun - 1) / perRun, index =>
        {
            var outcome = new JournalCrashRun(firstSeed + index, plan).Run();
            Interlocked.Add(ref seen, outcome.States);
            if (outcome.Violations.Count > 0)
            {
                broken.Add(outcome);
            }
        });
        var seconds = watch.Elapsed.TotalSeconds;
        output.WriteLine($"{seen} crash states from base seed {firstSeed} in {seconds:F1} s ({seen / seconds:F0}/s), {broken.Count} runs broken");
        return [.. broken.OrderBy(outcome => outcome.Seed)];
    }

    /// <summary>The first broken promises in words.</summary>
    public static string Describe(IReadOnlyList<CrashOutcome> broken) => string.Join(
        Environment.NewLine,
        broken.Take(5).SelectMany(outcome => outcome.Violations.Take(3).Select(one => $"seed {outcome.Seed}: {one.Promise}: {one.What}")));
}
