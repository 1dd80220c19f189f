using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Journal;

/// <summary>Compares every replica block with its stored digest; changes nothing.</summary>
internal static class ReplicaChecker
{
    /// <summary>Names each block that differs from its digest.</summary>
    public static IReadOnlyList<string> Check(IFileSystem files, string manifestFolder, IReadOnlyList<IBlockDevice> disks)
    {
        var findings = new List<string>();
        for (var disk = 0; disk < disks.Count; disk++)
        {
            using var manifest = DigestManifest.Open(files, RetentionJournal.ManifestPath(manifestFolder, disk), disks[disk].Length, writable: false);
            if (manifest is null)
            {
                findings.Add($"{RetentionJournal.ManifestPath(manifestFolder, disk)}: missing or damaged; the next synchronisation compares everything");
                continue;
            }

            findings.AddRange(Differences(manifest, disks[disk]).Select(block => $"disk {disk}, block {block}: differs from its digest"));
        }

        return findings;
    }

    private static IEnumerable<long> Differences(DigestManifest manifest, IBlockDevice disk)
    {
        var buffer = new byte[Blocks.Size];
        var expected = new byte[Blocks.DigestSize];
        var found = new byte[Blocks.DigestSize];
        for (long block = 0; block < Blocks.Count(disk.Length); block++)
        {
            if (!manifest.TryGet(block, expected))
            {
                continue;
            }

            Blocks.Digest(Blocks.Read(disk, block, buffer), found);
            if (!expected.AsSpan().SequenceEqual(found))
            {
                yield return block;
            }
        }
    }
}
