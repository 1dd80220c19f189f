using AsrFailback.Core.Errors;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Source;

namespace AsrFailback.Replication.Tests;

/// <summary>What a synchronisation compares: the blocks that were written, and whole regions where no more is known.</summary>
public sealed class MayDifferTests
{
    private const int Region = RegionMap.RegionSize;
    private const ushort Whole = ushort.MaxValue;

    [Fact]
    public async Task After_an_overflow_only_written_blocks_are_compared()
    {
        await using var pair = new PairBench(new RegionMap(SourceBench.DiskBytes));
        var session = await pair.StartInOrderAsync();
        pair.Link.Hold();
        for (var count = 0; count <= WriteSplitter.QueueLimit / Blocks.Size; count++)
        {
            pair.Machine.Write(0, 3 * Blocks.Size, SourceBench.Bytes(Blocks.Size, count));
        }

        pair.Machine.Write(0, Region - 512, SourceBench.Bytes(1024, 1)); // the last block of a region and the first of the next
        Assert.False(pair.Machine.Queue.IsOpen);
        pair.Link.LetGo();
        await session.DrainAsync(Patience.Token).OrFail();

        Assert.Equal([3, 15, 16], pair.Link.Compared.Where(block => block.Disk == 0).Select(block => (int)block.Block).Order());
        Assert.DoesNotContain(pair.Link.Compared, block => block.Disk == 1);
        Assert.Empty(pair.Differences());
    }

    [Fact]
    public async Task After_a_synchronisation_that_was_asked_for_only_written_blocks_are_compared()
    {
        await using var pair = new PairBench();
        var session = await pair.StartInOrderAsync();
        pair.Link.Compared.Clear();
        pair.Machine.Write(1, 5 * Blocks.Size, SourceBench.Bytes(1, 1).Concat(new byte[511]).ToArray());
        session.Synchronise();
        await session.DrainAsync(Patience.Token).OrFail();

        Assert.Equal([(1, 5L)], pair.Link.Compared);
        Assert.Empty(pair.Differences());
    }

    [Fact]
    public async Task After_the_source_was_opened_again_whole_regions_are_compared()
    {
        await using var pair = new PairBench(new RegionMap(SourceBench.DiskBytes));
        await pair.StartInOrderAsync();
        pair.Machine.Write(0, Region + 512, SourceBench.Bytes(512, 1));
        await pair.RestartSourceAsync();
        await pair.StartInOrderAsync();

        Assert.Equal(Enumerable.Range(16, 16), pair.Link.Compared.Select(block => (int)block.Block).Order());
    }

    [Fact]
    public async Task A_synchronisation_that_was_cut_off_leaves_everything_to_the_next()
    {
        await using var pair = new PairBench();
        pair.Machine.Write(0, 0, SourceBench.Bytes(512, 1));
        var calls = 0;
        pair.Link.OnCall = () => pair.Link.IsDown = Interlocked.Increment(ref calls) is 4 or 7;
        await pair.StartInOrderAsync();

        // What the last one compared is everything, though two before had begun.
        var blocks = SourceBench.DiskBytes.Sum(Blocks.Count);
        Assert.Equal(blocks, pair.Link.Compared.Distinct().Count());
        Assert.True(pair.Link.Compared.Count > blocks);
        Assert.Empty(pair.Differences());
    }

    [Fact]
    public void What_somebody_else_says_is_different_is_compared_as_a_whole_once()
    {
        using var machine = InOrder(out _);
        machine.MarkDifferent(RegionMap.Of([new BlockAddress(0, 20)], SourceBench.DiskBytes));
        Assert.Equal(0, machine.MayDiffer(0, 1)); // not before the next synchronisation
        Synchronise(machine, () => Assert.Equal((0, Whole), (machine.MayDiffer(0, 0), machine.MayDiffer(0, 1))));

        Assert.Equal(0, machine.MayDiffer(0, 1));
    }

    [Fact]
    public void What_is_said_to_be_different_during_a_synchronisation_waits_for_the_next()
    {
        using var machine = InOrder(out var bench);
        Synchronise(machine, () => machine.MarkDifferent(RegionMap.Of([new BlockAddress(0, 20)], SourceBench.DiskBytes)));
        machine.ClearAcknowledged(machine.Position);

        Assert.Equal([(0, 1L)], bench.Marked().Members());
        Synchronise(machine, () => Assert.Equal(Whole, machine.MayDiffer(0, 1)));
        machine.ClearAcknowledged(machine.Position);
        Assert.Empty(bench.Marked().Members());
    }

    [Fact]
    public void A_write_that_failed_makes_its_regions_be_compared_as_a_whole_also_during_a_synchronisation()
    {
        var fails = false;
        using var machine = InOrder(out var bench, disk => new FailingDisk(disk, () => fails));
        for (var round = 0; round < 2; round++)
        {
            Synchronise(machine, () =>
            {
                fails = true;
                Assert.Throws<AsrException>(() => machine.Write(0, Region - 512, new byte[1024]));
                fails = false;
            });
            machine.ClearAcknowledged(machine.Position);
            Assert.Equal([(0, 0L), (0, 1L)], bench.Marked().Members());
            Synchronise(machine, () => Assert.Equal((Whole, Whole), (machine.MayDiffer(0, 0), machine.MayDiffer(0, 1))));
        }
    }

    [Fact]
    public void Regions_are_cleared_with_their_blocks_when_everything_of_them_is_acknowledged()
    {
        using var machine = InOrder(out var bench);
        var first = machine.Write(0, 0, new byte[512]);
        machine.Write(0, Region + Blocks.Size, new byte[512]);
        machine.ClearAcknowledged(first);
        Assert.Equal((0, 2), (machine.MayDiffer(0, 0), machine.MayDiffer(0, 1)));
        Assert.Equal([(0, 1L)], bench.Marked().Members());

        var second = machine.Write(0, Region, new byte[512]);
        machine.Write(0, Region + (5 * Blocks.Size), new byte[512]);
        machine.ClearAcknowledged(second);
        Assert.Equal(0b100011, machine.MayDiffer(0, 1)); // one of its writes is on its way
        machine.ClearAcknowledged(machine.Position with { Generation = machine.Position.Generation - 1 });
        Assert.Equal(0b100011, machine.MayDiffer(0, 1));
        machine.ClearAcknowledged(machine.Position);
        Assert.Equal(0, machine.MayDiffer(0, 1));
    }

    [Fact]
    public void Nothing_is_cleared_while_a_synchronisation_has_yet_to_look()
    {
        using var machine = InOrder(out var bench);
        machine.Write(0, 0, new byte[512]);
        Synchronise(machine, () =>
        {
            machine.ClearAcknowledged(machine.Position);
            Assert.Equal(1, machine.MayDiffer(0, 0));
        });

        Assert.Equal([(0, 0L)], bench.Marked().Members());
    }

    [Fact]
    public void Every_block_that_a_write_touches_is_noted()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            using var machine = InOrder(out _);
            var random = new Random(seed);
            var length = 512 * random.Next(1, 3_000);
            var offset = 512 * random.NextInt64((SourceBench.DiskBytes[0] - length) / 512);
            machine.Write(0, offset, new byte[length]);

            var noted = Enumerable.Range(0, 48).Where(block => (machine.MayDiffer(0, block / 16) & (1 << (block % 16))) != 0);
            Assert.Equal(Enumerable.Range((int)(offset / Blocks.Size), (int)(((offset + length - 1) / Blocks.Size) - (offset / Blocks.Size) + 1)), noted);
        }
    }

    private static WriteSplitter InOrder(out SourceBench bench, Func<IBlockDevice, IBlockDevice>? over = null)
    {
        bench = new SourceBench(new RegionMap(SourceBench.DiskBytes));
        var machine = bench.Open(over: over);
        Synchronise(machine, () => { });
        return machine;
    }

    private static void Synchronise(WriteSplitter machine, Action meanwhile)
    {
        machine.BeginSynchronisation();
        meanwhile();
        machine.CompleteSynchronisation();
        machine.SynchronisationAcknowledged();
    }

    /// <summary>A disk whose writes fail now and then.</summary>
    private sealed class FailingDisk(IBlockDevice disk, Func<bool> fails) : IBlockDevice
    {
        public long Length => disk.Length;

        public void Read(long offset, Span<byte> buffer) => disk.Read(offset, buffer);

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            disk.Write(offset, fails() ? bytes[..(bytes.Length / 2)] : bytes);
            if (fails())
            {
                throw ErrorCatalogue.Exception("FileError", "disk", "test");
            }
        }

        public void Flush() => disk.Flush();

        public void Dispose() => disk.Dispose();
    }
}
