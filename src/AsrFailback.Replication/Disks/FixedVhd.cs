using System.Buffers.Binary;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Disks;

/// <summary>
/// A fixed VHD, the layout of an Azure page blob: the disk's bytes, a whole number of MiB, then a footer of 512 bytes,
/// big-endian (Virtual Hard Disk Image Format Specification 1.0).
/// </summary>
public static class FixedVhd
{
    /// <summary>Disks are rounded up to this many bytes with a zero tail.</summary>
    public const int Alignment = 1 << 20;

    private const int FooterSize = 512;
    private const int ChecksumOffset = 64;
    private const uint FixedDisk = 2;

    /// <summary>The capacity of a VHD that holds a source of <paramref name="sourceBytes"/> bytes.</summary>
    public static long CapacityFor(long sourceBytes) => (sourceBytes + Alignment - 1) / Alignment * Alignment;

    /// <summary>Creates a sparse VHD that reads as zeros; a crash leaves nothing or the whole image.</summary>
    /// <param name="files">File system.</param>
    /// <param name="path">The new file.</param>
    /// <param name="sourceBytes">Bytes the guest sees; rounded up to a MiB.</param>
    /// <param name="id">The disk's unique id, part of the footer.</param>
    public static void Create(IFileSystem files, string path, long sourceBytes, Guid id)
    {
        if (files.Exists(path))
        {
            throw ErrorCatalogue.Exception("FileExists", path);
        }

        var capacity = CapacityFor(sourceBytes);
        var unfinished = path + ".new";
        files.Delete(unfinished);
        using (var file = files.Open(unfinished, FileOpening.CreateNew))
        {
            file.SetLength(capacity + FooterSize);
            file.Write(capacity, Footer(capacity, id));
            file.Flush();
        }

        files.Rename(unfinished, path);
        files.FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Opens a fixed VHD, showing <paramref name="visibleBytes"/> of it or all.</summary>
    /// <exception cref="AsrException"><c>ImageInvalid</c>: not a fixed VHD, a bad checksum, or a size that does not fit the file.</exception>
    public static IBlockDevice Open(IFileSystem files, string path, bool writable, long? visibleBytes = null)
    {
        var file = files.Open(path, writable ? FileOpening.ReadWrite : FileOpening.ReadOnly);
        try
        {
            var capacity = ReadCapacity(file);
            if (visibleBytes > capacity)
            {
                throw Invalid(path, $"its capacity of {capacity} bytes is smaller than the {visibleBytes} bytes of the disk");
            }

            return new ExtentDisk(file, visibleBytes ?? capacity);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether the file ends with a VHD footer.</summary>
    public static bool Matches(IStoredFile file)
    {
        Span<byte> cookie = stackalloc byte[8];
        if (file.Length < FooterSize)
        {
            return false;
        }

        file.Read(file.Length - FooterSize, cookie);
        return cookie.SequenceEqual("conectix"u8);
    }

    private static long ReadCapacity(IStoredFile file)
    {
        if (!Matches(file))
        {
            throw Invalid(file.Path, "it has no footer");
        }

        Span<byte> footer = stackalloc byte[FooterSize];
        file.Read(file.Length - FooterSize, footer);
        if (BinaryPrimitives.ReadUInt32BigEndian(footer[ChecksumOffset..]) != Checksum(footer))
        {
            throw Invalid(file.Path, "the checksum of its footer is wrong");
        }

        var type = BinaryPrimitives.ReadUInt32BigEndian(footer[60..]);
        if (type != FixedDisk)
        {
            throw Invalid(file.Path, $"it is not a fixed disk (type {type}; dynamic and differencing disks are not read yet)");
        }

        var capacity = BinaryPrimitives.ReadInt64BigEndian(footer[48..]);
        if (capacity <= 0 || capacity != file.Length - FooterSize)
        {
            throw Invalid(file.Path, $"its footer says {capacity} bytes and the file holds {file.Length - FooterSize}");
        }

        return capacity;
    }

    private static byte[] Footer(long capacity, Guid id)
    {
        var footer = new byte[FooterSize];
        "conectix"u8.CopyTo(footer);
        BinaryPrimitives.WriteUInt32BigEndian(footer.AsSpan(8), 2);
        BinaryPrimitives.WriteUInt32BigEndian(footer.AsSpan(12), 0x00010000);
        BinaryPrimitives.WriteInt64BigEndian(footer.AsSpan(16), -1);
        "asrf"u8.CopyTo(footer.AsSpan(28));
        BinaryPrimitives.WriteUInt32BigEndian(footer.AsSpan(32), 0x00010000);
        "Wi2k"u8.CopyTo(footer.AsSpan(36));
        BinaryPrimitives.WriteInt64BigEndian(footer.AsSpan(40), capacity);
        BinaryPrimitives.WriteInt64BigEndian(footer.AsSpan(48), capacity);
        WriteGeometry(footer.AsSpan(56));
        BinaryPrimitives.WriteUInt32BigEndian(footer.AsSpan(60), FixedDisk);
        id.TryWriteBytes(footer.AsSpan(68), bigEndian: true, out _);
        BinaryPrimitives.WriteUInt32BigEndian(footer.AsSpan(ChecksumOffset), Checksum(footer));
        return footer;
    }

    // The largest geometry makes every reader use the size field; a computed one reads up to 96 KiB short.
    private static void WriteGeometry(Span<byte> field)
    {
        BinaryPrimitives.WriteUInt16BigEndian(field, 65535);
        field[2] = 16;
        field[3] = 255;
    }

    private static uint Checksum(ReadOnlySpan<byte> footer)
    {
        uint sum = 0;
        for (var index = 0; index < FooterSize; index++)
        {
            sum += index is >= ChecksumOffset and < ChecksumOffset + 4 ? 0u : footer[index];
        }

        return ~sum;
    }

    private static AsrException Invalid(string path, string why) => ErrorCatalogue.Exception("ImageInvalid", path, "fixed VHD", why);
}
