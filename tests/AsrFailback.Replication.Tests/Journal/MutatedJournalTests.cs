using System.Buffers.Binary;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Encryption;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Log;
using AsrFailback.Replication.Source;
using Xunit.Abstractions;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// Our own files changed at random, 10,000 inputs for each parser, half of them with checksums made right again: opened,
/// read and checked, or refused with an error of ours, quickly and in little memory.
/// </summary>
public sealed class MutatedJournalTests(ITestOutputHelper output)
{
    private const int Slot = 4096;
    private const int SuperblockSize = 64;
    private const int SegmentHeader = 4096;
    private const int SkippedReplays = 25;
    private const string Redo = $"{JournalFiles.Folder}/redo.log";

    private static readonly FrameCipher Cipher = new(JournalFiles.Key);

    private readonly MutationBench _bench = new(output);

    [Fact]
    public void A_mutated_redo_log_is_replayed_or_refused() => Run(Waiting(), Redo, SealRedo, ReadRedo, least: 1_000, most: 9_900);

    [Fact]
    [Requirement("FO-06")]
    public void A_mutated_encrypted_redo_log_is_replayed_or_refused() => Run(Waiting(encrypted: true), Redo, SealRedo, ReadEncryptedRedo, least: 1_000, most: 9_900);

    [Fact]
    [Requirement("FO-06")]
    public void A_mutated_encrypted_history_segment_is_read_or_refused()
    {
        var left = Waiting(encrypted: true);
        var path = Newest(left);
        Run(left, path, SealSegment, files => ReadSegment(files, path, Cipher));
    }

    [Fact]
    public void A_mutated_superblock_is_taken_or_refused() => Run(Waiting(), Redo, SealRedo, ReadRedo, (0, 2 * Slot));

    [Fact]
    public void A_mutated_head_of_a_redo_record_is_taken_or_refused() => Run(Waiting(), Redo, SealRedo, ReadRedo, (2 * Slot, (2 * Slot) + 80));

    [Fact]
    public void A_mutated_history_segment_is_read_or_refused()
    {
        var left = Waiting();
        var path = Newest(left);
        Run(left, path, SealSegment, files => ReadSegment(files, path));
    }

    [Fact]
    public void A_mutated_index_of_history_is_read_or_refused()
    {
        // The index is rebuilt from the heads of the before-images; this is the first of them, behind the point.
        var left = Waiting();
        var path = Newest(left);
        Run(left, path, SealSegment, files => ReadSegment(files, path), (SegmentHeader, SegmentHeader + 24));
    }

    [Fact]
    public void A_mutated_point_of_history_is_read_or_refused()
    {
        var left = Waiting();
        var path = Newest(left);
        Run(left, path, SealSegment, files => ReadSegment(files, path), (0, 100));
    }

    [Fact]
    public void A_mutated_manifest_is_read_or_begun_anew() =>
        Run(Waiting(), Replica.ManifestPath(JournalFiles.Folder, 0), SealManifest, ReadManifest);

    [Fact]
    public void A_mutated_intent_map_is_read_or_counts_as_full()
    {
        var files = new SimulatedDisk();
        long[] sizes = [9 << 20, 5 << 20];
        IntentBitmap.Save(files, "/agent/intent.map", RegionMap.Full(sizes));
        Run(files, "/agent/intent.map", SealIntents, disk =>
        {
            using var map = IntentBitmap.Open(disk, "/agent/intent.map", sizes, writable: true);
            map?.Clear([(0, 3)]);
            map?.Mark(0, 0, 9 << 20);
            Assert.True(map is null || map.Regions.Members().Count() >= 9);
        }, replay: false);
    }

    // A journal with three points, a synchronisation behind it, and records that wait to be applied.
    private static SimulatedDisk Waiting(bool encrypted = false)
    {
        var disk = new SimulatedDisk();
        JournalFiles.Create(disk, JournalFiles.DiskBytes, encrypted);
        var records = new RecordFactory(new Random(3), JournalFiles.DiskBytes) { SometimesZeros = false };
        using var journal = JournalFiles.Open(disk);
        journal.Receive(records.Of(LogRecordKind.SyncStarted), records.SyncBlock(), records.SyncBlock(), records.Of(LogRecordKind.SyncCompleted));
        for (var point = 0; point < 3; point++)
        {
            journal.Receive(records.Mark(), records.Write(0, 512, 512), records.Write(1, Blocks.Size, 512));
        }

        journal.Settle();
        journal.Receive(records.Write(0, 1024, 512), records.Write(0, Blocks.Size, 512));
        journal.Receive(records.Write(1, 0, 512));
        return disk;
    }

    private static string Newest(SimulatedDisk left) => left.List($"{JournalFiles.Folder}/history", "*.seg")[^1];

    private static void ReadRedo(IFileSystem files) => ReadRedo(files, null);

    private static void ReadEncryptedRedo(IFileSystem files) => ReadRedo(files, Cipher);

    private static void ReadRedo(IFileSystem files, FrameCipher? cipher)
    {
        var (redo, _, records) = RedoLog.Open(files, Redo, writable: true, cipher);
        redo.Dispose();
        Assert.All(records, record => Assert.InRange(record.Data.Length, 0, ChainedLog.MaxBody));
    }

    private static void ReadSegment(IFileSystem files, string path, FrameCipher? cipher = null)
    {
        using var segment = HistorySegment.OpenNewest(files, path, JournalFiles.OpenDisks(files), cipher, writable: true);
        var content = new byte[Blocks.Size];
        foreach (var address in segment.Addresses())
        {
            Assert.True(segment.TryRead(address, content));
        }
    }

    private static void ReadManifest(IFileSystem files)
    {
        using var manifest = DigestManifest.Open(files, Replica.ManifestPath(JournalFiles.Folder, 0), JournalFiles.DiskBytes[0], writable: true);
        for (long block = 0; manifest is not null && block < Blocks.Count(JournalFiles.DiskBytes[0]); block++)
        {
            manifest.TryGet(block, new byte[Blocks.DigestSize]);
        }
    }

    // Everything that is ever done with what was read.
    private static void OpenAndUse(IFileSystem files)
    {
        var refused = Record.Exception(() => JournalChecker.Check(files, JournalFiles.Folder, JournalFiles.Folder, JournalFiles.OpenDisks(files)));
        Assert.True(refused is null or AsrException, $"the checker: {refused}");
        using var journal = JournalFiles.Open(files);
        journal.Scrub(journal.BlockCount);
        if (journal.Points.Count > 0)
        {
            var oldest = journal.Points[0];
            foreach (var disk in journal.OpenPoint(oldest.Id))
            {
                SourceBench.ReadAll(disk);
            }

            journal.RollBackTo(oldest.Id);
        }
    }

    // Every input goes through its parser; every 25th through the checker, an opening, a reading and a rollback as well.
    private void Run(
        SimulatedDisk left, string path, Action<byte[]> seal, Action<IFileSystem> parse, (int From, int End)? part = null, bool replay = true, int least = 1, int most = 10_000)
    {
        var valid = left.Take(path);
        var (from, end) = part ?? (0, valid.Length);
        var count = 0;
        var taken = _bench.Run(valid[from..end], content =>
        {
            byte[] whole = [.. valid[..from], .. part is null ? content : content.Take(end - from), .. valid[Math.Min(end, from + content.Length)..]];
            whole = part is null ? content : whole;
            if (++count % 2 == 0)
            {
                seal(whole);
            }

            var disk = left.Crash(new Random(0));
            disk.Delete(path);
            using (var file = disk.Open(path, FileOpening.CreateNew))
            {
                file.Write(0, whole);
                file.Flush();
            }

            return replay && count % SkippedReplays == 0 ? () => OpenAndUse(disk) : () => parse(disk);
        });
        Assert.InRange(taken, Scale.Of(least, least * 10), Scale.Of(most, most * 10));
    }

    private static void SealRedo(byte[] content)
    {
        ulong newest = 0;
        for (var slot = 0; slot < 2 && (slot + 1) * Slot <= content.Length; slot++)
        {
            Seal(content, slot * Slot, (slot * Slot) + SuperblockSize - 4);
            newest = Math.Max(newest, BinaryPrimitives.ReadUInt64LittleEndian(content.AsSpan((slot * Slot) + 12)));
        }

        Span<byte> generation = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(generation, newest);
        SealChain(content, 2 * Slot, Crc32C.Append(0x41535252, generation));
    }

    private static void SealSegment(byte[] content)
    {
        if (content.Length >= SegmentHeader)
        {
            SealChain(content, SegmentHeader, Seal(content, 0, SegmentHeader - 4));
        }
    }

    private static void SealManifest(byte[] content)
    {
        if (content.Length >= 24)
        {
            Seal(content, 0, 20);
        }
    }

    private static void SealIntents(byte[] content)
    {
        for (var sector = 4096; sector + 512 <= content.Length; sector += 512)
        {
            Seal(content, sector, sector + 508);
        }
    }

    private static uint Seal(byte[] content, int from, int end)
    {
        var checksum = Crc32C.Append(0, content.AsSpan(from, end - from));
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(end), checksum);
        return checksum;
    }

    // As far as the lengths make sense.
    private static void SealChain(byte[] content, int start, uint chain)
    {
        while (start + 9 <= content.Length && BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(start)) is > 0 and <= ChainedLog.MaxBody and var body && start + 9 + body <= content.Length)
        {
            chain = Crc32C.Append(chain, content.AsSpan(start, 5 + body));
            BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(start + 5 + body), chain);
            start += 9 + body;
        }
    }
}
