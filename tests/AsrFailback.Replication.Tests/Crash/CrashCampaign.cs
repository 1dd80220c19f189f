using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace AsrFailback.Replication.Tests;

/// <summary>Runs seed after seed until enough crash states were looked at, and reports what was broken, with the seeds.</summary>
internal static class CrashCampaign
{
    /// <summary>How many crash states the first campaign looks at; another number when asked by the environment.</summary>
    public static int StatesWanted => NumberFrom("ASRFAILBACK_CRASH_STATES") ?? Scale.Of(50_000, 1_000_000);

    /// <summary>Seeds begin here: the same ones in every build, others in every long run; set it to repeat a failure.</summary>
    public static int BaseSeed { get; } = NumberFrom("ASRFAILBACK_CRASH_SEED") ?? (Scale.IsLong ? Random.Shared.Next(2_000_000, 1_000_000_000) : 1_000_000);

    /// <summary>Runs and returns every outcome with a violation; <paramref name="firstSeed"/> counts from the base seed.</summary>
    public static IReadOnlyList<CrashOutcome> Run(CrashPlan plan, int states, ITestOutputHelper output, int firstSeed = 0)
    {
        firstSeed += BaseSeed;
        var watch = Stopwatch.StartNew();
        var broken = new ConcurrentBag<CrashOutcome>();
        var perRun = plan.Lives * plan.Variants;
        long seen = 0;
        OnEveryProcessor((states + perRun - 1) / perRun, index =>
        {
            var outcome = new JournalCrashRun(firstSeed + index, plan).Run();
            Interlocked.Add(ref seen, outcome.States);
            if (outcome.Violations.Count > 0)
            {
                broken.Add(outcome);
            }
        });
        var seconds = watch.Elapsed.TotalSeconds;
        var rate = $"{seconds:F1} s ({seen / seconds:F0}/s)";
        output.WriteLine($"{seen} crash states from base seed {firstSeed} in {rate}, {broken.Count} runs broken");
        return [.. broken.OrderBy(outcome => outcome.Seed)];
    }

    private static int? NumberFrom(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;

    // Threads of their own: a busy thread pool would starve the tests that wait for something at the same time.
    private static void OnEveryProcessor(int count, Action<int> action)
    {
        var next = -1;
        var failures = new ConcurrentQueue<Exception>();
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            try
            {
                for (var index = Interlocked.Increment(ref next); index < count; index = Interlocked.Increment(ref next))
                {
                    action(index);
                }
            }
            catch (Exception failure)
            {
                failures.Enqueue(failure);
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        if (!failures.IsEmpty)
        {
            throw new AggregateException(failures);
        }
    }

    /// <summary>The first broken promises in words.</summary>
    public static string Describe(IReadOnlyList<CrashOutcome> broken) => string.Join(
        Environment.NewLine,
        broken.Take(5).SelectMany(outcome => outcome.Violations.Take(3).Select(one => $"seed {outcome.Seed}: {one.Promise}: {one.What}")));
}
