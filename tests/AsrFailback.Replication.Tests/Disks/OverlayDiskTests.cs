using AsrFailback.Replication.Disks;

namespace AsrFailback.Replication.Tests;

/// <summary>What a test machine writes stays with the test machine.</summary>
public sealed class OverlayDiskTests
{
    private const long Length = (3 * Blocks.Size) + 1536;
    private static readonly string Overlay = Path.Combine(ImageBench.Folder, "overlay");

    [Fact]
    [Requirement("FO-01")]
    public void Reads_see_the_writes_and_the_base_never_does()
    {
        var files = ImageBench.NewDisk();
        var expected = SourceBench.Bytes((int)Length, 1);
        var path = files.Put("base.img", expected);
        var original = (byte[])expected.Clone();
        using (var disk = new OverlayDisk(files, Overlay, RawImage.Open(files, path, writable: false)))
        {
            var random = new Random(5);
            for (var count = 0; count < 200; count++)
            {
                var bytes = SourceBench.Bytes(512 * random.Next(1, 150), count);
                var offset = 512 * random.NextInt64((Length - bytes.Length) / 512);
                disk.Write(offset, bytes);
                bytes.CopyTo(expected, offset);
                Assert.Equal(expected, SourceBench.ReadAll(disk));
            }
        }

        Assert.Equal(original, files.Take(path));
        using var again = new OverlayDisk(files, Overlay, RawImage.Open(files, path, writable: false));
        Assert.Equal(expected, SourceBench.ReadAll(again));
    }

    [Theory]
    [InlineData(Length, 512)]
    [InlineData(Length - 512, 1024)]
    [InlineData(-512, 512)]
    [InlineData(long.MaxValue - 512, 1024)]
    public void A_range_outside_the_disk_is_refused_and_changes_nothing(long offset, int length)
    {
        var files = ImageBench.NewDisk();
        var content = SourceBench.Bytes((int)Length, 1);
        using var disk = new OverlayDisk(files, Overlay, RawImage.Open(files, files.Put("base.img", content), writable: false));
        disk.Write(Length - 512, content.AsSpan((int)Length - 512));

        Assert.Throws<ArgumentOutOfRangeException>(() => disk.Write(offset, new byte[length]));
        Assert.Throws<ArgumentOutOfRangeException>(() => disk.Read(offset, new byte[length]));
        Assert.Equal(content, SourceBench.ReadAll(disk));
    }
}
