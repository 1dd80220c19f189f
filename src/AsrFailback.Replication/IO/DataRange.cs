namespace AsrFailback.Replication.IO;

/// <summary>A range of a file or a disk that may hold something other than zeros. In bytes; never empty.</summary>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Bytes.</param>
public readonly record struct DataRange(long Offset, long Length)
{
    /// <summary>The first byte behind the range.</summary>
    public long End => Offset + Length;

    /// <summary>Everything from an offset to an end; null when that is nothing.</summary>
    public static DataRange? Rest(long offset, long end) => offset < end ? new DataRange(offset, end - offset) : null;
}
