using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Disks;

/// <summary>
/// A disk as its guest sees it. Offsets and lengths in bytes; a range outside the disk throws
/// <see cref="ArgumentOutOfRangeException"/>. Thread-safe for disjoint ranges.
/// </summary>
public interface IBlockDevice : IDisposable
{
    /// <summary>Capacity in bytes.</summary>
    long Length { get; }

    /// <summary>Fills the buffer from the disk.</summary>
    void Read(long offset, Span<byte> buffer);

    /// <summary>Writes all bytes; durable after the next <see cref="Flush"/>.</summary>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Everything written before is durable when this returns.</summary>
    void Flush();

    /// <summary>
    /// The first range at or behind an offset that may hold something other than zeros; null when only zeros follow. The
    /// next range may follow directly. A disk that cannot tell is all data.
    /// </summary>
    DataRange? NextData(long offset) => DataRange.Rest(offset, Length);

    /// <summary>Makes a range zero, giving its space back where that is possible; durable after the next <see cref="Flush"/>.</summary>
    void Clear(long offset, long count) => Zeros.Write(Write, offset, count);

    /// <summary>Writes all bytes, which nobody reads soon; durable after the next <see cref="Flush"/>.</summary>
    /// <param name="offset">Where they begin.</param>
    /// <param name="pieces">The bytes, one piece behind the other.</param>
    void WriteUncached(long offset, IReadOnlyList<ReadOnlyMemory<byte>> pieces) => Pieces.Write(Write, offset, pieces);
}
