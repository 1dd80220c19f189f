using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AsrFailback.Replication.IO;

/// <summary>Pieces of memory that a disk can be written from directly, used again. Thread-safe.</summary>
/// <param name="size">Bytes of a piece.</param>
internal sealed class AlignedMemory(int size)
{
    /// <summary>What offsets, lengths and addresses have to be a multiple of: no disk has larger sectors.</summary>
    public const int Alignment = 4096;

    private readonly ConcurrentBag<Memory<byte>> _free = [];

    /// <summary>Whether bytes can be written to an offset past the page cache.</summary>
    public static unsafe bool IsAligned(long offset, ReadOnlySpan<byte> bytes) =>
        (offset | (long)bytes.Length | (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes))) % Alignment == 0;

    /// <summary>A piece, to be given back.</summary>
    public Memory<byte> Rent() => _free.TryTake(out var memory) ? memory : Allocate();

    /// <summary>Takes a piece back.</summary>
    public void Return(Memory<byte> memory) => _free.Add(memory);

    // Pinned for as long as it lives: it stays where it is aligned.
    private unsafe Memory<byte> Allocate()
    {
        var array = GC.AllocateUninitializedArray<byte>(size + Alignment, pinned: true);
        var over = (int)((nint)Unsafe.AsPointer(ref array[0]) % Alignment);
        return array.AsMemory(Alignment - over, size);
    }
}
