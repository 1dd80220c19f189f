namespace AsrFailback.Node.Tests;

/// <summary>The whole story on real disks, as a new user runs it.</summary>
public sealed class StoryTests
{
    private static readonly string[] Steps = ["Build", "Enable protection", "recovery points", "Test failover", "Source dies", "Commit", "Reprotect", "Fail back", "Commit the failback", "Protect again"];

    [Fact]
    public async Task The_default_output_is_a_table_of_the_steps_and_one_line_of_verdict()
    {
        var result = (await Asrnode.RunAsync("drill", "--size", "small")).MustExit(0);

        var lines = result.Output.TrimEnd().Split('\n');
        Assert.StartsWith("Verified: ", lines[^1], StringComparison.Ordinal);
        Assert.Single(lines, line => line.StartsWith("Verified", StringComparison.Ordinal));
        var rows = lines.Where(line => line.Contains("Succeeded", StringComparison.Ordinal)).ToArray();
        Assert.Equal(Steps.Length, rows.Length);
        Assert.All(Steps.Zip(rows), pair => Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_drill_that_is_not_kept_leaves_nothing_and_prints_one_document()
    {
        using var temporary = new TemporaryFolder("tmp");

        var result = await Asrnode.RunInAsync(temporary, "drill", "--size", "small", "--json");

        result.MustBeVerified();
        temporary.AssertEmpty();
    }
}
