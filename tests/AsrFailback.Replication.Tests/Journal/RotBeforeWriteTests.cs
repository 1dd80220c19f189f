using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// A block that rotted is written before anybody looked: its digest will not tell afterwards, so it is looked at before. To
/// see it fail, leave out <c>OnRot</c> in <c>RetentionJournal.BeforeImageOf</c>, or <c>NoticeRot</c>.
/// </summary>
public sealed class RotBeforeWriteTests
{
    private static readonly BlockAddress Rotten = new(0, 1);

    // what reaches the block: every letter a record (w: whole block, p: its first sector), a comma a point between, ! the moment of the rot
    [Theory]
    [InlineData("!p", true)]
    [InlineData("!w", false)]
    [InlineData("w!p", true)]
    [InlineData("w!pp,p", true)]
    [InlineData("w,!p", true)]
    [InlineData("w!w", false)]
    [InlineData("w!w,p", false)]
    public void A_part_that_is_written_to_it_has_everything_compared(string story, bool compared)
    {
        using var bench = new DamageBench();
        var overwritten = false;
        bench.OnFile = (operation, path) => overwritten |= bench.CompareEverything && !bench.Spoilt && operation == FileOperation.Write && path == JournalFiles.DiskPath(0);
        foreach (var step in story)
        {
            Act(bench, step);
        }

        bench.Mark();

        Assert.Equal(compared, bench.CompareEverything);
        Assert.False(overwritten, "the block was written before its points were said to be spoilt");
        bench.Mend();
        Assert.Empty(bench.Differences());
        Assert.Equal(bench.Machine.Block(Rotten), bench.ReplicaBlock(Rotten));
    }

    [Fact]
    public void A_whole_block_that_brings_back_what_was_there_spoils_no_point()
    {
        using var bench = new DamageBench();
        bench.Flip(Rotten);
        bench.Send(bench.Records.Write(Rotten.Disk, Rotten.Block * Blocks.Size, 0) with { Kind = LogRecordKind.SyncBlock, Data = bench.Machine.Block(Rotten) });
        bench.Mark();

        Assert.False(bench.Spoilt || bench.CompareEverything);
        Assert.Empty(bench.Differences());
    }

    private static void Act(DamageBench bench, char step)
    {
        switch (step)
        {
            case '!':
                bench.Journal.Settle();
                bench.Flip(Rotten, offset: Blocks.Size - 1);
                break;
            case ',':
                bench.Mark();
                break;
            default:
                bench.Send(step == 'w' ? bench.Whole(Rotten) : bench.Part(Rotten));
                bench.Journal.Settle();
                break;
        }
    }
}
