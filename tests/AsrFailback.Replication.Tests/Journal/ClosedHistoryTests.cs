using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// History that was closed is read when somebody wants it. To see it fail, open every segment as the newest in
/// <c>HistoryFolderReader</c>, or leave out <c>Unlist</c>, or the leftovers in <c>RetentionJournal.Drop</c>.
/// </summary>
public sealed class ClosedHistoryTests
{
    private const string History = $"{JournalFiles.Folder}/history";

    [Fact]
    public void An_opening_and_a_failover_to_the_latest_read_the_before_images_of_the_newest_only()
    {
        using var bench = WithPoints(6);
        var reads = new HashSet<string>();
        bench.Reopen(disk => new RationedFileSystem(disk)
        {
            Unreadable = (path, offset) =>
            {
                _ = offset >= SegmentHeader.Size && reads.Add(path);
                return false;
            },
        });

        bench.Journal.RollBackTo(bench.Journal.MarkLatest(Guid.NewGuid(), DateTimeOffset.UnixEpoch, "").Id);

        Assert.DoesNotContain(reads, path => path.EndsWith(".seg", StringComparison.Ordinal) && HistorySegment.NumberOf(path) < 6);
        Assert.Contains(reads, path => path.EndsWith(HistorySegment.NameOf(6), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void Damage_that_is_found_when_a_point_is_wanted_takes_it_and_the_older_ones_off_the_list(int damaged)
    {
        using var bench = WithPoints(6);
        bench.Journal.Dispose();
        Flip(bench.Disk, damaged, SegmentHeader.Size + 40);
        bench.Reopen();
        var oldest = bench.Journal.Points[0];
        Assert.Equal(6, bench.Journal.Points.Count);

        var refused = Assert.Throws<AsrException>(() => bench.Journal.OpenPoint(oldest.Id));

        Assert.Equal("JournalDamaged", refused.Error.Id);
        Assert.Equal(6 - damaged, bench.Journal.Points.Count);
        Assert.Contains(HistorySegment.NameOf(damaged), Assert.Single(bench.Journal.HistoryDamage), StringComparison.Ordinal);
        Assert.All(bench.Journal.Points, point => Assert.Empty(bench.DifferencesAt(point.Id)));
        Assert.Equal("PointNotFound", Assert.Throws<AsrException>(() => bench.Journal.RollBackTo(oldest.Id)).Error.Id);
    }

    [Fact]
    public void A_point_is_verified_through_everything_since_it()
    {
        using var bench = WithPoints(6);
        Flip(bench.Disk, 3, SegmentHeader.Size + 40); // while its index is in memory
        bench.Journal.VerifyPoint(bench.Journal.Points[3].Id);

        Assert.Equal("PointDamaged", Assert.Throws<AsrException>(() => bench.Journal.VerifyPoint(bench.Journal.Points[1].Id)).Error.Id);

        Assert.Equal(3, bench.Journal.Points.Count);
    }

    [Fact]
    public void A_look_at_all_of_it_finds_what_rotted_while_the_journal_is_open()
    {
        using var bench = WithPoints(6);
        Assert.All(bench.Journal.Points, point => Assert.Empty(bench.DifferencesAt(point.Id))); // every index is in memory
        Flip(bench.Disk, 2, SegmentHeader.Size + 40);
        Flip(bench.Disk, 4, 100);

        bench.Journal.VerifyHistory(int.MaxValue);

        Assert.Equal(2, bench.Journal.Points.Count);
        Assert.Contains(HistorySegment.NameOf(4), Assert.Single(bench.Journal.HistoryDamage), StringComparison.Ordinal);
    }

    [Fact]
    public void The_newest_is_told_of_and_stays_until_it_is_closed()
    {
        using var bench = WithPoints(6);
        Flip(bench.Disk, 6, SegmentHeader.Size + 40);
        bench.Journal.VerifyHistory(int.MaxValue);
        bench.Journal.VerifyHistory(int.MaxValue);
        Assert.Single(bench.Journal.HistoryDamage);
        Assert.Equal(6, bench.Journal.Points.Count);

        var after = bench.Mark();
        bench.Journal.VerifyHistory(int.MaxValue);

        Assert.Equal([after], bench.Journal.Points);
    }

    // To see it fail, write segment 0 into the redo log where no point is listed.
    [Fact]
    public void A_newest_that_was_damaged_when_it_was_opened_never_comes_back_cut_short()
    {
        using var bench = WithPoints(3);
        Flip(bench.Disk, 3, SegmentHeader.Size + 40);
        bench.Reopen();
        Assert.Empty(bench.Journal.Points);
        bench.Receive(bench.Records.Write(0, 0, Blocks.Size)); // its before-image has no place any more
        bench.Journal.Settle();

        bench.Reopen();

        Assert.Empty(bench.Journal.Points);
        Assert.Contains(HistorySegment.NameOf(3), Assert.Single(bench.Journal.HistoryDamage), StringComparison.Ordinal);
        bench.Mark();
        bench.Reopen();
        Assert.Empty(bench.DifferencesAt(Assert.Single(bench.Journal.Points).Id));
    }

    [Fact]
    public void What_somebody_reads_stays_until_it_is_let_go()
    {
        using var bench = WithPoints(6);
        var read = bench.Journal.Points[0].Id;
        bench.Journal.Pin(read);
        Flip(bench.Disk, 4, SegmentHeader.Size + 40);
        bench.Journal.VerifyHistory(int.MaxValue);
        Assert.Equal(6, bench.Journal.Points.Count);

        bench.Journal.Unpin(read);
        bench.Journal.VerifyHistory(int.MaxValue);

        Assert.Equal(2, bench.Journal.Points.Count);
    }

    [Fact]
    public void Shares_go_round_all_of_it()
    {
        using var bench = WithPoints(6);
        Flip(bench.Disk, 1, SegmentHeader.Size + 40);
        for (var share = 0; share < 6; share++)
        {
            bench.Journal.VerifyHistory(1);
        }

        Assert.NotEmpty(bench.Journal.HistoryDamage);
    }

    [Fact]
    public void What_is_left_of_damaged_history_goes_when_retention_has_come_to_it()
    {
        using var bench = WithPoints(6);
        Flip(bench.Disk, 3, 100);
        bench.Reopen();
        Assert.Equal(3, bench.Journal.Points.Count);
        Assert.NotEmpty(bench.Journal.HistoryDamage);
        Assert.Equal(6, bench.Disk.List(History, "*.seg").Count);

        bench.Journal.Prune(new ReplicationPolicy(TimeSpan.FromMinutes(5), 2, long.MaxValue));

        Assert.Equal(2, bench.Disk.List(History, "*.seg").Count);
        Assert.Empty(bench.Journal.HistoryDamage);
        bench.Reopen();
        Assert.Empty(bench.Journal.HistoryDamage);
    }

    [Fact]
    public void The_checker_names_every_bad_before_image_of_every_segment()
    {
        using var bench = WithPoints(6);
        bench.Journal.Dispose();
        Flip(bench.Disk, 2, 100);
        Flip(bench.Disk, 2, SegmentHeader.Size + 40);
        Flip(bench.Disk, 5, SegmentHeader.Size + 40);
        Flip(bench.Disk, 5, SegmentHeader.Size + Blocks.Size + 100);

        var findings = JournalChecker.Check(bench.Disk, JournalFiles.Folder, JournalFiles.Folder, JournalFiles.OpenDisks(bench.Disk)).Findings;

        Assert.Equal(1, findings.Count(finding => finding.Contains(HistorySegment.NameOf(2), StringComparison.Ordinal) && finding.Contains("header", StringComparison.Ordinal)));
        Assert.Equal(1, findings.Count(finding => finding.Contains(HistorySegment.NameOf(2), StringComparison.Ordinal) && finding.Contains("disk 0, block 0", StringComparison.Ordinal)));
        Assert.Equal(1, findings.Count(finding => finding.Contains(HistorySegment.NameOf(5), StringComparison.Ordinal) && finding.Contains("disk 0, block 0", StringComparison.Ordinal)));
        Assert.Equal(1, findings.Count(finding => finding.Contains(HistorySegment.NameOf(5), StringComparison.Ordinal) && finding.Contains("disk 1, block 1", StringComparison.Ordinal)));
        Assert.Equal(4, findings.Count);
        bench.Reopen();
    }

    // Each interval overwrites the same two blocks.
    private static JournalBench WithPoints(int count)
    {
        var bench = new JournalBench();
        for (var point = 0; point < count; point++)
        {
            bench.Mark();
            bench.Receive(bench.Records.Write(0, 0, 4096), bench.Records.Write(1, Blocks.Size, 4096));
        }

        bench.Journal.Settle();
        return bench;
    }

    private static void Flip(SimulatedDisk disk, int segment, long at)
    {
        using var file = disk.Open($"{History}/{HistorySegment.NameOf(segment)}", FileOpening.ReadWrite);
        var one = new byte[1];
        file.Read(at, one);
        one[0] ^= 4;
        file.Write(at, one);
    }
}
