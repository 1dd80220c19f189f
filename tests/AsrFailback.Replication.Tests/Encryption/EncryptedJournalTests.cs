using System.Buffers.Binary;
using System.Text;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Encryption;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// A journal whose redo log and history are encrypted: what a guest wrote is in none of their files, and what was changed,
/// moved or sealed with another key is refused, never read. To see it fail, seal nothing in <c>ChainedLog.Add</c>, leave the
/// place out of <c>FrameSeal.Associate</c>, or believe a frame in clear.
/// </summary>
[Requirement("FO-06")]
public sealed class EncryptedJournalTests
{
    private const string Redo = $"{JournalFiles.Folder}/redo.log";
    private const string History = $"{JournalFiles.Folder}/history";
    private const int RedoStart = 8192;
    private static readonly byte[] Marker = Encoding.ASCII.GetBytes("only-the-guest-knows-this");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_a_guest_wrote_is_in_no_file_of_an_encrypted_journal(bool encrypted)
    {
        using var bench = Told(encrypted);

        var told = JournalPaths(bench.Disk).Where(path => Holds(bench.Disk, path)).ToArray();

        Assert.Equal(!encrypted, told.Contains(Redo));
        Assert.Equal(!encrypted, told.Any(path => path.EndsWith(".seg", StringComparison.Ordinal)));
        Assert.Equal(encrypted ? (3, 2) : (2, 1), (VersionOf(bench.Disk, Redo), VersionOf(bench.Disk, Segment(1))));
    }

    [Fact]
    public void Every_point_is_exact_after_openings_power_cuts_and_a_rollback()
    {
        using var bench = Told(encrypted: true);
        var points = bench.Journal.Points;
        bench.CutPower(3);
        bench.Receive(bench.Records.Write(0, 0, Blocks.Size));
        bench.Reopen();

        Assert.Equal(points, bench.Journal.Points);
        Assert.All(points, point => Assert.Empty(bench.DifferencesAt(point.Id)));

        var state = bench.Model.Points[0].State;
        bench.Journal.RollBackTo(points[0].Id);
        bench.Journal.Settle();
        Assert.Empty(state.Differences(JournalFiles.OpenDisks(bench.Disk)));
    }

    [Fact]
    public void Without_the_key_or_with_another_one_a_journal_is_refused_and_not_changed()
    {
        using var bench = Told(encrypted: true);
        bench.Journal.Dispose();
        var before = JournalPaths(bench.Disk).ToDictionary(path => path, bench.Disk.Take);
        using var other = DataKey.Create();

        Assert.Equal("JournalKeyMissing", Refused(bench.Disk, null));
        Assert.Equal("JournalKeyWrong", Refused(bench.Disk, other));

        Assert.Equal(before.Keys, JournalPaths(bench.Disk));
        Assert.All(before, file => Assert.Equal(file.Value, bench.Disk.Take(file.Key)));
        Assert.Empty(JournalChecker.Check(bench.Disk, JournalFiles.Folder, JournalFiles.Folder, JournalFiles.OpenDisks(bench.Disk)).Findings);
    }

    [Fact]
    public void A_changed_record_of_the_redo_log_is_refused_although_its_checksum_is_right()
    {
        using var bench = Told(encrypted: true);
        bench.Journal.Dispose();
        var whole = bench.Disk.Take(Redo);
        foreach (var record in RecordsOf(whole, RedoStart).Where(record => (whole[record.At + 4] & FrameSeal.Flag) != 0))
        {
            foreach (var at in new[] { 4, 6, 30, record.Body - 1 })
            {
                var changed = Changed(whole, content => content[record.At + 5 + Math.Min(at, record.Body - 1)] ^= 1, RedoStart, RedoSeed(whole));
                Put(bench.Disk, Redo, changed);
                Assert.Equal("JournalDamaged", Refused(bench.Disk, JournalFiles.Key));
            }
        }

        Put(bench.Disk, Redo, whole);
        Assert.Null(Refused(bench.Disk, JournalFiles.Key));
    }

    [Fact]
    public void A_changed_before_image_takes_its_point_off_the_list_and_is_never_read()
    {
        using var bench = Told(encrypted: true);
        var (oldest, path) = (bench.Journal.Points[0].Id, Segment(1));
        bench.Journal.Dispose();
        var whole = bench.Disk.Take(path);
        Put(bench.Disk, path, Changed(whole, content => content[SegmentHeader.Size + 60] ^= 1, SegmentHeader.Size, SegmentSeed(whole)));

        using var journal = JournalFiles.Open(bench.Disk);

        var refused = Assert.Throws<AsrException>(() => Read(journal, oldest));
        Assert.Equal("JournalDamaged", refused.Error.Id);
        Assert.Equal("PointDamaged", Assert.Throws<AsrException>(() => journal.VerifyPoint(oldest)).Error.Id);
        Assert.DoesNotContain(journal.Points, point => point.Id == oldest);
        Assert.NotEmpty(journal.Points);
    }

    [Fact]
    public void Two_frames_that_changed_places_open_in_neither()
    {
        using var bench = Told(encrypted: true);
        var (oldest, path) = (bench.Journal.Points[0].Id, Segment(1));
        bench.Journal.Dispose();
        var whole = bench.Disk.Take(path);
        var records = RecordsOf(whole, SegmentHeader.Size).ToArray();
        var (one, other) = (records[0], records.First(record => record.At > records[0].At && record.Body == records[0].Body));
        const int head = 5 + 14;
        Put(bench.Disk, path, Changed(whole, content =>
        {
            // The frames alone, so that each has the head of the other.
            whole.AsSpan(other.At + head, one.Body - 14).CopyTo(content.AsSpan(one.At + head));
            whole.AsSpan(one.At + head, one.Body - 14).CopyTo(content.AsSpan(other.At + head));
        }, SegmentHeader.Size, SegmentSeed(whole)));
        AssertShut(bench.Disk, oldest);

        Put(bench.Disk, path, Changed(whole, content =>
        {
            // Whole records: each speaks of its own block, at the other's place.
            whole.AsSpan(other.At, one.Body + 5).CopyTo(content.AsSpan(one.At));
            whole.AsSpan(one.At, one.Body + 5).CopyTo(content.AsSpan(other.At));
        }, SegmentHeader.Size, SegmentSeed(whole)));
        AssertShut(bench.Disk, oldest);
    }

    [Fact]
    public void A_frame_of_another_segment_or_of_an_earlier_life_of_the_log_does_not_open()
    {
        using var bench = Told(encrypted: true);
        bench.Journal.Dispose();
        var (first, second) = (bench.Disk.Take(Segment(1)), bench.Disk.Take(Segment(2)));
        var end = Math.Min(first.Length, second.Length);
        Put(bench.Disk, Segment(1), Changed(first, content => second.AsSpan(SegmentHeader.Size, end - SegmentHeader.Size).CopyTo(content.AsSpan(SegmentHeader.Size)), SegmentHeader.Size, SegmentSeed(first)));
        AssertShut(bench.Disk, null);

        Put(bench.Disk, Segment(1), first);
        var earlier = bench.Disk.Take(Redo);
        using (var journal = JournalFiles.Open(bench.Disk))
        {
            journal.Settle(); // the next life begins
        }

        var later = bench.Disk.Take(Redo);
        earlier.AsSpan(RedoStart).CopyTo(later.AsSpan(RedoStart));
        Put(bench.Disk, Redo, Changed(later, _ => { }, RedoStart, RedoSeed(later)));
        Assert.Equal("JournalDamaged", Refused(bench.Disk, JournalFiles.Key));
    }

    [Fact]
    public void Files_in_clear_are_not_taken_for_those_of_an_encrypted_journal()
    {
        using var clear = Told(encrypted: false);
        using var bench = Told(encrypted: true);
        clear.Journal.Dispose();
        bench.Journal.Dispose();
        var redo = bench.Disk.Take(Redo);

        Put(bench.Disk, Redo, clear.Disk.Take(Redo));
        Assert.Equal("JournalDamaged", Refused(bench.Disk, JournalFiles.Key));

        Put(bench.Disk, Redo, redo);
        var newest = Segment(3);
        Put(bench.Disk, newest, clear.Disk.Take(newest));
        using var journal = JournalFiles.Open(bench.Disk);
        Assert.Empty(journal.Points);
        Assert.NotEmpty(journal.HistoryDamage);
    }

    [Fact]
    public void A_torn_end_that_is_written_again_repeats_no_nonce()
    {
        var frames = new Dictionary<string, string>();
        using var bench = Told(encrypted: true);
        for (var life = 0; life < 30; life++)
        {
            bench.Receive(bench.Records.Write(0, 0, 4096), bench.Records.Write(1, 512, 8192));
            if (life % 3 == 0)
            {
                bench.Mark();
            }

            foreach (var path in JournalPaths(bench.Disk))
            {
                Collect(frames, bench.Disk, path);
            }

            bench.Journal.Dispose();
            TearEnd(bench.Disk, life);
            bench.Reopen();
        }

        Assert.True(frames.Count > 50, $"{frames.Count}");
    }

    // Three points, each with before-images of the same three blocks, and records that wait; the marker is in all of it.
    private static JournalBench Told(bool encrypted)
    {
        var bench = new JournalBench(encrypted: encrypted);
        for (var point = 0; point < 3; point++)
        {
            bench.Receive(Marked(bench.Records.Write(0, 0, Blocks.Size)), Marked(bench.Records.Write(0, Blocks.Size, Blocks.Size)), Marked(bench.Records.Write(1, 0, 512)));
            bench.Mark();
        }

        bench.Receive(Marked(bench.Records.Write(0, 0, 4096)));
        bench.Journal.Settle();
        bench.Receive(Marked(bench.Records.Write(0, 8192, 4096)), bench.Records.Write(1, 512, 512));
        return bench;
    }

    private static LogRecord Marked(LogRecord record)
    {
        var data = record.Data.ToArray();
        Marker.CopyTo(data, 100);
        return record with { Data = data };
    }

    private static string Segment(int number) => $"{History}/{HistorySegment.NameOf(number)}";

    private static IReadOnlyList<string> JournalPaths(SimulatedDisk disk) => [Redo, .. disk.List(History, "*.seg")];

    private static bool Holds(SimulatedDisk disk, string path) => disk.Take(path).AsSpan().IndexOf(Marker) >= 0;

    private static int VersionOf(SimulatedDisk disk, string path) => BinaryPrimitives.ReadUInt16LittleEndian(disk.Take(path).AsSpan(8));

    private static string? Refused(SimulatedDisk disk, DataKey? key)
    {
        try
        {
            RetentionJournal.Open(disk, JournalFiles.Folder, JournalFiles.Folder, JournalFiles.OpenDisks(disk), new JournalOptions { Key = key }).Dispose();
            return null;
        }
        catch (AsrException refused)
        {
            return refused.Error.Id;
        }
    }

    private static void AssertShut(SimulatedDisk disk, Guid? point)
    {
        using var journal = JournalFiles.Open(disk);
        var refused = Assert.Throws<AsrException>(() => Read(journal, point ?? journal.Points[0].Id));
        Assert.Equal("JournalDamaged", refused.Error.Id);
    }

    private static void Read(RetentionJournal journal, Guid point)
    {
        foreach (var disk in journal.OpenPoint(point))
        {
            SourceBench.ReadAll(disk);
        }
    }

    private static IEnumerable<(int At, int Body)> RecordsOf(byte[] content, int start)
    {
        while (start + 9 <= content.Length && BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(start)) is > 0 and <= ChainedLog.MaxBody and var body && start + 9 + body <= content.Length)
        {
            yield return (start, body);
            start += 9 + body;
        }
    }

    // Changed, and every checksum made right again.
    private static byte[] Changed(byte[] content, Action<byte[]> change, int start, uint chain)
    {
        var changed = content.ToArray();
        change(changed);
        foreach (var (at, body) in RecordsOf(changed, start).ToArray())
        {
            chain = Crc32C.Append(chain, changed.AsSpan(at, 5 + body));
            BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(at + 5 + body), chain);
        }

        return changed;
    }

    private static uint SegmentSeed(byte[] content) => BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(SegmentHeader.Size - 4));

    private static uint RedoSeed(byte[] content)
    {
        Span<byte> generation = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(generation, Math.Max(
            BinaryPrimitives.ReadUInt64LittleEndian(content.AsSpan(12)), BinaryPrimitives.ReadUInt64LittleEndian(content.AsSpan(4096 + 12))));
        return Crc32C.Append(0x41535252, generation);
    }

    // Only what continues the chain: behind it lies what is left of earlier lives, in pieces.
    private static void Collect(Dictionary<string, string> frames, SimulatedDisk disk, string path)
    {
        var content = disk.Take(path);
        using var file = disk.Open(path, FileOpening.ReadOnly);
        var (start, seed) = path == Redo ? (RedoStart, RedoSeed(content)) : (SegmentHeader.Size, SegmentSeed(content));
        ChainedLog.Recover(file, start, seed, record =>
        {
            if ((record.Kind & FrameSeal.Flag) == 0)
            {
                return;
            }

            var head = path != Redo ? 14 : (record.Kind & 0x7F) is 1 or 2 or 6 ? 22 : record.Body.Length - FrameCipher.Overhead;
            var nonce = Convert.ToHexString(record.Body.Slice(head, 24));
            var frame = Convert.ToHexString(record.Body);
            Assert.True(frames.TryAdd(nonce, frame) || frames[nonce] == frame, $"a nonce serves two frames at byte {record.Offset} of {path}");
        });
    }

    // The last record is cut in two, as by a power failure.
    private static void TearEnd(SimulatedDisk disk, int life)
    {
        var content = disk.Take(Redo);
        var last = RecordsOf(content, RedoStart).LastOrDefault();
        if (last.Body > 0)
        {
            content.AsSpan(last.At + (life % last.Body)).Clear();
            Put(disk, Redo, content);
        }
    }

    private static void Put(SimulatedDisk disk, string path, byte[] content)
    {
        disk.Delete(path);
        using var file = disk.Open(path, FileOpening.CreateNew);
        file.Write(0, content);
        file.Flush();
    }
}
