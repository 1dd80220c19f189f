using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Disks;

/// <summary>A disk whose bytes lie in one range of one file: raw, fixed VHD and flat VMDK alike.</summary>
internal sealed class ExtentDisk(IStoredFile file, long length, long start = 0) : IBlockDevice
{
    public long Length => length;

    public void Read(long offset, Span<byte> buffer)
    {
        Blocks.RequireInside(offset, buffer.Length, length);
        file.Read(start + offset, buffer);
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        Blocks.RequireInside(offset, bytes.Length, length);
        file.Write(start + offset, bytes);
    }

    public void Flush() => file.Flush();

    public DataRange? NextData(long offset) =>
        file.NextData(start + offset) is { } range ? DataRange.Rest(range.Offset - start, Math.Min(range.End - start, length)) : null;

    public void Clear(long offset, long count)
    {
        Blocks.RequireInside(offset, count, length);
        file.PunchHole(start + offset, count);
    }

    public void WriteUncached(long offset, IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        Blocks.RequireInside(offset, Pieces.LengthOf(pieces), length);
        file.WriteUncached(start + offset, pieces);
    }

    public void Dispose() => file.Dispose();
}
