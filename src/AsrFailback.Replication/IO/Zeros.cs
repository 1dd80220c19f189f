using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.IO;

/// <summary>Zeros that need no memory of their own. Thread-safe.</summary>
internal static class Zeros
{
    private static readonly byte[] Piece = new byte[LogRecord.MaxData];

    /// <summary>That many zeros, as many as a record carries at most.</summary>
    public static ReadOnlyMemory<byte> Memory(int count) => Piece.AsMemory(0, count);

    /// <summary>Writes bytes at an offset.</summary>
    public delegate void Writer(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Writes that many zeros.</summary>
    public static void Write(Writer write, long offset, long count)
    {
        for (var end = offset + count; offset < end; offset += Piece.Length)
        {
            write(offset, Piece.AsSpan(0, (int)Math.Min(Piece.Length, end - offset)));
        }
    }
}
