using AsrFailback.Replication.Disks;

namespace AsrFailback.Replication.Tests;

/// <summary>Which points go, and which never do.</summary>
public sealed class PruneTests
{
    private static readonly ReplicationPolicy KeepLittle = new(TimeSpan.FromMinutes(5), 2, 0);

    [Fact]
    public void The_two_newest_points_stay_whatever_the_policy_says()
    {
        using var bench = WithPoints(6);

        Assert.Equal(4, bench.Journal.Prune(KeepLittle));
        Assert.Equal(bench.Model.Points.TakeLast(2).Select(expected => expected.Point), bench.Journal.Points);
        Assert.Equal(0, bench.Journal.Prune(new ReplicationPolicy(TimeSpan.Zero, 0, 0)));
    }

    [Fact]
    public void A_pinned_point_and_everything_newer_stay_and_stay_exact()
    {
        using var bench = WithPoints(6);
        var pinned = bench.Model.Points[2].Point;
        bench.Journal.Pin(pinned.Id);
        bench.Journal.Pin(pinned.Id);
        bench.Journal.Unpin(pinned.Id);

        Assert.Equal(2, bench.Journal.Prune(KeepLittle));
        Assert.Equal(pinned, bench.Journal.Points[0]);
        Assert.Empty(bench.DifferencesAt(pinned.Id));

        bench.Journal.Unpin(pinned.Id);
        Assert.Equal(2, bench.Journal.Prune(KeepLittle));
    }

    [Fact]
    public void History_beyond_its_limit_of_bytes_loses_its_oldest_points()
    {
        using var bench = WithPoints(6);
        var limit = bench.Journal.HistoryBytes / 2;

        bench.Journal.Prune(new ReplicationPolicy(TimeSpan.Zero, 100, limit));

        Assert.InRange(bench.Journal.HistoryBytes, 1, limit);
        Assert.InRange(bench.Journal.Points.Count, 2, 5);
        Assert.All(bench.Journal.Points, point => Assert.Empty(bench.DifferencesAt(point.Id)));
    }

    [Fact]
    public void A_pruned_point_is_gone_after_a_power_cut_and_its_file_with_it()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            using var bench = WithPoints(5);
            bench.Journal.Prune(KeepLittle);
            bench.CutPower(seed);

            Assert.Equal(2, bench.Journal.Points.Count);
            Assert.Equal(2, bench.Files.List(Path.Combine(JournalFiles.Folder, "history"), "*.seg").Count);
        }
    }

    [Fact]
    public void A_view_of_a_pinned_point_stays_exact_while_the_journal_applies_and_prunes()
    {
        using var bench = WithPoints(4);
        var pinned = bench.Model.Points[1];
        bench.Journal.Pin(pinned.Point.Id);
        var views = bench.Journal.OpenPoint(pinned.Point.Id);
        for (var count = 0; count < 10; count++)
        {
            bench.Receive(bench.Records.Write(0, 0, Blocks.Size), bench.Records.Write(), bench.Records.Mark());
            bench.Journal.Prune(KeepLittle);

            Assert.Empty(pinned.State.Differences(views));
        }
    }

    private static JournalBench WithPoints(int count)
    {
        var bench = new JournalBench();
        for (var point = 0; point < count; point++)
        {
            bench.Receive(bench.Records.Write(0, 0, Blocks.Size), bench.Records.Write(), bench.Records.Mark());
        }

        return bench;
    }
}
