using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Journal;

/// <summary>The target's disks at the latest, and the digest of every block. Not thread-safe: the journal guards it.</summary>
internal sealed class Replica : IDisposable
{
    private readonly DigestManifest[] _manifests;
    private readonly byte[] _block = new byte[Blocks.Size];

    private Replica(IReadOnlyList<IBlockDevice> disks, DigestManifest[] manifests) => (Disks, _manifests) = (disks, manifests);

    /// <summary>The disks, in order.</summary>
    public IReadOnlyList<IBlockDevice> Disks { get; }

    /// <summary>Where the manifest of a disk is.</summary>
    public static string ManifestPath(string folder, int disk) => Path.Combine(folder, $"manifest-{disk}.sha256");

    /// <summary>Takes the disks over; a manifest that is missing or unusable begins anew, knowing nothing.</summary>
    public static Replica Open(IFileSystem files, string manifestFolder, IReadOnlyList<IBlockDevice> disks) =>
        new(disks, [.. disks.Select((disk, index) => OpenManifest(files, ManifestPath(manifestFolder, index), disk.Length))]);

    /// <summary>Forgets every digest of a side's disks: a machine is about to write them.</summary>
    public static void ForgetDigests(IFileSystem files, string manifestFolder)
    {
        var manifests = files.List(manifestFolder, "manifest-*.sha256");
        foreach (var manifest in manifests)
        {
            files.Delete(manifest);
        }

        if (manifests.Count > 0)
        {
            files.FlushFolder(manifestFolder);
        }
    }

    /// <summary>The blocks a record touches.</summary>
    public static IEnumerable<BlockAddress> BlocksOf(LogRecord record)
    {
        for (var block = record.Offset / Blocks.Size; block * Blocks.Size < record.Offset + record.Data.Length; block++)
        {
            yield return new BlockAddress(record.Disk, block);
        }
    }

    /// <summary>Writes records; a block written in part loses its digest.</summary>
    public void Overwrite(List<LogRecord> records)
    {
        foreach (var record in records)
        {
            Disks[record.Disk].Write(record.Offset, record.Data.Span);
            UpdateManifest(record);
        }
    }

    /// <summary>The digest of a block, computed and kept when it was unknown.</summary>
    public void Digest(int disk, long block, Span<byte> digest)
    {
        if (!_manifests[disk].TryGet(block, digest))
        {
            Blocks.Digest(Blocks.Read(Disks[disk], block, _block), digest);
            _manifests[disk].Set(block, digest);
        }
    }

    /// <summary>The digest of a block as it is now, kept; false when another one, or none, was kept before.</summary>
    public bool DigestAnew(int disk, long block, Span<byte> digest)
    {
        Span<byte> kept = stackalloc byte[Blocks.DigestSize];
        var known = _manifests[disk].TryGet(block, kept);
        Blocks.Digest(Blocks.Read(Disks[disk], block, _block), digest);
        if (known && kept.SequenceEqual(digest))
        {
            return true;
        }

        _manifests[disk].Set(block, digest);
        return false;
    }

    /// <summary>Computes every digest that is unknown.</summary>
    public void CompleteDigests()
    {
        var digest = new byte[Blocks.DigestSize];
        for (var disk = 0; disk < Disks.Count; disk++)
        {
            for (long block = 0; block < Blocks.Count(Disks[disk].Length); block++)
            {
                Digest(disk, block, digest);
            }

            _manifests[disk].Flush();
        }
    }

    /// <summary>Everything written before is durable when this returns.</summary>
    public void Flush()
    {
        foreach (var disk in Disks)
        {
            disk.Flush();
        }

        foreach (var manifest in _manifests)
        {
            manifest.Flush();
        }
    }

    public void Dispose()
    {
        foreach (var resource in _manifests.Concat<IDisposable>(Disks))
        {
            resource.Dispose();
        }
    }

    private static DigestManifest OpenManifest(IFileSystem files, string path, long diskBytes)
    {
        if (DigestManifest.Open(files, path, diskBytes, writable: true) is { } manifest)
        {
            return manifest;
        }

        DigestManifest.Create(files, path, diskBytes);
        return DigestManifest.Open(files, path, diskBytes, writable: true)!;
    }

    private void UpdateManifest(LogRecord record)
    {
        Span<byte> digest = stackalloc byte[Blocks.DigestSize];
        foreach (var address in BlocksOf(record))
        {
            var manifest = _manifests[record.Disk];
            var start = (address.Block * Blocks.Size) - record.Offset;
            var length = Blocks.LengthOf(address.Block, Disks[record.Disk].Length);
            if (start >= 0 && start + length <= record.Data.Length)
            {
                Blocks.Digest(record.Data.Span.Slice((int)start, length), digest);
                manifest.Set(address.Block, digest);
            }
            else
            {
                manifest.Forget(address.Block);
            }
        }
    }
}
