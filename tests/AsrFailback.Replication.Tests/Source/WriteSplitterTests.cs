using AsrFailback.Core.Errors;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Source;

namespace AsrFailback.Replication.Tests;

/// <summary>The order in which a write of the machine is made.</summary>
public sealed class WriteSplitterTests
{
    [Fact]
    public void A_region_is_durably_marked_before_its_first_write_reaches_the_disk()
    {
        var bench = new SourceBench(new RegionMap(SourceBench.DiskBytes));
        var seen = new List<string>();
        using var machine = bench.Open(new ObservedFileSystem(bench.Disk, (what, path) => seen.Add($"{what} {Path.GetFileName(path)}")));
        seen.Clear();

        machine.Write(0, 0, new byte[512]);
        machine.Write(0, 4096, new byte[512]);
        machine.Write(0, RegionMap.RegionSize - 512, new byte[1024]);

        Assert.Equal(
            [
                "Write intents.map", "Flush intents.map", "Write disk-0.img",
                "Write disk-0.img",
                "Write intents.map", "Flush intents.map", "Write disk-0.img",
            ],
            seen);
    }

    [Fact]
    public void After_a_failed_marking_the_next_write_of_the_region_marks_it_again()
    {
        // A region that counts as marked and is not durable hides its writes from the next comparison.
        foreach (var failing in new[] { FileOperation.Write, FileOperation.Flush })
        {
            var bench = new SourceBench(new RegionMap(SourceBench.DiskBytes));
            var failures = 0;
            using var machine = bench.Open(new ObservedFileSystem(bench.Disk, (what, path) =>
            {
                if (what == failing && path == SourceBench.IntentPath && failures-- > 0)
                {
                    throw ErrorCatalogue.Exception("DiskFull", path, "test");
                }
            }));
            failures = 1;
            Assert.Throws<AsrException>(() => machine.Write(0, 0, new byte[512]));
            machine.Write(0, 0, new byte[512]);

            bench.Disk = bench.Disk.CrashKeepingNothing();
            Assert.True(bench.Marked()[0][0], $"not marked after a failed {failing}");
        }
    }

    [Fact]
    public void A_write_refused_by_the_fence_changes_nothing()
    {
        var bench = new SourceBench(new RegionMap(SourceBench.DiskBytes));
        var operations = 0;
        using var machine = bench.Open(new ObservedFileSystem(bench.Disk, (_, _) => operations++));
        machine.BeginSynchronisation();
        var (position, queued) = (machine.Position, machine.Queue.Bytes);
        bench.Fence.Closed = true;
        operations = 0;

        var refused = Assert.Throws<AsrException>(() => machine.Write(0, 0, new byte[512]));

        Assert.Equal("WriteRefused", refused.Error.Id);
        Assert.Equal((position, queued, 0), (machine.Position, machine.Queue.Bytes, operations));
        Assert.Empty(bench.Marked().Members());
    }

    [Fact]
    public async Task A_block_that_was_written_after_it_was_read_is_queued_as_it_is_now()
    {
        var bench = new SourceBench();
        using var machine = bench.Open();
        machine.BeginSynchronisation();
        var (first, second) = (machine.ReadBlock(new BlockAddress(0, 1)), machine.ReadBlock(new BlockAddress(1, 0)));
        machine.Write(0, Blocks.Size, SourceBench.Bytes(512, 1));
        machine.QueueBlock(first);
        machine.QueueBlock(second);
        var queued = (await machine.Queue.TakeAsync(long.MaxValue, Patience.Token))!;

        Assert.Equal([0L, Blocks.Size, Blocks.Size, 0], queued.Select(record => record.Offset));
        Assert.Equal(SourceBench.Bytes(512, 1), queued[2].Data[..512].ToArray());
        Assert.True(queued[2].Position > queued[1].Position);
        Assert.True(Blocks.IsZero(queued[3].Data.Span));
    }

    [Fact]
    public void A_stopped_machine_writes_nothing_more()
    {
        var bench = new SourceBench(new RegionMap(SourceBench.DiskBytes));
        using var machine = bench.Open();
        machine.Stop();

        Assert.Equal("MachineClosed", Assert.Throws<AsrException>(() => machine.Write(0, 0, new byte[512])).Error.Id);
        Assert.Empty(bench.Marked().Members());
    }

    [Theory]
    [InlineData(0, -512)]
    [InlineData(1, RegionMap.RegionSize + 512)]
    [InlineData(1, RegionMap.RegionSize)]
    [InlineData(0, long.MaxValue - 100)]
    public void A_write_outside_the_disk_is_refused_and_takes_no_place_in_the_order(int disk, long offset)
    {
        var bench = new SourceBench();
        using var machine = bench.Open();
        machine.BeginSynchronisation();
        var (position, queued) = (machine.Position, machine.Queue.Bytes);

        var refused = Record.Exception(() => machine.Write(disk, offset, new byte[1024]));

        Assert.True(refused is ArgumentOutOfRangeException or AsrException, $"{refused?.GetType()}");
        Assert.Equal((position, queued), (machine.Position, machine.Queue.Bytes));
    }

    [Fact]
    public void A_write_that_failed_half_way_leaves_its_region_marked()
    {
        // The guest was told that it failed; what is on the source's disk then is known to nobody, so it must be compared.
        var bench = new SourceBench(new RegionMap(SourceBench.DiskBytes));
        var intents = IntentBitmap.Open(bench.Disk, SourceBench.IntentPath, SourceBench.DiskBytes, writable: true)!;
        var disks = SourceBench.OpenDisks(bench.Disk);
        using var machine = new WriteSplitter([new TornDisk(disks[0]), disks[1]], intents, bench.Fence, 1, new InstantClock());
        machine.BeginSynchronisation();
        machine.CompleteSynchronisation();
        machine.SynchronisationAcknowledged();

        Assert.Throws<AsrException>(() => machine.Write(0, 0, SourceBench.Bytes(4096, 1)));
        machine.Write(1, 0, SourceBench.Bytes(512, 2));
        machine.ClearAcknowledged(machine.Position);

        Assert.True(bench.Marked()[0][0], "the source holds bytes the target lacks, and nothing says so");
        Assert.False(bench.Marked()[1][0]);
    }

    /// <summary>Writes half and then fails.</summary>
    private sealed class TornDisk(IBlockDevice inner) : IBlockDevice
    {
        public long Length => inner.Length;

        public void Read(long offset, Span<byte> buffer) => inner.Read(offset, buffer);

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            inner.Write(offset, bytes[..(bytes.Length / 2)]);
            throw ErrorCatalogue.Exception("FileError", "disk", "test");
        }

        public void Flush() => inner.Flush();

        public void Dispose() => inner.Dispose();
    }
}
