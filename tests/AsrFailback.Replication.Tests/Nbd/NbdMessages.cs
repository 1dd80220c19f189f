using System.Buffers.Binary;
using System.Text;

namespace AsrFailback.Replication.Tests;

/// <summary>Messages of a client as bytes.</summary>
internal static class NbdMessages
{
    public static byte[] U16(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }

    public static byte[] U32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] U64(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Option(uint option, params byte[] data) => [.. "IHAVEOPT"u8, .. U32(option), .. U32((uint)data.Length), .. data];

    /// <summary>The data of INFO and GO.</summary>
    public static byte[] Query(string name, params ushort[] wanted) =>
        [.. U32((uint)Encoding.UTF8.GetByteCount(name)), .. Encoding.UTF8.GetBytes(name), .. U16(wanted.Length), .. wanted.SelectMany(kind => U16(kind))];

    public static byte[] Request(ushort command, ulong cookie, ulong offset, uint length, ushort flags = 0, byte[]? payload = null) =>
        [.. U32(0x25609513), .. U16(flags), .. U16(command), .. U64(cookie), .. U64(offset), .. U32(length), .. payload ?? []];
}
