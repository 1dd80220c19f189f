using System.Buffers.Binary;

namespace AsrFailback.Replication.Nbd;

/// <summary>The head of a request; the data of a write follows it.</summary>
/// <param name="Flags">Flags, perhaps unknown ones.</param>
/// <param name="Command">The command, perhaps an unknown one.</param>
/// <param name="Cookie">The client's name of the request, given back in the reply.</param>
/// <param name="Offset">First byte; not checked yet.</param>
/// <param name="Length">Bytes; not checked yet.</param>
internal readonly record struct Request(CommandFlags Flags, Command Command, ulong Cookie, ulong Offset, uint Length)
{
    /// <summary>Bytes of a head.</summary>
    public const int Size = 28;

    /// <summary>Bytes of data that follow the head.</summary>
    public uint Payload => Command == Command.Write ? Length : 0;

    /// <summary>Reads a head; null when it does not begin with the protocol's number.</summary>
    public static Request? Read(ReadOnlySpan<byte> head) =>
        BinaryPrimitives.ReadUInt32BigEndian(head) != Wire.RequestMagic
            ? null
            : new Request(
                (CommandFlags)BinaryPrimitives.ReadUInt16BigEndian(head[4..]),
                (Command)BinaryPrimitives.ReadUInt16BigEndian(head[6..]),
                BinaryPrimitives.ReadUInt64BigEndian(head[8..]),
                BinaryPrimitives.ReadUInt64BigEndian(head[16..]),
                BinaryPrimitives.ReadUInt32BigEndian(head[24..]));
}
