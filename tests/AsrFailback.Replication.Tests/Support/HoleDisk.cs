using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>A disk that tells where data is, as images with holes do: pages of zeros are none.</summary>
internal sealed class HoleDisk(IBlockDevice disk) : IBlockDevice
{
    private const int Page = 4096;

    public long Length => disk.Length;

    public void Read(long offset, Span<byte> buffer) => disk.Read(offset, buffer);

    public void Write(long offset, ReadOnlySpan<byte> bytes) => disk.Write(offset, bytes);

    public void Flush() => disk.Flush();

    public DataRange? NextData(long offset)
    {
        for (var page = new byte[Page]; offset < Length; offset = (offset / Page * Page) + Page)
        {
            var content = page.AsSpan(0, (int)Math.Min(Page - (offset % Page), Length - offset));
            disk.Read(offset, content);
            if (!Blocks.IsZero(content))
            {
                return new DataRange(offset, content.Length);
            }
        }

        return null;
    }

    public void Dispose() => disk.Dispose();
}
