using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Disks;

/// <summary>A disk whose bytes lie in one range of one file: raw, fixed VHD and flat VMDK alike.</summary>
internal sealed class ExtentDisk(IStoredFile file, long length) : IBlockDevice
{
    public long Length => length;

    public void Read(long offset, Span<byte> buffer)
    {
        Blocks.RequireInside(offset, buffer.Length, length);
        file.Read(offset, buffer);
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        Blocks.RequireInside(offset, bytes.Length, length);
        file.Write(offset, bytes);
    }

    public void Flush() => file.Flush();

    public void Dispose() => file.Dispose();
}
