using System.Buffers;
using System.Buffers.Binary;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Transport;

/// <summary>
/// Records as the payload of frames. First for each its kind (1), the length of its head (2), of its data (4), and its head; a
/// zero (1); then their data, which is so at the end of the payload, and aligned where the end is. Zeros are not sent: the
/// highest bit of the kind says so. What is put together is the records' own memory. Not thread-safe.
/// </summary>
internal sealed class RecordPayload
{
    private const int FixedSize = 7;
    private const byte ZerosFlag = 0x80;
    private const byte EndOfHeads = 0;

    private readonly ArrayBufferWriter<byte> _heads = new();
    private readonly List<ReadOnlyMemory<byte>> _pieces = [];

    /// <summary>The payload, one piece behind the other, until it is filled again.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Pieces => _pieces;

    /// <summary>Fills the payload with the next records.</summary>
    /// <returns>How many records it took; one at least, where there is one.</returns>
    public int Fill(IReadOnlyList<LogRecord> records, int first)
    {
        _heads.ResetWrittenCount();
        _pieces.Clear();
        _pieces.Add(default);
        var (next, data) = (first, 0);
        while (next < records.Count && (next == first || _heads.WrittenCount + data + Room(records[next]) <= FrameHead.MaxPayload))
        {
            data += Add(records[next++]);
        }

        _heads.Write([EndOfHeads]);
        _pieces[0] = _heads.WrittenMemory;
        return next - first;
    }

    /// <summary>The records of a payload; their data is a part of it.</summary>
    /// <exception cref="AsrException"><c>LinkProtocol</c>.</exception>
    public static IEnumerable<LogRecord> Read(ReadOnlyMemory<byte> payload)
    {
        var data = payload[LengthOfHeads(payload.Span)..];
        for (var heads = payload; heads.Span[0] != EndOfHeads;)
        {
            yield return ReadOne(ref heads, ref data);
        }

        if (!data.IsEmpty)
        {
            throw Invalid();
        }
    }

    private static int Room(LogRecord record) => FixedSize + LogRecord.MaxHead + record.Data.Length + sizeof(byte);

    private int Add(LogRecord record)
    {
        var target = _heads.GetSpan(FixedSize + LogRecord.MaxHead);
        var head = record.WriteHead(target[FixedSize..]);
        var zeros = record.Data.Length > 0 && Blocks.IsZero(record.Data.Span);
        target[0] = (byte)((byte)record.Kind | (zeros ? ZerosFlag : 0));
        BinaryPrimitives.WriteUInt16LittleEndian(target[1..], (ushort)head);
        BinaryPrimitives.WriteInt32LittleEndian(target[3..], record.Data.Length);
        _heads.Advance(FixedSize + head);
        if (zeros || record.Data.IsEmpty)
        {
            return 0;
        }

        _pieces.Add(record.Data);
        return record.Data.Length;
    }

    private static int LengthOfHeads(ReadOnlySpan<byte> payload)
    {
        for (var at = 0; at < payload.Length;)
        {
            if (payload[at] == EndOfHeads)
            {
                return at + 1;
            }

            at += payload.Length - at >= FixedSize ? FixedSize + BinaryPrimitives.ReadUInt16LittleEndian(payload[(at + 1)..]) : FixedSize;
        }

        throw Invalid();
    }

    private static LogRecord ReadOne(ref ReadOnlyMemory<byte> heads, ref ReadOnlyMemory<byte> rest)
    {
        var bytes = heads.Span;
        var head = BinaryPrimitives.ReadUInt16LittleEndian(bytes[1..]);
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[3..]);
        var zeros = (bytes[0] & ZerosFlag) != 0;
        if (head > LogRecord.MaxHead || length is < 0 or > LogRecord.MaxData || (!zeros && length > rest.Length)
            || LogRecord.Parse((byte)(bytes[0] & ~ZerosFlag), bytes.Slice(FixedSize, head)) is not { } record
            || record.Data.Length > 0 || record.CarriesData != length > 0)
        {
            throw Invalid();
        }

        var data = zeros ? Zeros.Memory(length) : rest[..length];
        (heads, rest) = (heads[(FixedSize + head)..], zeros ? rest : rest[length..]);
        return record with { Data = data };
    }

    private static AsrException Invalid() => ErrorCatalogue.Exception("LinkProtocol", "a record that is none");
}
