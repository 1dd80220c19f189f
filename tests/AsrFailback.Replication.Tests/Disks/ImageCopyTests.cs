using System.Globalization;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>A copy has the image's bytes whatever was there before, and its holes where the file system has them.</summary>
public sealed class ImageCopyTests : IDisposable
{
    private const int MiB = 1 << 20;
    private const int Bytes = (8 * MiB) + (5 * 512);

    private readonly TempFolder _folder = new();
    private readonly LocalFileSystem _files = new();

    [Fact]
    public void A_copy_writes_the_blocks_that_hold_something_and_no_others()
    {
        using var from = Image("from.img", (100, 10), (3 * MiB, Blocks.Size), (Bytes - 1, 1));
        using var to = Image("to.img");
        var seen = new List<long>();

        // Of the first block as much as its file system stores for it, one in the middle, and the last one, which is short.
        Assert.InRange(ImageCopy.Copy(from, to, seen.Add, CancellationToken.None), Blocks.Size + 10 + (5 * 512), (2 * Blocks.Size) + (5 * 512));
        Assert.Equal(SourceBench.ReadAll(from), SourceBench.ReadAll(to));
        Assert.Equal(Bytes, seen[^1]);
        Assert.Equal(seen.Order(), seen);
    }

    [HolesFact]
    public void A_copy_takes_no_more_space_than_its_data()
    {
        using var from = Image("from.img", (2 * MiB, 100), (5 * MiB, 100));
        using var to = Image("to.img");
        ImageCopy.Copy(from, to, _ => { }, CancellationToken.None);

        Assert.InRange(SpaceOf("to.img"), 1, 2 * Blocks.Size);
    }

    [HolesFact]
    public void A_copy_over_other_data_has_the_image_s_bytes_and_holes()
    {
        using var from = Image("from.img", (2 * MiB, 100));
        using var to = Image("to.img", (0, MiB), ((2 * MiB) - 10, 200), (7 * MiB, MiB));
        ImageCopy.Copy(from, to, _ => { }, CancellationToken.None);

        Assert.Equal(SourceBench.ReadAll(from), SourceBench.ReadAll(to));
        Assert.InRange(SpaceOf("to.img"), 1, 2 * Blocks.Size);
    }

    [HolesFact]
    public void Zeros_that_were_written_are_no_data_either()
    {
        File.WriteAllBytes(_folder["from.img"], new byte[Bytes]);
        using var from = RawImage.Open(_files, _folder["from.img"], writable: false);
        using var to = Image("to.img");

        Assert.Equal(0, ImageCopy.Copy(from, to, _ => { }, CancellationToken.None));
        Assert.Equal(0, SpaceOf("to.img"));
    }

    [Fact]
    public void A_copy_to_a_larger_disk_leaves_zeros_behind_the_image()
    {
        using var from = new PatternDisk(3 * 512);
        using var to = Image("to.img", (0, Bytes));
        ImageCopy.Copy(from, to, _ => { }, CancellationToken.None);

        Assert.True(Blocks.IsZero(SourceBench.ReadAll(to).AsSpan(3 * 512)));
        Assert.False(Blocks.IsZero(SourceBench.ReadAll(to).AsSpan(0, 3 * 512)));
    }

    [Fact]
    public void A_disk_that_knows_no_holes_is_copied_and_overwritten_all_the_same()
    {
        var random = new Random(4);
        for (var round = 0; round < 20; round++)
        {
            var files = ImageBench.NewDisk();
            var (one, other) = (Patches(random), Patches(random));
            using var from = RawImage.Open(files, files.Put("from.img", one), writable: false);
            using var to = RawImage.Open(files, files.Put("to.img", other), writable: true);
            ImageCopy.Copy(from, to, _ => { }, CancellationToken.None);

            Assert.True(one.AsSpan().SequenceEqual(SourceBench.ReadAll(to)), $"round {round}");
        }
    }

    [Fact]
    public void A_copy_stops_when_it_is_told_to()
    {
        using var stop = new CancellationTokenSource();
        using var from = new PatternDisk(8 * MiB);
        using var to = Image("to.img");
        var seen = 0L;

        Assert.Throws<OperationCanceledException>(() => ImageCopy.Copy(from, to, done => Stop(seen = done), stop.Token));
        Assert.Equal(2 * MiB, seen);

        void Stop(long done)
        {
            if (done == 2 * MiB)
            {
                stop.Cancel();
            }
        }
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Patches(Random random)
    {
        var content = new byte[(3 * MiB) + 512];
        for (var count = random.Next(6); count > 0; count--)
        {
            random.NextBytes(content.AsSpan(random.Next(content.Length - 200_000), random.Next(200_000)));
        }

        return content;
    }

    private IBlockDevice Image(string name, params (long At, int Count)[] data)
    {
        using (var file = File.Create(_folder[name]))
        {
            file.SetLength(Bytes);
            foreach (var (at, count) in data)
            {
                file.Position = at;
                file.Write(SourceBench.Bytes(count, 1 + (int)(at % 100)).Select(value => (byte)(value | 1)).ToArray());
            }
        }

        return RawImage.Open(_files, _folder[name], writable: true);
    }

    private long SpaceOf(string name) => long.Parse(Tools.RunWell("stat", "-c", "%b", _folder[name]), CultureInfo.InvariantCulture) * 512;
}
