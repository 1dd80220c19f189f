namespace AsrFailback.Replication.IO;

/// <summary>Bytes in several pieces of memory, one behind the other. Thread-safe.</summary>
internal static class Pieces
{
    /// <summary>Bytes of all pieces.</summary>
    public static long LengthOf(IReadOnlyList<ReadOnlyMemory<byte>> pieces) => pieces.Sum(piece => (long)piece.Length);

    /// <summary>Writes one piece after the other.</summary>
    public static void Write(Zeros.Writer write, long offset, IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        foreach (var piece in pieces)
        {
            write(offset, piece.Span);
            offset += piece.Length;
        }
    }
}
