using AsrFailback.Core.Plans;

namespace AsrFailback.Core.Tests;

/// <summary>How long the groups of a plan take, by how long each machine took the last time.</summary>
public sealed class PlanForecastTests
{
    // Seconds of each machine; groups between bars; a question mark where there was no last time.
    [Theory]
    [Requirement("RPL-01")]
    [InlineData("10", 16, "10", 10)]
    [InlineData("10 20 30", 16, "30", 30)]
    [InlineData("10 20 30", 1, "60", 60)]
    [InlineData("10 20 30", 2, "40", 40)]
    [InlineData("30 10 10 10", 2, "30", 30)]
    [InlineData("10 20|5", 16, "20 5", 25)]
    [InlineData("10 ?|5", 16, "? 5", null)]
    public void A_group_takes_as_long_as_its_machines_do_side_by_side(string machines, int atOnce, string groups, int? total)
    {
        var times = machines.Split('|').Select(group => group.Split(' ')).ToArray();
        var number = 0;
        var run = new RunRecoveryPlan("shop", [.. times.Select(group => new PlannedGroup([.. group.Select(_ => new CommitFailover($"vm-{number++}"))]))]) { ThrottleLimit = atOnce };
        Preview[] previews = [.. run.Commands.Zip(times.SelectMany(group => group)).Select(one => new Preview(one.First, "", [], [], null, Time(one.Second)))];

        var steps = PlanForecast.StepsOf(run, previews);

        Assert.Equal(groups, string.Join(' ', steps.Select(step => step.EstimatedTime is { } time ? $"{time.TotalSeconds}" : "?")));
        Assert.Equal(total, PlanForecast.TotalOf(steps)?.TotalSeconds);
        Assert.Equal(previews, steps.SelectMany(step => step.Machines));
    }

    private static TimeSpan? Time(string text) => text == "?" ? null : TimeSpan.FromSeconds(int.Parse(text, System.Globalization.CultureInfo.InvariantCulture));
}
