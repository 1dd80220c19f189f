using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Journal;

/// <summary>What a check of a journal found.</summary>
/// <param name="Findings">What is wrong, naming each bad place.</param>
/// <param name="BlocksCompared">Replica blocks that were compared with their digest.</param>
/// <param name="BlocksUnknown">Blocks that have none at the moment: written since the journal was last closed cleanly.</param>
public sealed record JournalCheck(IReadOnlyList<string> Findings, long BlocksCompared, long BlocksUnknown);

/// <summary>Reads a journal that nobody has open, its history, manifests and replica; changes nothing. An encrypted one needs no key for it: its checksums are those of what is stored.</summary>
public static class JournalChecker
{
    /// <summary>Checks everything.</summary>
    /// <exception cref="AsrException"><c>JournalDamaged</c>, <c>FormatTooNew</c>: nothing more can be read.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static JournalCheck Check(
        IFileSystem files, string folder, string manifestFolder, IReadOnlyList<IBlockDevice> disks, CancellationToken cancellation = default)
    {
        var (redo, redoBase, records) = RedoLog.Open(files, RetentionJournal.RedoPath(folder), writable: false);
        redo.Dispose();
        RecordRules.RequireStored(RetentionJournal.RedoPath(folder), records, disks);
        var history = HistoryFolderReader.Open(files, RetentionJournal.HistoryFolder(folder), redo, redoBase, disks, cipher: null, writable: false);
        var findings = new List<string>(history.Findings);
        findings.AddRange(CheckHistory(files, RetentionJournal.HistoryFolder(folder), history.Usable, cancellation).Except(history.Findings).ToArray());

        if (redo.HasDamagedSlot) // it lies within one sector, so an interrupted emptying leaves it old or new
        {
            findings.Add($"{RetentionJournal.RedoPath(folder)}: one of two superblocks is damaged; the other one is used");
        }

        // A first synchronisation writes the replica directly, so its digests count only once it has ended.
        if (redoBase.Synchronizing && history.Usable.Count == 0)
        {
            return new JournalCheck(findings, 0, disks.Sum(disk => Blocks.Count(disk.Length)));
        }

        // A block that waits to be applied may be half written, or its digest may.
        var waiting = records.Where(record => record.CarriesData).SelectMany(Replica.BlocksOf).ToHashSet();
        var (compared, unknown) = (0L, 0L);
        for (var disk = 0; disk < disks.Count; disk++)
        {
            var replica = CheckReplica(files, Replica.ManifestPath(manifestFolder, disk), disk, disks[disk], waiting, cancellation);
            findings.AddRange(replica.Findings);
            compared += replica.BlocksCompared;
            unknown += replica.BlocksUnknown;
        }

        return new JournalCheck(findings, compared, unknown);
    }

    // Also what is not usable any more is read, so that every bad place is named.
    private static List<string> CheckHistory(IFileSystem files, string folder, IReadOnlyList<HistorySegment> usable, CancellationToken cancellation)
    {
        var bytes = usable.ToDictionary(segment => segment.Number, segment => segment.Bytes);
        var findings = new List<string>();
        foreach (var path in files.List(folder, "*.seg"))
        {
            cancellation.ThrowIfCancellationRequested();
            findings.AddRange(HistorySegment.FindDamage(files, path, bytes.TryGetValue(HistorySegment.NumberOf(path), out var committed) ? committed : null));
        }

        foreach (var segment in usable)
        {
            segment.Dispose();
        }

        return findings;
    }

    private static JournalCheck CheckReplica(
        IFileSystem files, string path, int disk, IBlockDevice replica, HashSet<BlockAddress> waiting, CancellationToken cancellation)
    {
        using var manifest = DigestManifest.Open(files, path, replica.Length, writable: false);
        if (manifest is null)
        {
            return new JournalCheck([$"{path}: missing or damaged; the next synchronisation compares everything"], 0, Blocks.Count(replica.Length));
        }

        var findings = new List<string>();
        var compared = 0L;
        var buffer = new byte[Blocks.Size];
        var expected = new byte[Blocks.DigestSize];
        var found = new byte[Blocks.DigestSize];
        for (long block = 0; block < Blocks.Count(replica.Length); block++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (waiting.Contains(new BlockAddress(disk, block)))
            {
                continue;
            }

            if (!manifest.TryGet(block, expected))
            {
                if (manifest.IsDamaged(block))
                {
                    findings.Add($"{path}: the digest of block {block} is damaged; the replica is not affected");
                }

                continue;
            }

            compared++;
            Blocks.Digest(Blocks.Read(replica, block, buffer), found);
            if (!expected.AsSpan().SequenceEqual(found))
            {
                findings.Add($"disk {disk}, block {block}: differs from its digest");
            }
        }

        return new JournalCheck(findings, compared, Blocks.Count(replica.Length) - compared);
    }
}
