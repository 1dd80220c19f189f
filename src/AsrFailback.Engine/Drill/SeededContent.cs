using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace AsrFailback.Engine.Drill;

/// <summary>Content that follows from numbers alone, so that it can be made again and compared. Incompressible.</summary>
internal static class SeededContent
{
    /// <summary>Fills a buffer; a whole number of 8-byte words.</summary>
    public static void Fill(Span<byte> buffer, long seed, long number)
    {
        var state = Mix((ulong)seed ^ Mix((ulong)number + 0x9e3779b97f4a7c15UL));
        foreach (ref var word in MemoryMarshal.Cast<byte, ulong>(buffer))
        {
            state += 0x9e3779b97f4a7c15UL;
            word = Mix(state);
        }
    }

    /// <summary>The content of a workload write: its number in clear, then content that follows from it.</summary>
    public static void FillWrite(Span<byte> buffer, long seed, long write)
    {
        Fill(buffer, seed, write);
        BinaryPrimitives.WriteInt64LittleEndian(buffer, write);
    }

    /// <summary>A well-mixed number (the finalizer of SplitMix64).</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9UL;
        value = (value ^ (value >> 27)) * 0x94d049bb133111ebUL;
        return value ^ (value >> 31);
    }
}
