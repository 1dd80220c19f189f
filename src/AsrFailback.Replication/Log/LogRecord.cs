using System.Buffers.Binary;
using System.Text;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Encryption;

namespace AsrFailback.Replication.Log;

/// <summary>Kinds of records that travel from source to target, in the machine's one order.</summary>
public enum LogRecordKind : byte
{
    /// <summary>A write of the machine.</summary>
    Write = 1,

    /// <summary>A block as it was at this place of the order, sent because the ends may differ.</summary>
    SyncBlock = 2,

    /// <summary>From here on the target is not in order, until the synchronisation completes.</summary>
    SyncStarted = 3,

    /// <summary>From here on the target equals the source at this place of the order.</summary>
    SyncCompleted = 4,

    /// <summary>A recovery point.</summary>
    Mark = 5,

    /// <summary>A block put back by a rollback at the target itself.</summary>
    Restore = 6,
}

/// <summary>One record of a machine's write log. Immutable; the data is not copied.</summary>
public sealed record LogRecord
{
    /// <summary>Longest label, in characters.</summary>
    public const int MaxLabel = 64;

    /// <summary>Most bytes of data in one record.</summary>
    public const int MaxData = 1 << 20;

    private const int PositionSize = 12;
    private const int ExtentHead = PositionSize + 10;

    /// <summary>Most bytes of a head.</summary>
    internal const int MaxHead = PositionSize + PointCodec.MaxSize;

    /// <summary>Its kind.</summary>
    public required LogRecordKind Kind { get; init; }

    /// <summary>Its place in the order.</summary>
    public required LogPosition Position { get; init; }

    /// <summary>Index of the disk, for kinds that carry data.</summary>
    public int Disk { get; init; }

    /// <summary>Byte offset on the disk, for kinds that carry data.</summary>
    public long Offset { get; init; }

    /// <summary>The bytes, at most 1 MiB, for kinds that carry data.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>The point, for a mark.</summary>
    public RecoveryPoint? Point { get; init; }

    /// <summary>Whether the record changes bytes of a disk.</summary>
    public bool CarriesData => Carries(Kind);

    private static bool Carries(LogRecordKind kind) => kind is LogRecordKind.Write or LogRecordKind.SyncBlock or LogRecordKind.Restore;

    /// <summary>Refuses a label that does not fit into a point.</summary>
    /// <exception cref="AsrException"><c>ArgumentInvalid</c>.</exception>
    public static void RequireLabel(string label)
    {
        if (label.Length > MaxLabel)
        {
            throw ErrorCatalogue.Exception("LabelTooLong", label.Length, MaxLabel);
        }
    }

    /// <summary>The part of its data that is a whole block; empty when it has only a piece of the block, or none.</summary>
    internal ReadOnlySpan<byte> WholeBlock(BlockAddress address, int length)
    {
        var start = (address.Block * Blocks.Size) - Offset;
        return start >= 0 && start + length <= Data.Length ? Data.Span.Slice((int)start, length) : default;
    }

    /// <summary>Bytes the record takes in a log that is not sealed.</summary>
    internal int EncodedSize => ChainedLog.SizeOf(CarriesData ? ExtentHead + Data.Length : PositionSize + PointCodec.MaxSize);

    /// <summary>Adds the record to a log: its head, then its data.</summary>
    internal void AddTo(ChainedLog log)
    {
        Span<byte> head = stackalloc byte[MaxHead];
        log.Add((byte)Kind, head[..WriteHead(head)], Data.Span);
    }

    /// <summary>Writes everything but its kind and its data; returns the bytes written.</summary>
    internal int WriteHead(Span<byte> head)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(head, Position.Generation);
        BinaryPrimitives.WriteInt64LittleEndian(head[4..], Position.Sequence);
        if (CarriesData)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(head[PositionSize..], checked((ushort)Disk));
            BinaryPrimitives.WriteInt64LittleEndian(head[(PositionSize + 2)..], Offset);
            return ExtentHead;
        }

        return PositionSize + (Point is null ? 0 : PointCodec.Write(Point, head[PositionSize..]));
    }

    /// <summary>Reads a record that passed its checksum; where it is sealed, what the seal says of it counts as well.</summary>
    /// <param name="record">The record.</param>
    /// <param name="isSealed">Whether the log is sealed.</param>
    /// <param name="seal">What opens it; null to go without the data of a sealed one: it has the length, and no meaning.</param>
    /// <returns>Null when it is nothing this version knows, or was changed, or belongs elsewhere.</returns>
    internal static LogRecord? Read(ChainedRecord record, bool isSealed, FrameSeal? seal)
    {
        if (!isSealed)
        {
            return Parse(record.Kind, record.Body);
        }

        var kind = (byte)(record.Kind & ~FrameSeal.Flag);
        var head = Carries((LogRecordKind)kind) ? ExtentHead : record.Body.Length - FrameCipher.Overhead;
        var length = FrameSeal.DataOf(record, head);
        if ((record.Kind & FrameSeal.Flag) == 0 || head < 0 || length < 0)
        {
            return null;
        }

        var data = new byte[length];
        return seal?.TryOpen(record, head, data) == false ? null : Parse(kind, record.Body[..head]) is { } parsed ? parsed with { Data = data } : null;
    }

    /// <summary>Reads a record that passed its checksum, its head or its head and data; null when it is nothing this version knows.</summary>
    internal static LogRecord? Parse(byte kind, ReadOnlySpan<byte> body)
    {
        if (body.Length < PositionSize || kind is < (byte)LogRecordKind.Write or > (byte)LogRecordKind.Restore)
        {
            return null;
        }

        var record = new LogRecord
        {
            Kind = (LogRecordKind)kind,
            Position = new(BinaryPrimitives.ReadUInt32LittleEndian(body), BinaryPrimitives.ReadInt64LittleEndian(body[4..])),
        };
        if (record.CarriesData)
        {
            return body.Length < ExtentHead ? null : record with
            {
                Disk = BinaryPrimitives.ReadUInt16LittleEndian(body[PositionSize..]),
                Offset = BinaryPrimitives.ReadInt64LittleEndian(body[(PositionSize + 2)..]),
                Data = body[ExtentHead..].ToArray(),
            };
        }

        return record.Kind != LogRecordKind.Mark ? record
            : PointCodec.Read(body[PositionSize..]) is { } point ? record with { Point = point } : null;
    }
}

/// <summary>A recovery point as bytes: id (16), generation (4), sequence (8), UTC ticks (8), consistency (1), label length (2), label.</summary>
internal static class PointCodec
{
    public const int MaxSize = 39 + (LogRecord.MaxLabel * 4);

    public static int Write(RecoveryPoint point, Span<byte> target)
    {
        point.Id.TryWriteBytes(target);
        BinaryPrimitives.WriteUInt32LittleEndian(target[16..], point.Position.Generation);
        BinaryPrimitives.WriteInt64LittleEndian(target[20..], point.Position.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(target[28..], point.TimeUtc.UtcTicks);
        target[36] = (byte)point.Consistency;
        var label = Encoding.UTF8.GetBytes(point.Label, target[39..]);
        BinaryPrimitives.WriteUInt16LittleEndian(target[37..], (ushort)label);
        return 39 + label;
    }

    public static RecoveryPoint? Read(ReadOnlySpan<byte> source)
    {
        if (source.Length < 39)
        {
            return null;
        }

        var label = BinaryPrimitives.ReadUInt16LittleEndian(source[37..]);
        var ticks = BinaryPrimitives.ReadInt64LittleEndian(source[28..]);
        if (source.Length < 39 + label || ticks < 0 || ticks > DateTimeOffset.MaxValue.UtcTicks || source[36] > (byte)PointConsistency.AppConsistent)
        {
            return null;
        }

        return new RecoveryPoint(
            new Guid(source[..16]),
            new(BinaryPrimitives.ReadUInt32LittleEndian(source[16..]), BinaryPrimitives.ReadInt64LittleEndian(source[20..])),
            new DateTimeOffset(ticks, TimeSpan.Zero),
            (PointConsistency)source[36],
            Encoding.UTF8.GetString(source.Slice(39, label)));
    }
}
