using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;

namespace AsrFailback.Replication.Tests;

/// <summary>Bits that flip and files that vanish: a point is exact or not listed, never wrong.</summary>
public sealed class JournalDamageTests
{
    private static readonly string History = Path.Combine(JournalFiles.Folder, "history");
    private static readonly string RedoPath = Path.Combine(JournalFiles.Folder, "redo.log");

    [Fact]
    public void Any_flipped_bit_of_history_is_found_and_no_listed_point_is_wrong()
    {
        for (var number = 1; number <= 5; number++)
        {
            for (var flip = 0; flip < 60; flip++)
            {
                using var bench = WithPoints(5);
                bench.Journal.Dispose();
                var path = Path.Combine(History, $"{number:D10}.seg");
                Flip(bench.Disk, path, new Random((number * 1000) + flip));

                var findings = Check(bench.Disk);
                Assert.NotEmpty(findings);
                bench.Reopen();
                AssertExact(bench);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void A_missing_segment_takes_its_point_and_all_older_ones_off_the_list(int number)
    {
        using var bench = WithPoints(5);
        bench.Journal.Dispose();
        bench.Disk.Delete(Path.Combine(History, $"{number:D10}.seg"));
        bench.Reopen();

        Assert.Equal(bench.Model.Points.Skip(number).Select(expected => expected.Point), bench.Journal.Points);
        AssertExact(bench);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void A_shortened_segment_is_found_and_no_listed_point_is_wrong(int number)
    {
        using var bench = WithPoints(5);
        bench.Journal.Dispose();
        using (var file = bench.Disk.Open(Path.Combine(History, $"{number:D10}.seg"), FileOpening.ReadWrite))
        {
            file.SetLength(file.Length - 100);
        }

        Assert.NotEmpty(Check(bench.Disk));
        bench.Reopen();
        AssertExact(bench);
    }

    [Fact]
    public void Any_flipped_bit_of_the_replica_is_named_by_disk_and_block()
    {
        for (var flip = 0; flip < 60; flip++)
        {
            using var bench = WithPoints(2);
            bench.Journal.Settle();
            bench.Journal.Digests(0, 0, 4);
            bench.Journal.Digests(1, 0, 3);
            bench.Journal.Dispose();
            var at = Flip(bench.Disk, JournalFiles.DiskPath(flip % 2), new Random(flip));

            Assert.Equal([$"disk {flip % 2}, block {at / Disks.Blocks.Size}: differs from its digest"], Check(bench.Disk));
            bench.Reopen();
        }
    }

    [Fact]
    public void A_redo_log_with_both_superblocks_damaged_is_refused_by_name()
    {
        using var bench = WithPoints(2);
        bench.Journal.Dispose();
        using (var file = bench.Disk.Open(RedoPath, FileOpening.ReadWrite))
        {
            file.Write(3, [0xff]);
            file.Write(4096 + 30, [0xff, 0xff, 0xff]);
        }

        Assert.Equal("JournalDamaged", Assert.Throws<AsrException>(() => JournalFiles.Open(bench.Disk)).Error.Id);
    }

    // The slot of the newest generation: with its records behind it, the older slot must not be believed.
    [Fact]
    public void A_damaged_superblock_whose_records_are_there_is_refused_and_loses_none_silently()
    {
        using var bench = WithPoints(2);
        bench.Receive(bench.Records.Write());
        bench.Journal.Dispose();
        var refused = 0;
        foreach (var slot in new[] { 0, 4096 })
        {
            XorByte(bench.Disk, slot + 30);
            refused += Record.Exception(() => JournalFiles.Open(bench.Disk).Dispose()) is AsrException { Error.Id: "JournalDamaged" } ? 1 : 0;
            XorByte(bench.Disk, slot + 30);
        }

        Assert.Equal(1, refused);
        bench.Reopen();
        AssertExact(bench);
    }

    // To see it fail, let RedoBatch.IsFollowed answer false, or let it look for heads of any generation.
    [Fact]
    public void A_flipped_bit_in_a_batch_that_waits_is_refused_unless_it_may_be_the_torn_end()
    {
        using var bench = WithPoints(0);
        var ends = new List<long>();
        for (var batch = 0; batch < 3; batch++)
        {
            bench.Receive(bench.Records.Write(0, 65_536, 65_536), bench.Records.Write(1, 0, 512));
            using var redo = bench.Disk.Open(RedoPath, FileOpening.ReadOnly);
            ends.Add(redo.Length);
        }

        bench.Journal.Dispose();
        var samples = Enumerable.Range(0, (int)((ends[2] - 8192) / 509)).Select(index => 8192L + (index * 509));
        var aroundTheLastHead = Enumerable.Range(-6, 12).Select(offset => ends[1] + offset);
        foreach (var at in samples.Concat(aroundTheLastHead))
        {
            XorByte(bench.Disk, at);
            var refused = Record.Exception(() => Check(bench.Disk)) is AsrException { Error.Id: "JournalDamaged" };
            Assert.True(refused == at < ends[1], $"byte {at} of {ends[2]}");
            XorByte(bench.Disk, at);
        }

        bench.Reopen();
        AssertExact(bench);
    }

    [Fact]
    public void After_complete_digests_every_byte_of_a_replica_is_checked()
    {
        using var bench = WithPoints(2);
        bench.Journal.CompleteDigests();
        bench.Journal.Dispose();

        var check = JournalChecker.Check(bench.Disk, JournalFiles.Folder, JournalFiles.Folder, JournalFiles.OpenDisks(bench.Disk));

        Assert.Empty(check.Findings);
        Assert.Equal((bench.DiskBytes.Sum(Disks.Blocks.Count), 0), (check.BlocksCompared, check.BlocksUnknown));
        bench.Reopen();
    }

    [Fact]
    public void Checking_changes_nothing()
    {
        using var bench = WithPoints(3);
        bench.Receive(bench.Records.Write());
        bench.Journal.Dispose();
        var changes = 0;
        var files = new ObservedFileSystem(bench.Disk, (_, _) => changes++);

        Assert.Empty(Check(files));
        Assert.Equal(0, changes);
        bench.Reopen();
    }

    private static JournalBench WithPoints(int count)
    {
        var bench = new JournalBench();
        for (var point = 0; point < count; point++)
        {
            bench.Receive(bench.Records.Write(0, 0, 4096), bench.Records.Write(), bench.Records.Mark());
        }

        bench.Receive(bench.Records.Write(0, 0, 4096), bench.Records.Write(1, 65_536, 4096));
        bench.Journal.Settle();
        return bench;
    }

    private static IReadOnlyList<string> Check(IFileSystem files) =>
        JournalChecker.Check(files, JournalFiles.Folder, JournalFiles.Folder, JournalFiles.OpenDisks(files)).Findings;

    // Where a before-image went bad, reading it is refused, and its point goes off the list; wrong bytes are never handed out.
    private static void AssertExact(JournalBench bench)
    {
        Assert.Empty(bench.ReplicaDifferences());
        foreach (var point in bench.Journal.Points)
        {
            if (bench.Journal.Points.Contains(point) && Record.Exception(() => Assert.Empty(bench.DifferencesAt(point.Id))) is { } refused)
            {
                Assert.Equal("JournalDamaged", Assert.IsType<AsrException>(refused).Error.Id);
                Assert.DoesNotContain(point, bench.Journal.Points);
            }
        }

        Assert.All(bench.Journal.Points, point => Assert.Empty(bench.DifferencesAt(point.Id)));
    }

    private static void XorByte(SimulatedDisk files, long at)
    {
        using var file = files.Open(RedoPath, FileOpening.ReadWrite);
        Span<byte> one = stackalloc byte[1];
        file.Read(at, one);
        one[0] ^= 0xff;
        file.Write(at, one);
    }

    private static long Flip(SimulatedDisk files, string path, Random random)
    {
        using var file = files.Open(path, FileOpening.ReadWrite);
        var at = random.NextInt64(file.Length);
        Span<byte> one = stackalloc byte[1];
        file.Read(at, one);
        one[0] ^= (byte)(1 << random.Next(8));
        file.Write(at, one);
        return at;
    }
}
