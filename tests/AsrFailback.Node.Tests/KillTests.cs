using AsrFailback.Core.Jobs;
using Xunit.Abstractions;

namespace AsrFailback.Node.Tests;

/// <summary><c>kill -9</c> at random moments spread over the whole drill: <c>resume</c> finishes and verifies, always.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int MostEvents = 20_000;

    private static readonly string[] Steps = [.. Scenario.Of(new RunDrill(null!)).Tasks.Select(task => task.FriendlyName)];

    public static TheoryData<int, int> Moments
    {
        get
        {
            var moments = new TheoryData<int, int>();
            for (var attempt = 1; attempt <= Scale.Of(2, 20); attempt++)
            {
                for (var step = 0; step < Steps.Length; step++)
                {
                    moments.Add(step, attempt);
                }
            }

            return moments;
        }
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task A_drill_killed_in_any_step_is_finished_and_verified_by_resume(int step, int attempt)
    {
        using var folder = new TemporaryFolder("kill");
        var random = Chance.New(output, (step * 100) + attempt);

        await KillAsync(folder, step, random.Scattered(MostEvents));

        await Survivor.MustFinishAsync(folder);
    }

    // In the step, after so many events in the drill's folder; at the latest when the next step begins.
    private async Task KillAsync(TemporaryFolder folder, int step, int events)
    {
        Directory.CreateDirectory(folder.Kept);
        using var node = Asrnode.Start(folder, "drill", "--size", "small", "--json", "--keep", folder.Kept);
        await node.MustSayAsync(Steps[step]);
        using var activity = new Activity(folder.Kept, events);
        Task end = step + 1 < Steps.Length ? node.SaysAsync(Steps[step + 1]) : node.EndAsync();

        await Task.WhenAny(activity.Reached, end);

        var killed = await node.KillAsync();
        output.WriteLine($"{events} events into '{Steps[step]}', exit code {killed.ExitCode}:\n{killed.Errors}");
        Assert.True(killed.ExitCode == 137 || (step + 1 == Steps.Length && killed.ExitCode == 0), killed.ToString());
    }
}
