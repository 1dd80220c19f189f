using AsrFailback.Replication.IO;
using AsrFailback.Replication.Source;

namespace AsrFailback.Replication.Tests;

/// <summary>The write-intent bitmap on disk.</summary>
public sealed class IntentBitmapTests
{
    private const string Folder = "/source/agent";
    private const string FilePath = Folder + "/intents.map";
    private const long RegionsPerSector = 504 * 8;

    // The second disk has more regions than one sector holds.
    private static readonly long[] Sizes = [(5L << 20) + 512, (RegionsPerSector + 10) << 20, 1 << 20];

    [Fact]
    public void A_saved_map_reads_back_equal()
    {
        var files = new SimulatedDisk();
        var map = new RegionMap(Sizes);
        const long Full = RegionsPerSector;
        (int Disk, long Region)[] places = [(0, 0), (0, 5), (1, 1), (1, Full - 1), (1, Full), (1, Full + 9), (2, 0)];
        foreach (var (disk, region) in places)
        {
            map[disk][region] = true;
        }

        IntentBitmap.Save(files, FilePath, map);

        Assert.Equal(map.Members(), IntentBitmap.ReadOrFull(files, FilePath, Sizes).Members());
    }

    [Fact]
    public void Its_bytes_are_those_of_the_marked_regions_whatever_is_marked_twice_or_cleared()
    {
        var files = new SimulatedDisk();
        var map = new RegionMap(Sizes);
        map[0][5] = true;
        IntentBitmap.Save(files, FilePath, map);
        var failing = false;
        var observed = new ObservedFileSystem(files, (operation, path) =>
        {
            if (failing && operation == FileOperation.Flush)
            {
                throw new IOException(path);
            }
        });
        using var intents = IntentBitmap.Open(observed, FilePath, Sizes, writable: true)!;
        Assert.Equal(RegionMap.RegionSize, intents.MarkedBytes);

        intents.Mark(0, 0, 2 << 20);
        intents.Mark(0, 512, 512);
        intents.Clear([(0, 1), (2, 0)]);
        failing = true;
        Assert.Throws<IOException>(() => intents.Mark(1, 0, 512));

        Assert.Equal(2 * RegionMap.RegionSize, intents.MarkedBytes);
        Assert.Equal(intents.Regions.Bytes, intents.MarkedBytes);
    }

    [Fact]
    public void A_marking_is_durable_when_it_returns_and_a_clearing_may_be_lost()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var files = new SimulatedDisk();
            IntentBitmap.Save(files, FilePath, new RegionMap(Sizes));
            using var intents = IntentBitmap.Open(files, FilePath, Sizes, writable: true)!;
            intents.Mark(1, (RegionsPerSector - 1) << 20, 2 << 20);
            intents.Mark(0, 1 << 20, 512);
            intents.Clear([(0, 1)]);
            var after = IntentBitmap.ReadOrFull(files.Crash(new Random(seed)), FilePath, Sizes);

            Assert.True(after[1][RegionsPerSector - 1] && after[1][RegionsPerSector]);
            Assert.Empty(after.Members().Except([(0, 1L), (1, RegionsPerSector - 1), (1, RegionsPerSector)]));
        }
    }

    [Fact]
    public void Saving_over_an_old_map_leaves_one_of_the_two_after_a_power_cut_at_any_operation()
    {
        var (old, renewed) = (new RegionMap(Sizes), RegionMap.Full(Sizes));
        var finished = false;
        for (var operation = 1; !finished; operation++)
        {
            var files = new SimulatedDisk();
            IntentBitmap.Save(files, FilePath, old);
            var observed = new ObservedFileSystem(files, new PowerCut(operation).Observe);
            finished = Record.Exception(() => IntentBitmap.Save(observed, FilePath, renewed)) is null;
            for (var seed = 0; seed < 20; seed++)
            {
                using var after = IntentBitmap.Open(files.Crash(new Random(seed)), FilePath, Sizes, writable: false);
                Assert.NotNull(after);
                Assert.Contains(after.Regions.Bytes, finished ? [renewed.Bytes] : new[] { old.Bytes, renewed.Bytes });
            }
        }
    }

    [Fact]
    public void A_damaged_sector_counts_as_all_marked_and_no_other_does()
    {
        for (var bit = 0; bit < 512 * 8; bit += 37)
        {
            var files = new SimulatedDisk();
            IntentBitmap.Save(files, FilePath, new RegionMap(Sizes));
            Flip(files, (4096 + 512) * 8L + bit);
            var map = IntentBitmap.ReadOrFull(files, FilePath, Sizes);

            Assert.Equal((0, RegionsPerSector, 0), (map[0].Count, map[1].Count, map[2].Count));
        }
    }

    [Fact]
    public void A_damaged_header_makes_the_map_unusable()
    {
        for (var bit = 0; bit < 4096 * 8; bit += 211)
        {
            var files = new SimulatedDisk();
            IntentBitmap.Save(files, FilePath, new RegionMap(Sizes));
            Flip(files, bit);

            var opened = Record.Exception(() => Assert.Null(IntentBitmap.Open(files, FilePath, Sizes, writable: false)));
            Assert.True(opened is null or AsrException { Error.Id: "FormatTooNew" }, $"bit {bit}: {opened}");
        }
    }

    [Fact]
    public void A_map_of_other_disks_or_of_another_length_is_unusable()
    {
        var files = new SimulatedDisk();
        IntentBitmap.Save(files, FilePath, new RegionMap(Sizes));

        Assert.Null(IntentBitmap.Open(files, FilePath, [Sizes[0], Sizes[1]], writable: false));
        Assert.Null(IntentBitmap.Open(files, FilePath, [Sizes[0], Sizes[1], Sizes[2] + 512], writable: false));
        Assert.Null(IntentBitmap.Open(files, FilePath, [Sizes[1], Sizes[0], Sizes[2]], writable: false));
        Assert.Equal(RegionMap.Full(Sizes).Bytes, IntentBitmap.ReadOrFull(files, Folder + "/missing", Sizes).Bytes);
        using (var file = files.Open(FilePath, FileOpening.ReadWrite))
        {
            file.SetLength(file.Length - 512);
        }

        Assert.Null(IntentBitmap.Open(files, FilePath, Sizes, writable: false));
    }

    private static void Flip(SimulatedDisk files, long bit)
    {
        using var file = files.Open(FilePath, FileOpening.ReadWrite);
        Span<byte> one = stackalloc byte[1];
        file.Read(bit / 8, one);
        one[0] ^= (byte)(1 << (int)(bit % 8));
        file.Write(bit / 8, one);
    }
}
