using System.Buffers;
using System.Buffers.Binary;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Transport;

/// <summary>
/// Records as the payload of frames: for each its kind (1), the length of its head (2), of its data (4), head, data. Zeros are
/// not sent: the highest bit of the kind says so. Thread-safe.
/// </summary>
internal static class RecordFrames
{
    private const int FixedSize = 7;
    private const byte ZerosFlag = 0x80;

    /// <summary>Fills a payload with the next records.</summary>
    /// <returns>How many records it took; one at least, where there is one.</returns>
    public static int Fill(ArrayBufferWriter<byte> payload, IReadOnlyList<LogRecord> records, int first)
    {
        payload.ResetWrittenCount();
        var next = first;
        while (next < records.Count && (next == first || payload.WrittenCount + FixedSize + LogRecord.MaxHead + records[next].Data.Length <= FrameHead.MaxPayload))
        {
            Add(payload, records[next++]);
        }

        return next - first;
    }

    /// <summary>The records of a payload; their data is a part of it.</summary>
    /// <exception cref="AsrException"><c>LinkProtocol</c>.</exception>
    public static IEnumerable<LogRecord> Read(ReadOnlyMemory<byte> payload)
    {
        while (!payload.IsEmpty)
        {
            yield return ReadOne(ref payload);
        }
    }

    private static void Add(ArrayBufferWriter<byte> payload, LogRecord record)
    {
        var target = payload.GetSpan(FixedSize + LogRecord.MaxHead + record.Data.Length);
        var head = record.WriteHead(target[FixedSize..]);
        var zeros = record.Data.Length > 0 && Blocks.IsZero(record.Data.Span);
        target[0] = (byte)((byte)record.Kind | (zeros ? ZerosFlag : 0));
        BinaryPrimitives.WriteUInt16LittleEndian(target[1..], (ushort)head);
        BinaryPrimitives.WriteInt32LittleEndian(target[3..], record.Data.Length);
        if (!zeros)
        {
            record.Data.Span.CopyTo(target[(FixedSize + head)..]);
        }

        payload.Advance(FixedSize + head + (zeros ? 0 : record.Data.Length));
    }

    private static LogRecord ReadOne(ref ReadOnlyMemory<byte> payload)
    {
        var bytes = payload.Span;
        if (bytes.Length < FixedSize)
        {
            throw Invalid();
        }

        var head = BinaryPrimitives.ReadUInt16LittleEndian(bytes[1..]);
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[3..]);
        var zeros = (bytes[0] & ZerosFlag) != 0;
        var end = FixedSize + head + (long)(zeros ? 0 : length);
        if (length is < 0 or > LogRecord.MaxData || end > bytes.Length
            || LogRecord.Parse((byte)(bytes[0] & ~ZerosFlag), bytes.Slice(FixedSize, head)) is not { } record
            || record.Data.Length > 0 || record.CarriesData != length > 0)
        {
            throw Invalid();
        }

        var data = zeros ? Zeros.Memory(length) : payload.Slice(FixedSize + head, length);
        payload = payload[(int)end..];
        return record with { Data = data };
    }

    private static AsrException Invalid() => ErrorCatalogue.Exception("LinkProtocol", "a record that is none");
}
