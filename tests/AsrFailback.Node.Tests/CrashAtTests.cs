using System.Globalization;
using Xunit.Abstractions;

namespace AsrFailback.Node.Tests;

/// <summary>Crashes at numbered operations of the drill's file and state ports: <c>resume</c> finishes and verifies, always.</summary>
public sealed class CrashAtTests(ITestOutputHelper output)
{
    private const int Killed = 137;
    private const double Growth = 4;
    private const double LongGrowth = 1.35;
    private const long Limit = 10_000_000;

    [Fact]
    public async Task A_drill_that_crashes_at_any_operation_is_finished_by_resume()
    {
        var failures = new List<string>();
        var crashes = new List<long>();
        foreach (var operation in Growing())
        {
            if (!await CrashAsync(operation, failures))
            {
                break;
            }

            crashes.Add(operation);
        }

        Assert.True(crashes.Count > 0 && crashes[^1] < Limit / Growth, "The drill never ended without a crash.");
        var random = Chance.New(output, 1);
        for (var sample = 0; sample < Scale.Of(5, 100); sample++)
        {
            await CrashAsync(random.NextInt64(crashes[^1] / 8, crashes[^1] * 2), failures);
        }

        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public async Task A_crash_while_the_vault_is_created_leaves_a_whole_vault_or_none(int operation)
    {
        using var folder = new TemporaryFolder("create");

        await RunAsync(folder, operation);

        await Survivor.MustFinishAsync(folder);
    }

    private static IEnumerable<long> Growing()
    {
        for (double operation = 8; operation < Limit; operation *= Scale.IsLong ? LongGrowth : Growth)
        {
            yield return (long)operation;
        }
    }

    // Whether it crashed; a drill that ends before the operation must end verified.
    private async Task<bool> CrashAsync(long operation, List<string> failures)
    {
        using var folder = new TemporaryFolder("crash");
        var crashed = await RunAsync(folder, operation);
        try
        {
            await Survivor.MustFinishAsync(folder);
        }
        catch (Exception failure)
        {
            failures.Add($"--crash-at {operation}: {failure.Message}");
        }

        return crashed;
    }

    private async Task<bool> RunAsync(TemporaryFolder folder, long operation)
    {
        var number = operation.ToString(CultureInfo.InvariantCulture);
        var result = await Asrnode.RunInAsync(folder, "drill", "--size", "small", "--json", "--keep", folder.Kept, "--crash-at", number);
        output.WriteLine($"--crash-at {number}: exit code {result.ExitCode}");
        Assert.True(result.ExitCode == Killed || result.MustBeVerified() == result);
        return result.ExitCode == Killed;
    }
}
