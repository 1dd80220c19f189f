using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Disks;

/// <summary>A disk whose bytes lie in one range of one file: raw, fixed VHD and flat VMDK alike.</summary>
internal sealed class ExtentDisk(IStoredFile file, long length) : IBlockDevice
{
    public long Length => length;

    public void Read(long offset, Span<byte> buffer)
    {
        CheckRange(offset, buffer.Length);
        file.Read(offset, buffer);
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        CheckRange(offset, bytes.Length);
        file.Write(offset, bytes);
    }

    public void Flush() => file.Flush();

    public void Dispose() => file.Dispose();

    private void CheckRange(long offset, int count)
    {
        if (offset < 0 || offset > length - count)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), $"{offset}+{count} is outside a disk of {length} bytes");
        }
    }
}
