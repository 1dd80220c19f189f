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
}
