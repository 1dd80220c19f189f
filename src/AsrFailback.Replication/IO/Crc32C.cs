using System.Buffers.Binary;
using System.Numerics;

namespace AsrFailback.Replication.IO;

/// <summary>CRC-32C (Castagnoli), hardware-accelerated by the framework. For what one process wrote and reads back.</summary>
internal static class Crc32C
{
    /// <summary>Continues a checksum over more bytes.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
