using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Log;
using AsrFailback.Replication.Source;

namespace AsrFailback.Replication.Tests;

/// <summary>What is a hole at both ends is not compared, and nothing else is left out.</summary>
public sealed class EmptyRangesTests
{
    private const int Region = RegionMap.RegionSize;

    [Fact]
    public async Task Holes_at_both_ends_are_not_compared()
    {
        await using var pair = NewPair();
        pair.Machine.Write(0, Region, SourceBench.Bytes(512, 1));
        await pair.StartInOrderAsync();

        Assert.Equal([(0, 16L)], pair.Link.Compared);
        Assert.Equal(Blocks.Size, pair.Link.BytesReceived);
        Assert.Empty(pair.Differences());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, Region - 512)]
    [InlineData(0, (2 * Region) + (3 * Blocks.Size) + 1024)] // the last sector of a last block that is short
    [InlineData(1, 512)]
    [InlineData(1, Region)]
    public async Task Data_at_the_source_alone_is_sent(int disk, long offset)
    {
        await using var pair = NewPair();
        pair.Machine.Write(disk, offset, SourceBench.Bytes(512, 1));
        await pair.StartInOrderAsync();

        Assert.InRange(pair.Link.BytesReceived, 512, Blocks.Size);
        Assert.Empty(pair.Differences());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, Region - 512)]
    [InlineData(0, (2 * Region) + (3 * Blocks.Size) + 1024)]
    [InlineData(1, 512)]
    [InlineData(1, Region)]
    public async Task Data_at_the_target_alone_is_made_zero(int disk, long offset)
    {
        await using var pair = NewPair();
        using (var image = JournalFiles.OpenDisks(pair.TargetDisk)[disk])
        {
            image.Write(offset, SourceBench.Bytes(512, 1)); // what it was before it became a target
        }

        await pair.StartInOrderAsync();

        Assert.Empty(pair.Differences());
        Assert.All(pair.Link.Compared, block => Assert.Equal((disk, offset / Region), (block.Disk, block.Block * Blocks.Size / Region)));
    }

    [Fact]
    public async Task A_target_that_has_data_where_the_source_has_none_is_asked_once_a_region()
    {
        await using var pair = NewPair();
        using (var image = JournalFiles.OpenDisks(pair.TargetDisk)[0])
        {
            image.Write(0, SourceBench.Bytes((int)image.Length, 1));
        }

        await pair.StartInOrderAsync();

        Assert.Empty(pair.Differences());
        Assert.InRange(pair.Link.DataAsked, 1, SourceBench.DiskBytes.Sum(RegionMap.RegionCount));
    }

    [Fact]
    public async Task What_is_written_during_a_synchronisation_arrives_wherever_the_holes_were()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            await using var pair = NewPair();
            var (random, calls) = (new Random(seed), 0);
            pair.Machine.Write(0, Region, SourceBench.Bytes(512, 1));
            pair.Link.OnCall = () =>
            {
                lock (random)
                {
                    if (calls++ < 40)
                    {
                        var disk = random.Next(2);
                        pair.Machine.Write(disk, 512 * random.NextInt64(SourceBench.DiskBytes[disk] / 512), random.Next(3) == 0 ? new byte[512] : SourceBench.Bytes(512, calls));
                    }
                }
            };
            var session = await pair.StartInOrderAsync();
            await session.DrainAsync(Patience.Token).OrFail();

            Assert.True(calls > 4);
            Assert.Empty(pair.Differences());
        }
    }

    [Fact]
    public async Task A_replica_that_is_not_believed_is_compared_where_it_has_holes_too()
    {
        await using var pair = NewPair();
        await (await pair.StartInOrderAsync()).MarkPointAsync(Guid.NewGuid(), "", PointConsistency.CrashConsistent, Patience.Token).OrFail();
        await pair.RestartSourceAsync();
        pair.ReopenTarget(new JournalOptions { Distrusted = true });
        pair.Machine.MarkDifferent(RegionMap.Full(SourceBench.DiskBytes));
        await pair.StartInOrderAsync();

        Assert.Equal(pair.Journal.BlockCount, pair.Link.Compared.Distinct().Count());
    }

    [Fact]
    public async Task A_replica_with_a_damaged_block_is_compared_where_it_has_holes_too()
    {
        await using var pair = NewPair();
        pair.Machine.Write(0, 0, SourceBench.Bytes(Blocks.Size, 1));
        var session = await pair.StartInOrderAsync();
        await session.MarkPointAsync(Guid.NewGuid(), "", PointConsistency.CrashConsistent, Patience.Token).OrFail();
        Damage(pair, new BlockAddress(0, 0), new byte[Blocks.Size]); // it became a hole
        var found = pair.Journal.Scrub(pair.Journal.BlockCount);
        Assert.Equal([new BlockAddress(0, 0)], found);
        pair.Journal.RememberDamage(found);
        pair.Link.Compared.Clear();
        pair.Machine.MarkDifferent(RegionMap.Of([.. found, new BlockAddress(1, 0)], SourceBench.DiskBytes));
        session.Synchronise();
        await session.DrainAsync(Patience.Token).OrFail();

        Assert.Equal(32, pair.Link.Compared.Distinct().Count());
        Assert.Empty(pair.Differences());
        Assert.Empty(pair.Journal.DamagedBlocks);
    }

    [Fact]
    public async Task What_a_target_acknowledged_and_has_not_written_yet_is_no_hole()
    {
        // Its replica is empty still; the data lies in its redo log, and the machine has zeros there by now.
        await using var pair = NewPair();
        var session = await pair.StartInOrderAsync();
        pair.Machine.Write(0, Region, SourceBench.Bytes(512, 1));
        await session.DrainAsync(Patience.Token).OrFail();
        pair.Link.IsDown = true;
        session.Synchronise();
        pair.Machine.Write(0, Region, new byte[512]);
        pair.Link.IsDown = false;
        await session.DrainAsync(Patience.Token).OrFail();

        Assert.Empty(pair.Differences());
    }

    private static PairBench NewPair() => new(over: disk => new HoleDisk(disk));

    private static void Damage(PairBench pair, BlockAddress address, byte[] content)
    {
        pair.Journal.Settle();
        using var image = JournalFiles.OpenDisks(pair.TargetDisk)[address.Disk];
        image.Write(address.Block * Blocks.Size, content);
    }
}
