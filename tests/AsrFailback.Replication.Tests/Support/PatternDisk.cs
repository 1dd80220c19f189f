using AsrFailback.Replication.Disks;

namespace AsrFailback.Replication.Tests;

/// <summary>A disk of any size that takes no memory: never zero, and writes are forgotten.</summary>
internal sealed class PatternDisk(long length) : IBlockDevice
{
    public long Length => length;

    public void Read(long offset, Span<byte> buffer) => buffer.Fill((byte)(1 + (offset / Blocks.Size % 255)));

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
    }

    public void Flush()
    {
    }

    public void Dispose()
    {
    }
}
