using System.Text.RegularExpressions;

namespace AsrFailback.Node.Tests;

/// <summary>A drill whose replication is broken on purpose must say so: it is what makes its other verdicts worth something.</summary>
public sealed partial class MutationTests
{
    [Theory]
    [InlineData("drop-extent", "os")]
    [InlineData("torn-point", "data")]
    [InlineData("stale-disk", "data")]
    [InlineData("keep-source-writes", "data")]
    public async Task A_broken_replication_is_noticed_and_the_blocks_of_its_disk_are_named(string mutation, string disk)
    {
        using var folder = new TemporaryFolder("mutation");

        var result = await Asrnode.RunAsync("drill", "--size", "small", "--json", "--mutate", mutation, "--keep", folder.Kept);

        MustBeUnverified(result, disk);
        MustBeUnverified(await Asrnode.RunAsync("resume", "--vault", folder.Vault, "--json"), disk);
    }

    // Resuming does not talk a finding away.
    private static void MustBeUnverified(NodeResult result, string disk)
    {
        result.MustRefuse(3);
        Assert.Contains(Named().Matches(result.Errors), named => named.Groups["disk"].Value == disk);
        Assert.False(result.Drill.Verified);
        Assert.True(result.Drill.BlocksDifferent > 0, result.ToString());
        Assert.Contains(result.Drill.Steps, step => step.State == "Failed");
    }

    [GeneratedRegex(@"disk \d+ \((?<disk>\w+)\): \d+ blocks? differ: \d+")]
    private static partial Regex Named();
}
