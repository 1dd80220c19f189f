using System.Buffers.Binary;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Transport;

/// <summary>A message between source and target.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Exchange">The question it asks or answers.</param>
/// <param name="Payload">Its content, not compressed.</param>
internal readonly record struct Frame(FrameKind Kind, uint Exchange, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Gives the memory back; nobody uses the payload any more who does not hold it.</summary>
    public void Release() => AlignedMemory.PieceOf(Payload)?.LetGo();
}

/// <summary>
/// The first 20 bytes of a frame, little-endian: payload bytes as sent (4), as they were (4), exchange (4), kind (1), encoding
/// (1), zero (2), CRC-32C of these 16 bytes and the payload as sent (4).
/// </summary>
/// <param name="Kind">What the frame says.</param>
/// <param name="Encoding">How the payload was sent.</param>
/// <param name="Exchange">The question it asks or answers.</param>
/// <param name="Length">Bytes of the payload as sent.</param>
/// <param name="RawLength">Bytes of the payload.</param>
internal readonly record struct FrameHead(FrameKind Kind, FrameEncoding Encoding, uint Exchange, int Length, int RawLength)
{
    /// <summary>Bytes of a head.</summary>
    public const int Size = 20;

    /// <summary>Most bytes of a payload: one record of the largest size and what describes it.</summary>
    public const int MaxPayload = Log.LogRecord.MaxData + (64 << 10);

    private const int ChecksumAt = Size - sizeof(uint);

    /// <summary>Writes the head of a payload as it is sent.</summary>
    public void Write(Span<byte> head, IReadOnlyList<ReadOnlyMemory<byte>> sent)
    {
        BinaryPrimitives.WriteInt32LittleEndian(head, Length);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], RawLength);
        BinaryPrimitives.WriteUInt32LittleEndian(head[8..], Exchange);
        head[12] = (byte)Kind;
        head[13] = (byte)Encoding;
        head[14] = head[15] = 0;
        BinaryPrimitives.WriteUInt32LittleEndian(head[ChecksumAt..], sent.Aggregate(ChecksumOf(head), (checksum, piece) => Crc32C.Append(checksum, piece.Span)));
    }

    /// <summary>Reads a head; nothing of it is trusted before <see cref="RequireIntact"/>, but its lengths are within their limits.</summary>
    /// <exception cref="AsrException"><c>LinkProtocol</c>.</exception>
    public static FrameHead Read(ReadOnlySpan<byte> head)
    {
        var read = new FrameHead(
            (FrameKind)head[12],
            (FrameEncoding)head[13],
            BinaryPrimitives.ReadUInt32LittleEndian(head[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(head),
            BinaryPrimitives.ReadInt32LittleEndian(head[4..]));
        return read is { Length: >= 0 and <= MaxPayload, RawLength: >= 0 and <= MaxPayload, Encoding: FrameEncoding.Stored or FrameEncoding.Brotli }
            && (read.Encoding != FrameEncoding.Stored || read.Length == read.RawLength)
            ? read
            : throw ErrorCatalogue.Exception("LinkProtocol", "a frame that is none");
    }

    /// <summary>Refuses a frame that changed on its way.</summary>
    /// <exception cref="AsrException"><c>LinkProtocol</c>.</exception>
    public static void RequireIntact(ReadOnlySpan<byte> head, ReadOnlySpan<byte> sent)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(head[ChecksumAt..]) != Crc32C.Append(ChecksumOf(head), sent))
        {
            throw ErrorCatalogue.Exception("LinkProtocol", "a frame that changed on its way");
        }
    }

    private static uint ChecksumOf(ReadOnlySpan<byte> head) => Crc32C.Append(0, head[..ChecksumAt]);
}
