using System.Buffers.Binary;
using System.Security.Cryptography;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Journal;

/// <summary>The first 4 KiB of a history segment: which point it begins with, and how long the segment before it was.</summary>
/// <param name="Number">Counts the points of a journal, from 1, without gaps.</param>
/// <param name="PreviousBytes">Bytes of the segment before it when that one was closed; 0 for the first.</param>
/// <param name="Point">The point at the start of the interval.</param>
/// <param name="MadeAt">Running time of the journal when the point was made, seconds.</param>
/// <param name="Checksum">Checksum of the header; the chain of before-images begins with it.</param>
/// <param name="Identity">Where the before-images are sealed, what they belong to: all that the header says. Else null.</param>
internal sealed record SegmentHeader(long Number, long PreviousBytes, RecoveryPoint Point, uint MadeAt, uint Checksum, byte[]? Identity)
{
    /// <summary>Bytes of a header.</summary>
    public const int Size = 4096;

    private const ushort Version = 1;
    private const ushort SealedVersion = 2;
    private const int MadeAtAt = Size - 8;
    private static readonly byte[] Magic = "ASRHIST1"u8.ToArray();

    /// <summary>A header as it is stored.</summary>
    public static byte[] Encode(long number, long previousBytes, RecoveryPoint point, uint madeAt, bool isSealed)
    {
        var content = new byte[Size];
        Magic.CopyTo(content, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(content.AsSpan(8), isSealed ? SealedVersion : Version);
        BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(12), number);
        BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(20), previousBytes);
        PointCodec.Write(point, content.AsSpan(28));
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(MadeAtAt), madeAt);
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(Size - 4), ChecksumOf(content));
        return content;
    }

    /// <summary>Reads the header of a segment.</summary>
    /// <exception cref="AsrException"><c>JournalDamaged</c>, <c>FormatTooNew</c>.</exception>
    public static SegmentHeader Read(IStoredFile file)
    {
        var content = new byte[Size];
        file.Read(0, content);
        var checksum = BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(Size - 4));
        if (!content.AsSpan().StartsWith(Magic) || checksum != ChecksumOf(content))
        {
            throw ErrorCatalogue.Exception("JournalDamaged", file.Path, "its header is damaged");
        }

        var version = BinaryPrimitives.ReadUInt16LittleEndian(content.AsSpan(8));
        if (version is not (Version or SealedVersion))
        {
            throw ErrorCatalogue.Exception("FormatTooNew", file.Path, version, SealedVersion);
        }

        return new SegmentHeader(
            BinaryPrimitives.ReadInt64LittleEndian(content.AsSpan(12)),
            BinaryPrimitives.ReadInt64LittleEndian(content.AsSpan(20)),
            PointCodec.Read(content.AsSpan(28)) ?? throw ErrorCatalogue.Exception("JournalDamaged", file.Path, "its point is damaged"),
            BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(MadeAtAt)),
            checksum,
            version == SealedVersion ? SHA256.HashData(content) : null);
    }

    /// <summary>The checksum that a header says it has; the before-images follow it even where the header is damaged.</summary>
    public static uint StoredChecksum(IStoredFile file)
    {
        Span<byte> stored = stackalloc byte[sizeof(uint)];
        file.Read(Size - sizeof(uint), stored);
        return BinaryPrimitives.ReadUInt32LittleEndian(stored);
    }

    private static uint ChecksumOf(byte[] content) => Crc32C.Append(0, content.AsSpan(0, Size - 4));
}
