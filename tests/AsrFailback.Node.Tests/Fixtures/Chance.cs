using System.Globalization;
using Xunit.Abstractions;

namespace AsrFailback.Node.Tests;

/// <summary>Random numbers whose seed is printed; ASRFAILBACK_SEED repeats a run.</summary>
internal static class Chance
{
    /// <summary>A generator; the number tells apart the tests of one run.</summary>
    public static Random New(ITestOutputHelper output, int number)
    {
        var seed = long.TryParse(Environment.GetEnvironmentVariable("ASRFAILBACK_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.NextInt64(1, int.MaxValue);
        output.WriteLine($"ASRFAILBACK_SEED={seed}");
        return new Random(unchecked((int)(seed + (number * 7919))));
    }

    /// <summary>A number from 1 to a limit, small ones as likely as large ones.</summary>
    public static int Scattered(this Random random, int limit) => (int)Math.Exp(random.NextDouble() * Math.Log(limit));
}
