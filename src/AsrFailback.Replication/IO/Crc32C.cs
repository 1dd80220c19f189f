using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace AsrFailback.Replication.IO;

/// <summary>
/// CRC-32C (Castagnoli), hardware-accelerated by the framework. A processor begins the next step every cycle and ends it three
/// cycles later: long stretches go in three lanes, whose checksums are put together. For what one process wrote and reads back.
/// </summary>
internal static class Crc32C
{
    private const int LaneBytes = 2048;
    private const int LaneWords = LaneBytes / sizeof(ulong);

    // What a checksum becomes by the zeros of a lane behind it, for each value of each of its bytes: a checksum is linear.
    private static readonly uint[] BehindLane = [.. Enumerable.Range(0, 4 * 256).Select(place => OverZeros((uint)(place & 0xFF) << (place / 256 * 8)))];

    /// <summary>Continues a checksum over more bytes.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        for (; BitConverter.IsLittleEndian && bytes.Length >= 3 * LaneBytes; bytes = bytes[(3 * LaneBytes)..])
        {
            crc = ThreeLanes(crc, MemoryMarshal.Cast<byte, ulong>(bytes[..(3 * LaneBytes)]));
        }

        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }

    private static uint ThreeLanes(uint crc, ReadOnlySpan<ulong> words)
    {
        var first = words[..LaneWords];
        var second = words.Slice(LaneWords, LaneWords);
        var third = words.Slice(2 * LaneWords, LaneWords);
        var (one, two, three) = (crc, 0u, 0u);
        for (var index = 0; index < LaneWords; index++)
        {
            one = BitOperations.Crc32C(one, first[index]);
            two = BitOperations.Crc32C(two, second[index]);
            three = BitOperations.Crc32C(three, third[index]);
        }

        return AfterLane(AfterLane(one) ^ two) ^ three;
    }

    private static uint AfterLane(uint crc) =>
        BehindLane[crc & 0xFF] ^ BehindLane[256 + ((crc >> 8) & 0xFF)] ^ BehindLane[512 + ((crc >> 16) & 0xFF)] ^ BehindLane[768 + (crc >> 24)];

    private static uint OverZeros(uint crc)
    {
        for (var word = 0; word < LaneWords; word++)
        {
            crc = BitOperations.Crc32C(crc, 0ul);
        }

        return crc;
    }
}
