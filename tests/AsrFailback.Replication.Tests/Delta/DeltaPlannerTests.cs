using AsrFailback.Replication.Delta;
using AsrFailback.Replication.Source;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// One case per line: what the new source wrote, what the old one wrote and nobody acknowledged, what it wrote after the
/// point, and what has to be compared. A letter per region, disks separated by a bar: x is marked, - is not, ? unknown.
/// </summary>
public sealed class DeltaPlannerTests
{
    [Theory]
    [Requirement("RP-02")]
    [InlineData("---|--", "---|--", "---|--", "---|--")]
    [InlineData("x--|--", "---|--", "---|--", "x--|--")]
    [InlineData("---|--", "-x-|--", "---|--", "-x-|--")]
    [InlineData("---|--", "---|--", "---|-x", "---|-x")]
    [InlineData("x--|--", "-x-|--", "---|-x", "xx-|-x")]
    [InlineData("xxx|xx", "---|--", "---|--", "xxx|xx")]
    [InlineData("x--|--", "x--|--", "x--|--", "x--|--")]
    [InlineData("?", "---|--", "---|--", "full")]
    [InlineData("---|--", "?", "---|--", "full")]
    [InlineData("---|--", "---|--", "?", "full")]
    [InlineData("x--|--", "?", "?", "full")]
    public void What_either_side_wrote_is_compared(string byNewSource, string unacknowledged, string afterPoint, string expected)
    {
        var facts = new DeltaFacts([(2L << 20) + 512, 2L << 20], Parse(byNewSource), Parse(unacknowledged), Parse(afterPoint));
        var plan = DeltaPlanner.Plan(facts);

        Assert.Equal(expected == "full", plan.IsFull);
        Assert.Equal(expected == "full" ? "xxx|xx" : expected, Write(plan.Regions));
    }

    [Fact]
    public void Planning_changes_none_of_the_maps_it_was_given()
    {
        var (first, second, third) = (Parse("x--|--"), Parse("-x-|--"), Parse("--x|--"));
        DeltaPlanner.Plan(new DeltaFacts([(2L << 20) + 512, 2L << 20], first, second, third));

        Assert.Equal(["x--|--", "-x-|--", "--x|--"], new[] { first!, second!, third! }.Select(Write));
    }

    private static RegionMap? Parse(string text)
    {
        if (text == "?")
        {
            return null;
        }

        var map = new RegionMap([(2L << 20) + 512, 2L << 20]);
        var disks = text.Split('|');
        for (var disk = 0; disk < disks.Length; disk++)
        {
            for (var region = 0; region < disks[disk].Length; region++)
            {
                map[disk][region] = disks[disk][region] == 'x';
            }
        }

        return map;
    }

    private static string Write(RegionMap map) => string.Join(
        '|', Enumerable.Range(0, 2).Select(disk => Write(map[disk])));

    private static string Write(BitSet regions) =>
        string.Concat(Enumerable.Range(0, (int)regions.Size).Select(region => regions[region] ? 'x' : '-'));
}
