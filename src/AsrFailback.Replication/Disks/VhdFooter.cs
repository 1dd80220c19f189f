using System.Buffers.Binary;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Disks;

/// <summary>
/// The last 512 bytes of every VHD, big-endian (Virtual Hard Disk Image Format Specification 1.0).
/// </summary>
/// <param name="Type">Kind of disk.</param>
/// <param name="Capacity">Bytes of the disk.</param>
/// <param name="HeaderOffset">Where the header of a dynamic disk is.</param>
internal readonly record struct VhdFooter(uint Type, long Capacity, long HeaderOffset)
{
    public const int Size = 512;
    public const uint Fixed = 2;
    public const uint Dynamic = 3;
    public const uint Differencing = 4;

    private const int TypeOffset = 60;
    private const int ChecksumOffset = 64;

    /// <summary>The type in the footer at the end of a file, unchecked; null when there is none.</summary>
    public static uint? TypeOf(IStoredFile file)
    {
        Span<byte> footer = stackalloc byte[Size];
        if (file.Length < Size)
        {
            return null;
        }

        file.Read(file.Length - Size, footer);
        return footer.StartsWith("conectix"u8) ? BinaryPrimitives.ReadUInt32BigEndian(footer[TypeOffset..]) : null;
    }

    /// <summary>Reads the footer at the end of a file.</summary>
    /// <exception cref="AsrException"><c>ImageInvalid</c>: none, a wrong checksum, or no capacity.</exception>
    public static VhdFooter Read(IStoredFile file, string format)
    {
        if (TypeOf(file) is not { } type)
        {
            throw ErrorCatalogue.Exception("ImageInvalid", file.Path, format, "it has no footer");
        }

        Span<byte> footer = stackalloc byte[Size];
        file.Read(file.Length - Size, footer);
        if (BinaryPrimitives.ReadUInt32BigEndian(footer[ChecksumOffset..]) != Checksum(footer, ChecksumOffset))
        {
            throw ErrorCatalogue.Exception("ImageInvalid", file.Path, format, "the checksum of its footer is wrong");
        }

        var capacity = BinaryPrimitives.ReadInt64BigEndian(footer[48..]);
        return capacity > 0
            ? new VhdFooter(type, capacity, BinaryPrimitives.ReadInt64BigEndian(footer[16..]))
            : throw ErrorCatalogue.Exception("ImageInvalid", file.Path, format, $"its footer says {capacity} bytes");
    }

    /// <summary>The footer of a fixed disk.</summary>
    public static byte[] OfFixed(long capacity, Guid id)
    {
        var footer = new byte[Size];
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
        BinaryPrimitives.WriteUInt32BigEndian(footer.AsSpan(TypeOffset), Fixed);
        id.TryWriteBytes(footer.AsSpan(68), bigEndian: true, out _);
        BinaryPrimitives.WriteUInt32BigEndian(footer.AsSpan(ChecksumOffset), Checksum(footer, ChecksumOffset));
        return footer;
    }

    /// <summary>The checksum of a footer or header, which leaves out the four bytes that hold it.</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes, int checksumOffset)
    {
        uint sum = 0;
        for (var index = 0; index < bytes.Length; index++)
        {
            sum += index >= checksumOffset && index < checksumOffset + 4 ? 0u : bytes[index];
        }

        return ~sum;
    }

    // The largest geometry makes every reader use the size field; a computed one reads up to 96 KiB short.
    private static void WriteGeometry(Span<byte> field)
    {
        BinaryPrimitives.WriteUInt16BigEndian(field, 65535);
        field[2] = 16;
        field[3] = 255;
    }
}
