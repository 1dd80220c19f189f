using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Tests;

/// <summary>What a journal says about itself while it is used.</summary>
public sealed class JournalStateTests
{
    [Fact]
    public void A_target_is_not_in_order_from_the_start_of_a_synchronisation_to_its_end()
    {
        using var bench = new JournalBench();
        Assert.False(bench.Journal.InOrder);
        bench.Receive(bench.Records.Of(LogRecordKind.SyncStarted));
        Assert.False(bench.Journal.InOrder);
        bench.Receive(bench.Records.SyncBlock());
        bench.Reopen();
        Assert.False(bench.Journal.InOrder);
    }

    [Fact]
    public void A_target_is_in_order_once_the_end_of_the_synchronisation_is_acknowledged()
    {
        using var bench = new JournalBench();
        bench.Receive(bench.Records.Of(LogRecordKind.SyncStarted), bench.Records.SyncBlock());
        bench.Receive(bench.Records.Of(LogRecordKind.SyncCompleted));

        Assert.True(bench.Journal.InOrder);
    }

    [Fact]
    [Requirement("FO-03")]
    public void In_the_middle_of_a_synchronisation_the_latest_is_the_newest_listed_point()
    {
        using var bench = new JournalBench();
        bench.Receive(bench.Records.Write());
        var point = bench.Mark();
        bench.Receive(bench.Records.Of(LogRecordKind.SyncStarted), bench.Records.SyncBlock());

        Assert.Equal(point, bench.Journal.MarkLatest(bench.Records.NewId(), DateTimeOffset.UnixEpoch, "Latest"));
        Assert.Empty(bench.DifferencesAt(point.Id));
    }

    [Fact]
    public void With_nothing_received_there_is_no_latest()
    {
        using var bench = new JournalBench();

        var refusal = Assert.Throws<AsrException>(() => bench.Journal.MarkLatest(Guid.Empty, DateTimeOffset.UnixEpoch, "Latest"));

        Assert.Equal("NoRecoveryPoint", refusal.Error.Id);
    }

    [Fact]
    public void An_empty_batch_is_answered_with_what_is_acknowledged()
    {
        using var bench = new JournalBench();
        Assert.Equal(LogPosition.None, bench.Journal.Receive());
        bench.Receive(bench.Records.Write());

        Assert.Equal(bench.Model.Acknowledged, bench.Journal.Receive());
    }

    [Fact]
    public void Records_sent_again_change_nothing()
    {
        using var bench = new JournalBench();
        var first = bench.Records.Write(0, 0, 4096);
        var second = bench.Records.Write(0, 0, 4096);
        bench.Receive(first, second);

        Assert.Equal(second.Position, bench.Journal.Receive(first));
        Assert.Empty(bench.ReplicaDifferences());
    }

    [Fact]
    public void Records_of_a_source_older_than_the_acknowledged_one_are_not_acknowledged_unstored()
    {
        using var bench = new JournalBench();
        var stale = bench.Records.Write(0, 0, 4096);
        bench.Records.NextGeneration();
        bench.Receive(bench.Records.Of(LogRecordKind.SyncStarted));

        // Another splitter with an old generation: its bytes are not stored, so its position must not be covered.
        var answer = Record.Exception(() => bench.Journal.Receive(stale with { Position = new LogPosition(1, 500) }));

        Assert.IsType<AsrException>(answer);
    }

    // A source that was started again synchronises first, and may end in the middle of it.
    [Fact]
    public void What_came_in_order_before_a_synchronisation_is_the_latest_while_it_runs()
    {
        using var bench = new JournalBench();
        bench.Receive(bench.Records.Of(LogRecordKind.SyncStarted), bench.Records.Of(LogRecordKind.SyncCompleted));
        bench.Mark();
        bench.Receive(bench.Records.Write(0, 0, 4096));
        var before = bench.Model.State;
        bench.Reopen();
        bench.Receive(bench.Records.Of(LogRecordKind.SyncStarted), bench.Records.Write(0, 0, 65_536) with { Kind = LogRecordKind.SyncBlock });

        var latest = bench.Journal.MarkLatest(Guid.NewGuid(), DateTimeOffset.UnixEpoch, "");

        Assert.Empty(before.Differences(bench.Journal.OpenPoint(latest.Id)));
        Assert.Equal(2, bench.Journal.Points.Count);
    }

    [Fact]
    public void Digests_are_of_the_replica_and_survive_a_reopening()
    {
        using var bench = new JournalBench();
        bench.Receive(bench.Records.Write(0, 0, 128 * 1024), bench.Records.Write(0, 70_144, 512));
        bench.Journal.Settle();
        var before = bench.Journal.Digests(0, 0, 4);
        bench.Reopen();

        Assert.Equal(before, bench.Journal.Digests(0, 0, 4));
        for (var block = 0; block < 4; block++)
        {
            var digest = Disks.Blocks.Digest(bench.Model.State.Block(new(0, block)));
            Assert.Equal(digest, before.AsSpan(block * digest.Length, digest.Length).ToArray());
        }
    }
}
