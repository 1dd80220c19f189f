using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Journal;

/// <summary>
/// A disk of a machine whose failover is not committed: what a block held is durable in the history before the block is
/// overwritten. Thread-safe for disjoint ranges, as disks are.
/// </summary>
/// <param name="disk">The disk itself, owned from now on.</param>
/// <param name="index">Its index.</param>
/// <param name="points">The points that stay exact for it.</param>
public sealed class UndoableDisk(IBlockDevice disk, int index, KeptPoints points) : IBlockDevice
{
    /// <inheritdoc/>
    public long Length => disk.Length;

    /// <inheritdoc/>
    public void Read(long offset, Span<byte> buffer) => disk.Read(offset, buffer);

    /// <inheritdoc/>
    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        Save(offset, bytes.Length);
        disk.Write(offset, bytes);
    }

    /// <inheritdoc/>
    public void WriteUncached(long offset, IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        Save(offset, Pieces.LengthOf(pieces));
        disk.WriteUncached(offset, pieces);
    }

    /// <inheritdoc/>
    public void Clear(long offset, long count)
    {
        Save(offset, count);
        disk.Clear(offset, count);
    }

    /// <inheritdoc/>
    public void Flush() => disk.Flush();

    /// <inheritdoc/>
    public DataRange? NextData(long offset) => disk.NextData(offset);

    /// <inheritdoc/>
    public void Dispose() => disk.Dispose();

    private void Save(long offset, long count)
    {
        Blocks.RequireInside(offset, count, Length);
        points.SaveBefore(index, offset, count);
    }
}
