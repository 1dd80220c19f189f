using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Tests;

/// <summary>Points, whatever the caller and the source do with their ids and their order.</summary>
public sealed class RecoveryPointTests
{
    [Fact]
    public void A_mark_sent_twice_at_different_places_leaves_the_first_point_exact()
    {
        // A request for a point that is repeated (its job was restarted) has the same id and a later position.
        using var bench = new JournalBench();
        bench.Receive(bench.Records.Write(0, 0, 4096));
        var first = bench.Mark();
        var again = bench.Records.Write(0, 0, 8192);
        var mark = bench.Records.Mark();
        bench.Receive(again);
        bench.Journal.Receive(mark with { Point = mark.Point! with { Id = first.Id } });

        Assert.Empty(bench.DifferencesAt(first.Id));
    }

    [Fact]
    public void A_mark_sent_twice_in_one_batch_leaves_the_first_point_exact_after_a_reopening()
    {
        using var bench = new JournalBench();
        bench.Receive(bench.Records.Write(1, 0, 4096));
        var mark = bench.Records.Mark();
        var write = bench.Records.Write(1, 512, 8192);
        var repeated = bench.Records.Mark();
        bench.Receive(mark);
        bench.Journal.Receive(write, repeated with { Point = repeated.Point! with { Id = mark.Point!.Id } });
        bench.Reopen();

        Assert.Empty(bench.DifferencesAt(mark.Point.Id));
    }

    [Fact]
    public void Older_points_stay_exact_when_a_newer_mark_is_sent_twice()
    {
        using var bench = new JournalBench();
        var oldest = bench.Mark();
        var mark = bench.Records.Mark();
        bench.Receive(bench.Records.Write(0, Blocks.Size, 4096), mark, bench.Records.Write(0, 0, 4096));
        var repeated = bench.Records.Mark();
        bench.Receive(bench.Records.Write(0, 2 * Blocks.Size, 4096));
        bench.Journal.Receive(repeated with { Point = repeated.Point! with { Id = mark.Point!.Id } });

        Assert.Empty(bench.DifferencesAt(oldest.Id));
        Assert.Empty(bench.DifferencesAt(mark.Point!.Id));
    }

    [Fact]
    public void Several_marks_and_writes_in_one_batch_are_all_exact()
    {
        using var bench = new JournalBench();
        bench.Receive(Enumerable.Range(0, 20).Select(index => index % 3 == 2 ? bench.Records.Mark() : bench.Records.Write()).ToArray());

        Assert.Equal(6, bench.Journal.Points.Count);
        Assert.All(bench.Journal.Points, point => Assert.Empty(bench.DifferencesAt(point.Id)));
    }

    [Fact]
    public void The_latest_marked_before_going_back_to_an_older_point_can_be_returned_to()
    {
        // Until the commit the point may be changed: to an older one, then back to the latest.
        using var bench = new JournalBench();
        bench.Receive(bench.Records.Write(0, 0, Blocks.Size));
        var older = bench.Mark();
        bench.Receive(bench.Records.Write(0, 0, Blocks.Size));
        var latest = bench.Journal.MarkLatest(bench.Records.NewId(), DateTimeOffset.UnixEpoch, "Latest");
        bench.Journal.RollBackTo(older.Id);
        Assert.Equal(latest, bench.Journal.MarkLatest(bench.Records.NewId(), DateTimeOffset.UnixEpoch, "Latest"));
        bench.Journal.RollBackTo(latest.Id);

        Assert.Equal(bench.Model.Acknowledged, latest.Position);
        Assert.Empty(bench.ReplicaDifferences());
    }

    [Fact]
    public void A_rollback_that_was_cut_off_never_becomes_a_point()
    {
        // Half of the blocks put back and half not is a state the source never had.
        for (var operation = 1; operation < 25; operation++)
        {
            using var bench = new JournalBench();
            bench.Receive(bench.Records.Write(0, 0, 2 * Blocks.Size), bench.Records.Write(1, 0, 2 * Blocks.Size));
            var older = bench.Mark();
            bench.Receive(bench.Records.Write(0, 0, 2 * Blocks.Size), bench.Records.Write(1, 0, 2 * Blocks.Size));
            var power = default(PowerCut);
            bench.Reopen(files => new ObservedFileSystem(files, (what, path) => power?.Observe(what, path)));
            power = new PowerCut(operation);
            Record.Exception(() => bench.Journal.RollBackTo(older.Id));
            bench.CutPower(operation);
            var latest = bench.Journal.MarkLatest(bench.Records.NewId(), DateTimeOffset.UnixEpoch, "Latest");

            var content = bench.Journal.OpenPoint(latest.Id);
            var exact = latest.Id == older.Id ? bench.Model.Points[0].State : bench.Model.State;
            Assert.Empty(exact.Differences(content));
        }
    }

    [Fact]
    [Requirement("FO-10")]
    public void A_rollback_is_exact_and_every_point_stays_reachable()
    {
        using var bench = new JournalBench();
        for (var count = 0; count < 6; count++)
        {
            bench.Receive(bench.Records.Write(), bench.Records.Write(), bench.Records.Mark());
        }

        foreach (var target in new[] { bench.Model.Points[1], bench.Model.Points[4], bench.Model.Points[0] })
        {
            bench.Journal.RollBackTo(target.Point.Id);

            Assert.Empty(target.State.Differences(JournalFiles.OpenDisks(bench.Files)));
            Assert.All(bench.Journal.Points, point => Assert.Empty(bench.DifferencesAt(point.Id)));
        }
    }

    [Fact]
    [Requirement("RP-02")]
    public void Changed_since_a_point_names_every_block_that_differs_from_it()
    {
        using var bench = new JournalBench();
        for (var count = 0; count < 8; count++)
        {
            bench.Receive(bench.Records.Write(), bench.Records.Mark());
        }

        foreach (var point in bench.Model.Points)
        {
            var changed = bench.Journal.ChangedSince(point.Point.Id);
            var different = point.State.Differences(JournalFiles.OpenDisks(bench.Files)).ToArray();
            Assert.Empty(different.Except(changed));
        }
    }
}
