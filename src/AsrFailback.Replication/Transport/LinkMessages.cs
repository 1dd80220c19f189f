using System.Buffers.Binary;
using System.Text.Json;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.Disks;

namespace AsrFailback.Replication.Transport;

/// <summary>The payloads of small frames, little-endian. Thread-safe.</summary>
internal static class LinkMessages
{
    /// <summary>Version of the protocol.</summary>
    public const ushort Version = 3;

    /// <summary>Most blocks of one question for digests.</summary>
    public const int MaxDigests = 4096;

    private const int MaxDisks = 64;
    private const int HelloSize = 12;
    private static readonly byte[] Magic = "ASRLINK1"u8.ToArray();

    /// <summary>Magic (8), version (2), disks (2), bytes of each disk (8).</summary>
    public static byte[] Hello(IReadOnlyList<long> diskBytes)
    {
        var payload = new byte[HelloSize + (diskBytes.Count * sizeof(long))];
        Magic.CopyTo(payload, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(payload.AsSpan(8), Version);
        BinaryPrimitives.WriteUInt16LittleEndian(payload.AsSpan(10), (ushort)diskBytes.Count);
        for (var disk = 0; disk < diskBytes.Count; disk++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(payload.AsSpan(HelloSize + (disk * sizeof(long))), diskBytes[disk]);
        }

        return payload;
    }

    /// <summary>Refuses a source that speaks otherwise or has other disks.</summary>
    /// <exception cref="AsrException"><c>LinkProtocol</c>, <c>LinkVersion</c>, <c>LinkDisks</c>.</exception>
    public static void RequireHello(Frame frame, IReadOnlyList<long> diskBytes)
    {
        var payload = frame.Payload.Span;
        if (frame.Kind != FrameKind.Hello || payload.Length < HelloSize || !payload.StartsWith(Magic))
        {
            throw Invalid("no greeting");
        }

        var version = BinaryPrimitives.ReadUInt16LittleEndian(payload[8..]);
        if (version != Version)
        {
            throw ErrorCatalogue.Exception("LinkVersion", version, Version);
        }

        var disks = BinaryPrimitives.ReadUInt16LittleEndian(payload[10..]);
        if (disks > MaxDisks || payload.Length != HelloSize + (disks * sizeof(long)))
        {
            throw Invalid("no greeting");
        }

        var theirs = new long[disks];
        for (var disk = 0; disk < disks; disk++)
        {
            theirs[disk] = BinaryPrimitives.ReadInt64LittleEndian(payload[(HelloSize + (disk * sizeof(long)))..]);
        }

        if (!theirs.SequenceEqual(diskBytes))
        {
            throw ErrorCatalogue.Exception("LinkDisks", string.Join('+', diskBytes), string.Join('+', theirs));
        }
    }

    /// <summary>A position: generation (4), sequence (8).</summary>
    public static byte[] Position(LogPosition position)
    {
        var payload = new byte[12];
        BinaryPrimitives.WriteUInt32LittleEndian(payload, position.Generation);
        BinaryPrimitives.WriteInt64LittleEndian(payload.AsSpan(4), position.Sequence);
        return payload;
    }

    /// <summary>Reads a position.</summary>
    /// <exception cref="AsrException"><c>LinkProtocol</c>.</exception>
    public static LogPosition Position(ReadOnlySpan<byte> payload) => payload.Length == 12
        ? new LogPosition(BinaryPrimitives.ReadUInt32LittleEndian(payload), BinaryPrimitives.ReadInt64LittleEndian(payload[4..]))
        : throw Invalid("no position");

    /// <summary>Blocks of a disk: disk (2), number of each (8).</summary>
    public static byte[] BlocksOf(int disk, IReadOnlyList<long> blocks)
    {
        var payload = new byte[sizeof(ushort) + (blocks.Count * sizeof(long))];
        BinaryPrimitives.WriteUInt16LittleEndian(payload, (ushort)disk);
        for (var index = 0; index < blocks.Count; index++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(payload.AsSpan(sizeof(ushort) + (index * sizeof(long))), blocks[index]);
        }

        return payload;
    }

    /// <summary>Reads blocks of a disk; they are on it.</summary>
    /// <exception cref="AsrException"><c>LinkProtocol</c>.</exception>
    public static (int Disk, long[] Blocks) BlocksOf(ReadOnlySpan<byte> payload, IReadOnlyList<long> diskBytes)
    {
        var count = (payload.Length - sizeof(ushort)) / sizeof(long);
        if (payload.Length < sizeof(ushort) || count > MaxDigests || payload.Length != sizeof(ushort) + (count * sizeof(long))
            || BinaryPrimitives.ReadUInt16LittleEndian(payload) is var disk && disk >= diskBytes.Count)
        {
            throw Invalid("blocks that are on no disk");
        }

        var blocks = new long[count];
        for (var index = 0; index < count; index++)
        {
            blocks[index] = BinaryPrimitives.ReadInt64LittleEndian(payload[(sizeof(ushort) + (index * sizeof(long)))..]);
            if (blocks[index] < 0 || blocks[index] >= Blocks.Count(diskBytes[disk]))
            {
                throw Invalid("blocks that are on no disk");
            }
        }

        return (disk, blocks);
    }

    /// <summary>The number of a block (8).</summary>
    public static byte[] Block(long block)
    {
        var payload = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(payload, block);
        return payload;
    }

    /// <summary>Reads the number of a block.</summary>
    /// <exception cref="AsrException"><c>LinkProtocol</c>.</exception>
    public static long Block(ReadOnlySpan<byte> payload) =>
        payload.Length == sizeof(long) ? BinaryPrimitives.ReadInt64LittleEndian(payload) : throw Invalid("no block");

    /// <summary>An error, as JSON.</summary>
    public static byte[] Refusal(AsrError error) => JsonSerializer.SerializeToUtf8Bytes(
        new Told(error.Id, error.Code, error.Message, error.PossibleCauses, error.RecommendedAction, error.Category, error.Temporary));

    /// <summary>Reads an error; one that this end does not know, or that lacks something, is none.</summary>
    public static AsrException Refusal(ReadOnlySpan<byte> payload)
    {
        try
        {
            if (JsonSerializer.Deserialize<Told>(payload) is
                    { Id: { } id, Code: { } code, Message: { } message, PossibleCauses: { } causes, RecommendedAction: { } action, Category: { } category } told
                && ErrorCatalogue.Ids.Contains(id))
            {
                return new AsrException(new AsrError(id, code, message, causes, action) { Category = category, Temporary = told.Temporary });
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        return Invalid("an error that is none");
    }

    /// <summary>An end that does not keep to the protocol.</summary>
    public static AsrException Invalid(string what) => ErrorCatalogue.Exception("LinkProtocol", what);

    // What an error is on the line: whoever sends it may leave anything out.
    private sealed record Told(string? Id, string? Code, string? Message, string? PossibleCauses, string? RecommendedAction, string? Category, bool Temporary);
}
