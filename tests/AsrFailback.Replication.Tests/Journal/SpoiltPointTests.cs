using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// When points that are read through a damaged block are said to be spoilt, and when they are not. To see it fail, leave
/// <c>Spoil</c> out of <c>RetentionJournal.BeforeImageOf</c>, or call it for a block whose before-image is saved already.
/// </summary>
public sealed class SpoiltPointTests
{
    private static readonly BlockAddress Damaged = new(0, 1);
    private static readonly BlockAddress Short = new(1, 2);

    // what reaches the damaged block: every letter a record (w: whole block, p: its first sector, s: the block as it was before),
    // a comma a point between; what is said
    [Theory]
    [InlineData("w", true)]
    [InlineData("p", true)]
    [InlineData("s", false)]
    [InlineData("ps", true)]
    [InlineData("ws", true)]
    [InlineData("sp", false)]
    [InlineData("sw", false)]
    [InlineData("s,p,w", false)]
    [InlineData("p,s", true)]
    [InlineData("pppp", true)]
    public void Points_are_spoilt_before_the_first_overwrite_unless_it_brings_back_what_was_there(string records, bool spoilt)
    {
        foreach (var address in new[] { Damaged, Short })
        {
            using var bench = new DamageBench();
            bench.Send(bench.Whole(new(0, 0)));
            bench.Mark();
            bench.Flip(address);
            bench.ScrubAndRemember();
            var before = bench.Machine.Block(address);
            var overwritten = false;
            var said = new List<bool>();
            bench.OnFile = (operation, path) => overwritten |= operation == FileOperation.Write && (path == JournalFiles.DiskPath(address.Disk) || path.EndsWith(".seg", StringComparison.Ordinal));
            bench.OnSpoilt = () => said.Add(overwritten);

            foreach (var interval in records.Split(','))
            {
                bench.Send([.. interval.Select(kind => kind switch
                {
                    'w' => bench.Whole(address),
                    'p' => bench.Part(address),
                    _ => bench.Records.Write(address.Disk, address.Block * Blocks.Size, 0) with { Kind = LogRecordKind.SyncBlock, Data = before },
                })]);
                bench.Mark();
            }

            Assert.Equal(spoilt ? [false] : Array.Empty<bool>(), said);
            Assert.Equal(spoilt, bench.Spoilt);
            Assert.Empty(bench.Journal.DamagedBlocks);
            if (!spoilt)
            {
                Assert.Empty(bench.Differences());
            }
        }
    }

    [Fact]
    public void Nothing_is_spoilt_where_the_newest_point_has_its_before_image_already()
    {
        foreach (var later in new[] { "w", "p" })
        {
            using var bench = new DamageBench();
            bench.Send(bench.Whole(Damaged));
            bench.Journal.Settle();
            bench.Flip(Damaged);
            bench.ScrubAndRemember();

            bench.Send(later == "w" ? bench.Whole(Damaged) : bench.Part(Damaged));
            bench.Mend();

            Assert.Equal(0, bench.Journal.Spoilings);
            Assert.Empty(bench.Differences());
        }
    }

    [Fact]
    public void A_block_that_rots_again_after_it_was_fetched_is_found_and_fetched_again()
    {
        using var bench = new DamageBench();
        for (var round = 0; round < 4; round++)
        {
            bench.Flip(Damaged, 100 + round);
            bench.ScrubAndRemember();
            Assert.Equal([Damaged], bench.Journal.DamagedBlocks);
            bench.Mend();
            bench.Mark();
        }

        Assert.Equal(5, bench.Journal.Points.Count);
        Assert.Empty(bench.Differences());
    }

    [Fact]
    public void Damage_that_the_machine_has_too_spoils_the_points()
    {
        using var bench = new DamageBench();
        var damaged = bench.Machine.Block(Damaged).ToArray();
        damaged[100] ^= 1;
        bench.Flip(Damaged);
        bench.ScrubAndRemember();
        bench.Send(bench.Records.Of(LogRecordKind.SyncStarted));

        Assert.Equal(Blocks.Digest(damaged), bench.Journal.Digests(Damaged.Disk, Damaged.Block, 1)); // nothing is sent for it
        bench.Send(bench.Records.Of(LogRecordKind.SyncCompleted));

        Assert.Equal([Damaged], bench.Journal.DamagedBlocks);
    }

    [Fact]
    public void More_damage_than_is_remembered_spoils_the_points_and_is_fetched_all_the_same()
    {
        const int Disk = RetentionJournal.MaxDamagedBlocks + 20;
        using var bench = new DamageBench([Disk * (long)Blocks.Size]);
        foreach (var address in bench.Every())
        {
            bench.Flip(address);
        }

        bench.ScrubAndRemember();

        Assert.Equal(RetentionJournal.MaxDamagedBlocks, bench.Journal.DamagedBlocks.Count);
        Assert.True(bench.Spoilt);
        Assert.All([0L, Disk - 1], block => Assert.NotEqual(Blocks.Digest(bench.Machine.Block(new(0, block))), bench.Journal.Digests(0, block, 1)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_somebody_wrote_spoils_the_points_also_where_the_machine_writes_before_it_is_compared(bool whole)
    {
        foreach (var address in new[] { Damaged, Short })
        {
            using var bench = new DamageBench();
            bench.Mark();
            bench.Flip(address);
            bench.Distrust();
            bench.Reopen();
            bench.Send(bench.Records.Of(LogRecordKind.SyncStarted));

            bench.Send(whole ? bench.Whole(address) : bench.Part(address));
            bench.Send(bench.Records.Of(LogRecordKind.SyncCompleted));

            Assert.True(bench.Spoilt);
        }
    }

    [Fact]
    public void A_distrusted_replica_that_is_what_it_was_keeps_its_points_and_one_that_is_not_is_told_by_its_digests()
    {
        using var bench = new DamageBench();
        bench.Mark();
        bench.Flip(Damaged);
        bench.Flip(Short);
        bench.Distrust();
        bench.Reopen();

        bench.Mend();

        Assert.Equal(0, bench.Journal.Spoilings);
        Assert.Equal(2, bench.Journal.Points.Count);
        Assert.Empty(bench.Differences());
        Assert.Empty(bench.Journal.Scrub(bench.Journal.BlockCount));
    }

    [Fact]
    public void An_unknown_block_of_a_distrusted_replica_spoils_the_points()
    {
        using var bench = new DamageBench();
        bench.Send(bench.Part(Damaged));
        bench.Mark();
        bench.Flip(Damaged, 5_000); // where the machine wrote nothing
        bench.Distrust();
        bench.Reopen();

        bench.Send(bench.Records.Of(LogRecordKind.SyncStarted));
        bench.SendIfDifferent(Damaged);

        Assert.True(bench.Spoilt);
    }

    [Fact]
    public void An_unknown_block_of_a_distrusted_replica_is_not_made_known_by_a_look_at_it()
    {
        using var bench = new DamageBench();
        bench.Send(bench.Part(Damaged));
        bench.Mark();
        bench.Flip(Damaged, 5_000);
        bench.Distrust();
        bench.Reopen();
        bench.Journal.Scrub(bench.Journal.BlockCount);

        bench.Send(bench.Records.Of(LogRecordKind.SyncStarted));
        bench.SendIfDifferent(Damaged);

        Assert.True(bench.Spoilt);
    }

    [Fact]
    public void What_a_stranger_wrote_and_the_machine_has_too_is_remembered_until_the_replica_is_trusted()
    {
        using var bench = new DamageBench();
        bench.Flip(Damaged);
        bench.Distrust();
        bench.Reopen();
        bench.Journal.Digests(Damaged.Disk, Damaged.Block, 1);

        Assert.Equal([Damaged], bench.Journal.DamagedBlocks);
        bench.Journal.Trust();
        Assert.Empty(bench.Journal.DamagedBlocks);
        Assert.Empty(bench.Journal.Scrub(bench.Journal.BlockCount)); // it is what it is
    }

    [Fact]
    public void Damage_is_noticed_when_what_was_acknowledged_is_applied_at_an_opening()
    {
        using var bench = new DamageBench();
        bench.Send(bench.Whole(Damaged));
        bench.Flip(Damaged);

        bench.Reopen();

        Assert.True(bench.Spoilt);
    }

    [Fact]
    public void Points_that_were_dropped_as_spoilt_do_not_come_back_after_a_power_cut()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            using var bench = new DamageBench();
            bench.Mark();
            var newest = bench.Mark();
            bench.Journal.DropBefore(newest.Id);

            bench.Reopen(bench.Disk.Crash(new Random(seed)));

            Assert.Equal([newest], bench.Journal.Points);
        }
    }
}
