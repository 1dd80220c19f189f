using System.Globalization;
using Xunit.Abstractions;

namespace AsrFailback.Node.Tests;

/// <summary>A crash during the recovery from a crash: resuming again finishes and verifies.</summary>
public sealed class CrashedResumeTests(ITestOutputHelper output)
{
    private const int MostEvents = 3_000;

    public static TheoryData<int> Samples => [.. Enumerable.Range(1, Scale.Of(3, 60))];

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task A_resume_that_is_killed_is_finished_by_the_next_one(int sample)
    {
        using var folder = new TemporaryFolder("twice");
        var random = Chance.New(output, sample);
        var operation = random.Next(8, 20_000).ToString(CultureInfo.InvariantCulture);
        (await Asrnode.RunInAsync(folder, "drill", "--size", "small", "--keep", folder.Kept, "--crash-at", operation)).MustExit(137);

        await KillResumeAsync(folder, random.Scattered(MostEvents));

        await Survivor.MustFinishAsync(folder);
    }

    private async Task KillResumeAsync(TemporaryFolder folder, int events)
    {
        using var activity = new Activity(folder.Kept, events);
        using var node = Asrnode.Start(folder, "resume", "--vault", folder.Vault);

        await Task.WhenAny(activity.Reached, node.EndAsync());

        var killed = await node.KillAsync();
        output.WriteLine($"{events} events into the resume, exit code {killed.ExitCode}:\n{killed.Errors}");
        Assert.True(killed.ExitCode == 137, killed.ToString());
    }
}
