using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Tests;

/// <summary>What the target itself writes while it is not believed is no sign of a stranger, and what a stranger wrote is not lost.</summary>
public sealed class DistrustTests
{
    private static readonly BlockAddress Block = new(0, 1);

    [Fact]
    public void A_block_that_the_machine_writes_in_part_again_and_again_spoils_no_point()
    {
        using var bench = Distrusted();
        bench.Mend([() => bench.Part(Block)]);
        bench.Distrust();
        bench.Reopen();
        bench.Send(bench.Records.Of(LogRecordKind.SyncStarted));
        bench.SendIfDifferent(Block);
        bench.Send(bench.Records.Of(LogRecordKind.SyncCompleted));
        for (var point = 0; point < 4; point++)
        {
            bench.Send(bench.Part(Block, point));
            bench.Mark();
        }

        Assert.Equal(0, bench.Journal.Spoilings);
        Assert.Empty(bench.Differences());
    }

    [Fact]
    public void A_block_that_the_machine_wrote_in_part_before_it_is_compared_spoils_no_point()
    {
        using var bench = Distrusted();
        bench.Send(bench.Records.Of(LogRecordKind.SyncStarted));
        bench.Send(bench.Part(Block));
        bench.Journal.Settle(); // as 16 MiB of other writes would do

        bench.SendIfDifferent(Block);

        Assert.Equal(0, bench.Journal.Spoilings);
        Assert.Empty(bench.Differences());
    }

    [Fact]
    public void What_was_acknowledged_and_is_applied_at_the_opening_does_not_hide_what_somebody_wrote()
    {
        using var bench = new DamageBench();
        bench.Send(bench.Part(Block)); // from now on its digest is unknown
        bench.Mark();
        bench.Send(bench.Whole(Block)); // acknowledged, in the redo log
        bench.Flip(Block, 5_000);
        bench.Distrust();

        bench.Reopen();
        bench.Mend();

        Assert.True(bench.Journal.Spoilings > 0 || bench.Differences().Count == 0, string.Join(", ", bench.Differences()));
    }

    private static DamageBench Distrusted()
    {
        var bench = new DamageBench();
        bench.Mark();
        bench.Distrust();
        bench.Reopen();
        return bench;
    }
}
