using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Disks;

/// <summary>Walks over what a disk may hold, leaving out what it knows to be zero.</summary>
internal static class DataPieces
{
    /// <summary>Bytes of a piece at most.</summary>
    public const int Size = 1 << 20;

    /// <summary>The ranges of data from an offset to an end, in order, in pieces.</summary>
    public static IEnumerable<DataRange> Of(IBlockDevice disk, long from, long end)
    {
        while (from < end && disk.NextData(from) is { } range && range.Offset < end)
        {
            for (from = range.Offset; from < Math.Min(range.End, end); from += Size)
            {
                yield return new DataRange(from, Math.Min(Size, Math.Min(range.End, end) - from));
            }

            from = range.End;
        }
    }

    /// <summary>Reads a piece into a buffer and returns the part of the buffer it fills.</summary>
    public static Span<byte> Read(IBlockDevice disk, DataRange piece, byte[] buffer)
    {
        var content = buffer.AsSpan(0, (int)piece.Length);
        disk.Read(piece.Offset, content);
        return content;
    }
}
