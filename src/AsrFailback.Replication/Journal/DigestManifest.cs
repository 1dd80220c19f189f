using System.Buffers.Binary;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Journal;

/// <summary>
/// The digest of every 64 KiB block of one replica disk, kept while the journal applies, so that a resync hashes the source
/// only. A header of 4 KiB, then 32 bytes per block: the digest and a checksum of it and the block's number, so that a
/// damaged digest is not taken for a damaged block; all zero means unknown. Written before the redo log is emptied, so that
/// a replay makes it right again. Not thread-safe: the journal guards it.
/// </summary>
internal sealed class DigestManifest : IDisposable
{
    private const int HeaderSize = 4096;
    private const int EntrySize = 32;
    private const ushort Version = 3;
    private static readonly byte[] Magic = "ASRMANI1"u8.ToArray();

    private readonly IStoredFile _file;
    private readonly long _blocks;

    private DigestManifest(IStoredFile file, long blocks)
    {
        _file = file;
        _blocks = blocks;
    }

    /// <summary>Creates the manifest of a disk with every digest unknown.</summary>
    public static void Create(IFileSystem files, string path, long diskBytes)
    {
        files.Delete(path);
        using var file = files.Open(path, FileOpening.CreateNew);
        var header = new byte[HeaderSize];
        Magic.CopyTo(header, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), Version);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(12), diskBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(20), Crc32C.Append(0, header.AsSpan(0, 20)));
        file.Write(0, header);
        file.SetLength(HeaderSize + (Blocks.Count(diskBytes) * EntrySize));
        file.Flush();
        files.FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Opens a manifest; null when it is missing, damaged, of another disk size or an earlier version: nothing is trusted then.</summary>
    public static DigestManifest? Open(IFileSystem files, string path, long diskBytes, bool writable)
    {
        if (!files.Exists(path))
        {
            return null;
        }

        var file = files.Open(path, writable ? FileOpening.ReadWrite : FileOpening.ReadOnly);
        Span<byte> header = stackalloc byte[24];
        file.Read(0, header);
        var intact = header.StartsWith(Magic)
            && BinaryPrimitives.ReadUInt32LittleEndian(header[20..]) == Crc32C.Append(0, header[..20])
            && BinaryPrimitives.ReadInt64LittleEndian(header[12..]) == diskBytes
            && file.Length == HeaderSize + (Blocks.Count(diskBytes) * EntrySize);
        var version = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        if (intact && version > Version)
        {
            file.Dispose();
            throw ErrorCatalogue.Exception("FormatTooNew", path, version, Version);
        }

        if (intact && version == Version)
        {
            return new DigestManifest(file, Blocks.Count(diskBytes));
        }

        file.Dispose();
        return null;
    }

    /// <summary>Reads a digest; false when it is unknown or damaged.</summary>
    public bool TryGet(long block, Span<byte> digest)
    {
        Span<byte> entry = stackalloc byte[EntrySize];
        Read(block, entry);
        entry[..Blocks.DigestSize].CopyTo(digest);
        return !Blocks.IsZero(entry) && IsIntact(block, entry);
    }

    /// <summary>Whether a digest has changed since it was stored.</summary>
    public bool IsDamaged(long block)
    {
        Span<byte> entry = stackalloc byte[EntrySize];
        Read(block, entry);
        return !Blocks.IsZero(entry) && !IsIntact(block, entry);
    }

    /// <summary>Stores a digest.</summary>
    public void Set(long block, ReadOnlySpan<byte> digest)
    {
        Span<byte> entry = stackalloc byte[EntrySize];
        digest.CopyTo(entry);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[Blocks.DigestSize..], ChecksumOf(block, digest));
        try
        {
            Write(block, entry);
        }
        catch (AsrException)
        {
            entry.Clear();
            Write(block, entry); // half a digest would be damage that is none
            throw;
        }
    }

    /// <summary>Marks a digest as unknown.</summary>
    public void Forget(long block)
    {
        Span<byte> entry = stackalloc byte[EntrySize];
        Read(block, entry);
        if (!Blocks.IsZero(entry))
        {
            entry.Clear();
            Write(block, entry);
        }
    }

    /// <summary>Everything stored before is durable when this returns.</summary>
    public void Flush() => _file.Flush();

    public void Dispose() => _file.Dispose();

    private static long PlaceOf(long block) => HeaderSize + (block * EntrySize);

    private static bool IsIntact(long block, ReadOnlySpan<byte> entry) =>
        BinaryPrimitives.ReadUInt32LittleEndian(entry[Blocks.DigestSize..]) == ChecksumOf(block, entry[..Blocks.DigestSize]);

    private static uint ChecksumOf(long block, ReadOnlySpan<byte> digest)
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, block);
        return Crc32C.Append(Crc32C.Append(0, number), digest);
    }

    private void Read(long block, Span<byte> entry)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(block, _blocks);
        _file.Read(PlaceOf(block), entry);
    }

    private void Write(long block, ReadOnlySpan<byte> entry) => _file.Write(PlaceOf(block), entry);
}
