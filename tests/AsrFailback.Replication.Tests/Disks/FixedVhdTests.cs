using System.Buffers.Binary;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>Fixed VHDs.</summary>
public sealed class FixedVhdTests
{
    private static readonly string Path1 = Path.Combine(ImageBench.Folder, "disk.vhd");

    [Theory]
    [InlineData(512, 1 << 20)]
    [InlineData(1 << 20, 1 << 20)]
    [InlineData((1 << 20) + 1, 2 << 20)]
    public void A_new_disk_is_rounded_up_to_a_mebibyte_and_reads_as_zeros(long asked, long capacity)
    {
        var files = ImageBench.NewDisk();
        FixedVhd.Create(files, Path1, asked, Guid.NewGuid());
        using var disk = DiskImage.Open(files, Path1, writable: true);

        Assert.Equal(capacity, disk.Length);
        Assert.True(Blocks.IsZero(SourceBench.ReadAll(disk)));
    }

    [Fact]
    public void What_was_written_reads_back_and_the_tail_beyond_the_visible_bytes_is_never_touched()
    {
        var files = ImageBench.NewDisk();
        FixedVhd.Create(files, Path1, 5_000 * 512, Guid.NewGuid());
        using (var disk = FixedVhd.Open(files, Path1, writable: true, visibleBytes: 5_000 * 512))
        {
            disk.Write(4_999 * 512, SourceBench.Bytes(512, 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => disk.Write(4_999 * 512, new byte[1024]));
            Assert.Throws<ArgumentOutOfRangeException>(() => disk.Write(long.MaxValue - 100, new byte[1024]));
            Assert.Throws<ArgumentOutOfRangeException>(() => disk.Read(-1, new byte[1]));
        }

        var content = files.Take(Path1);
        Assert.Equal(SourceBench.Bytes(512, 1), content.AsSpan(4_999 * 512, 512).ToArray());
        Assert.True(Blocks.IsZero(content.AsSpan(5_000 * 512, (3 << 20) - (5_000 * 512))));
    }

    [Fact]
    public void A_power_cut_while_creating_leaves_nothing_or_a_whole_disk()
    {
        var finished = false;
        for (var operation = 1; !finished; operation++)
        {
            var files = ImageBench.NewDisk();
            var observed = new ObservedFileSystem(files, new PowerCut(operation).Observe);
            finished = Record.Exception(() => FixedVhd.Create(observed, Path1, 512, Guid.Empty)) is null;
            for (var seed = 0; seed < 20; seed++)
            {
                var after = files.Crash(new Random(seed));
                Assert.True(after.Exists(Path1) || !finished);
                if (after.Exists(Path1))
                {
                    FixedVhd.Open(after, Path1, writable: false).Dispose();
                }
            }
        }
    }

    [Fact]
    public void Creating_a_disk_where_one_exists_is_refused_and_the_disk_keeps_its_bytes()
    {
        var files = ImageBench.NewDisk();
        FixedVhd.Create(files, Path1, 512, Guid.NewGuid());
        using (var disk = FixedVhd.Open(files, Path1, writable: true))
        {
            disk.Write(0, SourceBench.Bytes(512, 3));
        }

        var before = files.Take(Path1);
        Assert.IsType<AsrException>(Record.Exception(() => FixedVhd.Create(files, Path1, 512, Guid.NewGuid())));
        Assert.Equal(before, files.Take(Path1));
    }

    [Theory]
    [InlineData("a flipped bit in the footer", 200)]
    [InlineData("a wrong checksum", 64)]
    [InlineData("a size that does not fit", 55)]
    [InlineData("another cookie", 0)]
    public void A_damaged_footer_is_refused(string what, int at)
    {
        var files = ImageBench.NewDisk();
        FixedVhd.Create(files, Path1, 512, Guid.NewGuid());
        var content = files.Take(Path1);
        content[content.Length - 512 + at] ^= 1;

        var refusal = ImageBench.RefusalOf(() => FixedVhd.Open(files, files.Put("damaged.vhd", content), writable: false));
        Assert.True(refusal == "ImageInvalid", what);
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(512, 0)]
    [InlineData(1 << 20, 511)]
    public void A_truncated_image_is_refused(int from, int bytesLost)
    {
        var files = ImageBench.NewDisk();
        FixedVhd.Create(files, Path1, 512, Guid.NewGuid());
        var content = files.Take(Path1)[from..^bytesLost];

        Assert.Equal("ImageInvalid", ImageBench.RefusalOf(() => FixedVhd.Open(files, files.Put("cut.vhd", content), writable: false)));
    }

    [Theory]
    [InlineData(3u)]
    [InlineData(4u)]
    public void A_dynamic_or_differencing_disk_is_refused_by_its_type(uint type)
    {
        var files = ImageBench.NewDisk();
        FixedVhd.Create(files, Path1, 512, Guid.NewGuid());
        var content = files.Take(Path1);
        BinaryPrimitives.WriteUInt32BigEndian(content.AsSpan(content.Length - 512 + 60), type);
        Seal(content.AsSpan(content.Length - 512));

        Assert.Equal("ImageInvalid", ImageBench.RefusalOf(() => FixedVhd.Open(files, files.Put("other.vhd", content), writable: false)));
    }

    [Fact]
    public void An_image_smaller_than_the_disk_it_is_opened_for_is_refused()
    {
        var files = ImageBench.NewDisk();
        FixedVhd.Create(files, Path1, 1 << 20, Guid.NewGuid());

        var refusal = ImageBench.RefusalOf(() => FixedVhd.Open(files, Path1, writable: true, visibleBytes: (1 << 20) + 512));
        Assert.Equal("ImageInvalid", refusal);
    }

    internal static void Seal(Span<byte> footer)
    {
        BinaryPrimitives.WriteUInt32BigEndian(footer[64..], 0);
        uint sum = 0;
        foreach (var value in footer)
        {
            sum += value;
        }

        BinaryPrimitives.WriteUInt32BigEndian(footer[64..], ~sum);
    }
}
