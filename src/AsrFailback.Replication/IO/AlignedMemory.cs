using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AsrFailback.Replication.IO;

/// <summary>Pieces of memory that a disk can be written from directly, used again. Thread-safe.</summary>
/// <param name="size">Bytes of a piece, a multiple of <see cref="Alignment"/>.</param>
internal sealed class AlignedMemory(int size)
{
    /// <summary>What offsets, lengths and addresses have to be a multiple of: no disk has larger sectors.</summary>
    public const int Alignment = 4096;

    /// <summary>Most pieces that wait to be used again; the garbage collector takes the others.</summary>
    public const int MostFree = 32;

    private readonly ConcurrentBag<Piece> _free = [];

    /// <summary>Bytes of a piece.</summary>
    public int Size => size;

    /// <summary>Whether bytes can be written to an offset past the page cache.</summary>
    public static unsafe bool IsAligned(long offset, ReadOnlySpan<byte> bytes) =>
        (offset | (long)bytes.Length | (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes))) % Alignment == 0;

    /// <summary>The piece that bytes are in; null when they are in other memory.</summary>
    public static Piece? PieceOf(ReadOnlyMemory<byte> bytes) => MemoryMarshal.TryGetMemoryManager<byte, Piece>(bytes, out var piece) ? piece : null;

    /// <summary>A piece that the caller holds.</summary>
    public Piece Rent()
    {
        var piece = _free.TryTake(out var used) ? used : new Piece(this);
        piece.Hold();
        return piece;
    }

    /// <summary>A piece of memory; its beginning and its end are aligned. It is used again once the last who held it lets it go. Thread-safe.</summary>
    internal sealed class Piece(AlignedMemory pool) : MemoryManager<byte>
    {
        private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(pool.Size + Alignment, pinned: true); // where it is for as long as it lives
        private int _holders;

        /// <summary>Keeps it from being used for something else until <see cref="LetGo"/>, as renting it does.</summary>
        public void Hold() => Interlocked.Increment(ref _holders);

        /// <summary>The other side of <see cref="Hold"/>.</summary>
        public void LetGo()
        {
            if (Interlocked.Decrement(ref _holders) == 0 && pool._free.Count < MostFree)
            {
                pool._free.Add(this);
            }
        }

        /// <inheritdoc/>
        public override unsafe Span<byte> GetSpan() => _bytes.AsSpan(Alignment - (int)((nint)Unsafe.AsPointer(ref _bytes[0]) % Alignment), pool.Size);

        /// <inheritdoc/>
        public override unsafe MemoryHandle Pin(int elementIndex = 0) => new(Unsafe.AsPointer(ref Unsafe.Add(ref MemoryMarshal.GetReference(GetSpan()), elementIndex)), default, this);

        /// <inheritdoc/>
        public override void Unpin()
        {
        }

        /// <inheritdoc/>
        protected override void Dispose(bool disposing)
        {
        }
    }
}
