using System.Buffers;
using System.Buffers.Binary;
using AsrFailback.Replication.Encryption;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Log;

/// <summary>A record found in a chained log.</summary>
/// <param name="Kind">Kind of record, meaning given by the owner of the log.</param>
/// <param name="Body">Its body; valid only during the callback.</param>
/// <param name="Offset">Where the record begins in the file, bytes.</param>
/// <param name="Chain">The checksum before the record, needed to verify it alone.</param>
internal readonly ref struct ChainedRecord(byte kind, ReadOnlySpan<byte> body, long offset, uint chain)
{
    public byte Kind { get; } = kind;

    public ReadOnlySpan<byte> Body { get; } = body;

    public long Offset { get; } = offset;

    public uint Chain { get; } = chain;
}

internal delegate void RecordVisitor(ChainedRecord record);

internal delegate bool RecordCheck(ChainedRecord record);

/// <summary>
/// Records whose checksums continue one another: length (4), kind (1), body, CRC-32C (4), little-endian. A record that
/// belongs to an earlier life of the same bytes cannot continue the chain, because the chain starts from the
/// generation. Used by the redo log and by history segments. With a seal the body is a head and a frame, and the checksum
/// is that of what is stored: what is torn is found without the key.
/// </summary>
internal sealed class ChainedLog(IStoredFile file, long end, uint chain, FrameSeal? seal = null)
{
    /// <summary>Largest body in bytes; checked before anything is allocated.</summary>
    public const int MaxBody = (1 << 20) + 256;

    /// <summary>Bytes before the body.</summary>
    public const int HeadSize = 5;

    /// <summary>Bytes behind the body.</summary>
    public const int ChecksumSize = 4;

    private const int Overhead = HeadSize + ChecksumSize;

    private readonly ArrayBufferWriter<byte> _buffer = new();
    private uint _chain = chain;
    private uint _writtenChain = chain;

    /// <summary>Where the next record will begin.</summary>
    public long End { get; private set; } = end;

    /// <summary>Bytes added and not yet written.</summary>
    public long PendingBytes => _buffer.WrittenCount;

    /// <summary>Bytes a record with such a body takes.</summary>
    public static int SizeOf(int body) => body + Overhead;

    /// <summary>Adds a record to the pending write, sealed where the log is; returns where it will be and the chain before it.</summary>
    public (long Offset, uint Chain) Add(byte kind, ReadOnlySpan<byte> head, ReadOnlySpan<byte> data) => Add(seal, kind, head, data);

    /// <summary>Adds a record that anybody may read.</summary>
    public void AddOpen(byte kind, ReadOnlySpan<byte> body) => Add(null, kind, body, []);

    private (long Offset, uint Chain) Add(FrameSeal? seal, byte kind, ReadOnlySpan<byte> head, ReadOnlySpan<byte> data)
    {
        var frame = data.Length + (seal is null ? 0 : FrameCipher.Overhead);
        var body = head.Length + frame;
        if (body > MaxBody)
        {
            throw new ArgumentOutOfRangeException(nameof(data), body, "Record too large");
        }

        var at = (End + _buffer.WrittenCount, _chain);
        var target = _buffer.GetSpan(SizeOf(body));
        BinaryPrimitives.WriteInt32LittleEndian(target, body);
        target[4] = seal is null ? kind : (byte)(kind | FrameSeal.Flag);
        head.CopyTo(target[HeadSize..]);
        if (seal is null)
        {
            data.CopyTo(target[(HeadSize + head.Length)..]);
        }
        else
        {
            seal.Seal(at.Item1, target[4], head, data, target.Slice(HeadSize + head.Length, frame));
        }

        _chain = Crc32C.Append(_chain, target[..(HeadSize + body)]);
        BinaryPrimitives.WriteUInt32LittleEndian(target[(HeadSize + body)..], _chain);
        _buffer.Advance(SizeOf(body));
        return at;
    }

    /// <summary>Writes the pending records; they are durable after the file's flush.</summary>
    public void Write()
    {
        file.Write(End, _buffer.WrittenSpan);
        End += _buffer.WrittenCount;
        _buffer.ResetWrittenCount();
        _writtenChain = _chain;
    }

    /// <summary>Forgets the pending records.</summary>
    public void Discard()
    {
        _buffer.ResetWrittenCount();
        _chain = _writtenChain;
    }

    /// <summary>Visits every record that continues the chain and returns a log positioned behind the last one.</summary>
    public static ChainedLog Recover(IStoredFile file, long start, uint seed, RecordVisitor visit, FrameSeal? seal = null)
    {
        var chain = seed;
        var offset = start;
        var buffer = new byte[SizeOf(MaxBody)];
        var length = file.Length;
        while (TryRead(file, offset, chain, length, buffer, out var body, out var next))
        {
            visit(new ChainedRecord(buffer[4], buffer.AsSpan(HeadSize, body), offset, chain));
            chain = next;
            offset += SizeOf(body);
        }

        return new ChainedLog(file, offset, chain, seal);
    }

    /// <summary>Visits every record that does not match its checksum, or is not intact. What follows a bad record is believed by the checksum it should have, or by the one it says it has.</summary>
    /// <returns>Where a record begins that has no sensible length, or <paramref name="end"/>.</returns>
    public static long FindDamage(IStoredFile file, long start, uint seed, long end, RecordVisitor visit, RecordCheck isIntact)
    {
        var (offset, calculated, stored) = (start, seed, seed);
        var buffer = new byte[SizeOf(MaxBody)];
        while (offset + Overhead <= end)
        {
            file.Read(offset, buffer.AsSpan(0, HeadSize));
            var body = BinaryPrimitives.ReadInt32LittleEndian(buffer);
            if (body is <= 0 or > MaxBody || offset + SizeOf(body) > end)
            {
                return offset;
            }

            file.Read(offset + HeadSize, buffer.AsSpan(HeadSize, body + ChecksumSize));
            var content = buffer.AsSpan(0, HeadSize + body);
            var before = (calculated, stored);
            stored = BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(HeadSize + body));
            calculated = Crc32C.Append(before.calculated, content);
            var record = new ChainedRecord(buffer[4], buffer.AsSpan(HeadSize, body), offset, before.stored);
            var matches = calculated == stored || Crc32C.Append(before.stored, content) == stored;
            if (!matches || !isIntact(record))
            {
                visit(record);
            }

            if (matches)
            {
                calculated = stored;
            }

            offset += SizeOf(body);
        }

        return offset;
    }

    /// <summary>Reads one record known from <see cref="Recover"/> or <see cref="Add"/>; false when it no longer matches its checksum.</summary>
    public static bool TryReadAt(IStoredFile file, long offset, uint chain, byte[] buffer, out ChainedRecord record)
    {
        var intact = TryRead(file, offset, chain, file.Length, buffer, out var length, out _);
        record = intact ? new ChainedRecord(buffer[4], buffer.AsSpan(HeadSize, length), offset, chain) : default;
        return intact;
    }

    private static bool TryRead(IStoredFile file, long offset, uint chain, long fileLength, byte[] buffer, out int body, out uint next)
    {
        body = 0;
        next = 0;
        if (offset + Overhead > fileLength)
        {
            return false;
        }

        file.Read(offset, buffer.AsSpan(0, HeadSize));
        body = BinaryPrimitives.ReadInt32LittleEndian(buffer);
        if (body is <= 0 or > MaxBody || offset + SizeOf(body) > fileLength || SizeOf(body) > buffer.Length)
        {
            return false;
        }

        file.Read(offset + HeadSize, buffer.AsSpan(HeadSize, body + ChecksumSize));
        next = Crc32C.Append(chain, buffer.AsSpan(0, HeadSize + body));
        return next == BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(HeadSize + body));
    }
}
