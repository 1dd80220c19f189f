using System.Globalization;
using Xunit.Abstractions;

namespace AsrFailback.Fabrics.Tests;

/// <summary>Random numbers whose seed is printed; ASRFAILBACK_SEED repeats a run.</summary>
internal static class Chance
{
    public static int Seed(ITestOutputHelper output)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("ASRFAILBACK_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next(1_000_000);
        output.WriteLine($"ASRFAILBACK_SEED={seed}");
        return seed;
    }
}
