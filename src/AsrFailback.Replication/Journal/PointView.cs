using AsrFailback.Replication.Disks;

namespace AsrFailback.Replication.Journal;

/// <summary>
/// One disk at a recovery point: the replica, seen through the before-images of every interval since the point. Reading
/// is safe while the journal applies: a block is looked up after the replica was read, and a before-image is visible
/// before its block is overwritten. Keep the point pinned while a view is open. Writing is refused.
/// </summary>
internal sealed class PointView(IBlockDevice replica, int disk, Func<IReadOnlyList<HistorySegment>> segmentsSincePoint) : IBlockDevice
{
    public long Length => replica.Length;

    public void Read(long offset, Span<byte> buffer)
    {
        replica.Read(offset, buffer);
        var segments = segmentsSincePoint();
        var block = new byte[Blocks.Size];
        var end = offset + buffer.Length;
        for (var index = offset / Blocks.Size; index * Blocks.Size < end; index++)
        {
            var content = block.AsSpan(0, Blocks.LengthOf(index, Length));
            if (!TryReadHistory(segments, new BlockAddress(disk, index), content))
            {
                continue;
            }

            var from = Math.Max(offset, index * Blocks.Size);
            var to = Math.Min(end, (index * Blocks.Size) + content.Length);
            content[(int)(from - (index * Blocks.Size))..(int)(to - (index * Blocks.Size))].CopyTo(buffer[(int)(from - offset)..]);
        }
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes) => throw new NotSupportedException("A recovery point is not written");

    public void Flush()
    {
    }

    public void Dispose()
    {
    }

    private static bool TryReadHistory(IReadOnlyList<HistorySegment> segments, BlockAddress address, Span<byte> content)
    {
        foreach (var segment in segments)
        {
            if (segment.TryRead(address, content))
            {
                return true;
            }
        }

        return false;
    }
}
