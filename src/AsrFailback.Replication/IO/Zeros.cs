namespace AsrFailback.Replication.IO;

/// <summary>Writes zeros where no hole can be made.</summary>
internal static class Zeros
{
    private static readonly byte[] Piece = new byte[64 * 1024];

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
