using System.Buffers;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Journal;

/// <summary>What a block holds, compared with the digest that is kept of it.</summary>
internal enum BlockState
{
    /// <summary>No digest is kept.</summary>
    Unknown,

    /// <summary>What was written.</summary>
    Same,

    /// <summary>Something else.</summary>
    Different,
}

/// <summary>The target's disks at the latest, and the digest of every block. Not thread-safe: the journal guards it.</summary>
internal sealed partial class Replica : IDisposable
{
    private const long WorthSharing = 1 << 20; // bytes

    private readonly DigestManifest[] _manifests;
    private readonly (long From, DataRange Data)[] _data; // for each disk the last range that was found, until the disk is written
    private readonly WritesUnderWay _underWay = new();

    private Replica(IReadOnlyList<IBlockDevice> disks, DigestManifest[] manifests) =>
        (Disks, _manifests, _data) = (disks, manifests, new (long, DataRange)[disks.Count]);

    /// <summary>The disks, in order.</summary>
    public IReadOnlyList<IBlockDevice> Disks { get; }

    /// <summary>Where the manifest of a disk is.</summary>
    public static string ManifestPath(string folder, int disk) => Path.Combine(folder, $"manifest-{disk}.digests");

    /// <summary>Takes the disks over; a manifest that is missing or unusable begins anew, knowing nothing.</summary>
    public static Replica Open(IFileSystem files, string manifestFolder, IReadOnlyList<IBlockDevice> disks) =>
        new(disks, [.. disks.Select((disk, index) => OpenManifest(files, ManifestPath(manifestFolder, index), disk.Length))]);

    /// <summary>Forgets every digest of a side's disks: a machine is about to write them.</summary>
    public static void ForgetDigests(IFileSystem files, string manifestFolder)
    {
        var manifests = files.List(manifestFolder, "manifest-*.digests");
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

    /// <summary>The part of a record that is the whole of a block; empty when it has only a piece of it, or none.</summary>
    public ReadOnlySpan<byte> WholeBlock(LogRecord record, BlockAddress address) =>
        record.WholeBlock(address, Blocks.LengthOf(address.Block, Disks[record.Disk].Length));

    /// <summary>Writes records; a block written in part loses its digest, and zeros give back the space of whole blocks.</summary>
    public void Overwrite(List<LogRecord> records)
    {
        _underWay.Finish();
        var digests = DigestsOf(records);
        for (var index = 0; index < records.Count; index++)
        {
            var record = records[index];
            if (IsHole(record))
            {
                Clear(record.Disk, record.Offset, record.Data.Length);
            }
            else
            {
                ForgetRange(record.Disk);
                Disks[record.Disk].Write(record.Offset, record.Data.Span);
            }

            UpdateManifest(record, digests[index]);
        }
    }

    /// <summary>The digest of a block, computed and kept when it was unknown. Thread-safe for different blocks.</summary>
    public void Digest(BlockAddress address, Span<byte> digest)
    {
        WaitFor(address);
        var manifest = _manifests[address.Disk];
        if (!manifest.TryGet(address.Block, digest))
        {
            if (IsHole(address))
            {
                Blocks.Digest(Zeros.Memory(Blocks.Size).Span, digest);
            }
            else
            {
                DigestOfContent(address, digest);
            }

            manifest.Set(address.Block, digest);
        }
    }

    /// <summary>Compares a block with its digest.</summary>
    /// <param name="address">The block.</param>
    /// <param name="expected">The digest that is kept of it; zero when none is known.</param>
    /// <param name="present">The digest of what it holds now.</param>
    public BlockState Compare(BlockAddress address, out byte[] expected, out byte[] present)
    {
        WaitFor(address);
        (expected, present) = (new byte[Blocks.DigestSize], new byte[Blocks.DigestSize]);
        var known = _manifests[address.Disk].TryGet(address.Block, expected);
        DigestOfContent(address, present);
        return !known ? BlockState.Unknown : present.AsSpan().SequenceEqual(expected) ? BlockState.Same : BlockState.Different;
    }

    /// <summary>Keeps a block's digest.</summary>
    public void Keep(BlockAddress address, ReadOnlySpan<byte> digest) => _manifests[address.Disk].Set(address.Block, digest);

    /// <summary>Forgets the digests of blocks.</summary>
    public void Forget(IEnumerable<BlockAddress> addresses)
    {
        foreach (var address in addresses)
        {
            _manifests[address.Disk].Forget(address.Block);
        }
    }

    /// <summary>Computes every digest that is unknown.</summary>
    public void CompleteDigests()
    {
        var digest = new byte[Blocks.DigestSize];
        for (var disk = 0; disk < Disks.Count; disk++)
        {
            for (long block = 0; block < Blocks.Count(Disks[disk].Length); block++)
            {
                Digest(new BlockAddress(disk, block), digest);
            }

            _manifests[disk].Flush();
        }
    }

    /// <summary>
    /// The first byte of a disk at or behind an offset that may be something other than zero, or will be when what is under way
    /// is written; null when there is none.
    /// </summary>
    public long? NextData(int disk, long offset)
    {
        var underWay = _underWay.NextFrom(disk, offset); // asked first: what ends in between is on the disk then
        var written = Disks[disk].NextData(offset)?.Offset;
        return underWay < written || written is null ? underWay : written;
    }

    /// <summary>Everything written before is on the disks when this returns.</summary>
    public void Finish() => _underWay.Finish();

    /// <summary>Everything written before is durable when this returns.</summary>
    public void Flush()
    {
        _underWay.Finish();
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
        _underWay.Abandon();
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

    private void WaitFor(BlockAddress address) =>
        _underWay.WaitFor(address.Disk, new DataRange(address.Block * Blocks.Size, Blocks.Size));

    private void DigestOfContent(BlockAddress address, Span<byte> digest)
    {
        var block = ArrayPool<byte>.Shared.Rent(Blocks.Size);
        Blocks.Digest(Blocks.Read(Disks[address.Disk], address.Block, block), digest);
        ArrayPool<byte>.Shared.Return(block);
    }

    // Reading a hole fills the page cache with zeros, which costs more than asking the file system once for each range.
    private bool IsHole(BlockAddress address)
    {
        var (disk, start, end) = (Disks[address.Disk], address.Block * Blocks.Size, (address.Block + 1) * Blocks.Size);
        lock (_data)
        {
            ref var known = ref _data[address.Disk];
            if (start < known.From || start >= known.Data.End)
            {
                known = (start, disk.NextData(start) ?? new DataRange(disk.Length, disk.Length));
            }

            return end <= known.Data.Offset && end <= disk.Length;
        }
    }

    // Hashing is what costs most; several processors share it where there is enough of it.
    private byte[][] DigestsOf(List<LogRecord> records)
    {
        var digests = new byte[records.Count][];
        if (records.Sum(record => (long)record.Data.Length) >= WorthSharing)
        {
            Processors.Share(records.Count, index => digests[index] = DigestsOf(records[index]));
        }
        else
        {
            for (var index = 0; index < digests.Length; index++)
            {
                digests[index] = DigestsOf(records[index]);
            }
        }

        return digests;
    }

    // One after another for the blocks that the record touches; what it holds a part of only has none.
    private byte[] DigestsOf(LogRecord record)
    {
        var addresses = BlocksOf(record).ToArray();
        var digests = new byte[addresses.Length * Blocks.DigestSize];
        for (var index = 0; index < addresses.Length; index++)
        {
            if (WholeBlock(record, addresses[index]) is { IsEmpty: false } content)
            {
                Blocks.Digest(content, digests.AsSpan(index * Blocks.DigestSize, Blocks.DigestSize));
            }
        }

        return digests;
    }

    private static bool IsHole(LogRecord record) =>
        record.Data.Length % Blocks.Size == 0 && record.Offset % Blocks.Size == 0 && Blocks.IsZero(record.Data.Span);

    private void Clear(int disk, long offset, long count)
    {
        ForgetRange(disk);
        Disks[disk].Clear(offset, count);
    }

    private void ForgetRange(int disk)
    {
        lock (_data)
        {
            _data[disk] = default;
        }
    }

    private void UpdateManifest(LogRecord record, byte[] digests)
    {
        var (manifest, at) = (_manifests[record.Disk], 0);
        foreach (var address in BlocksOf(record))
        {
            if (WholeBlock(record, address).IsEmpty)
            {
                manifest.Forget(address.Block);
            }
            else
            {
                manifest.Set(address.Block, digests.AsSpan(at, Blocks.DigestSize));
            }

            at += Blocks.DigestSize;
        }
    }
}
