using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>Images that <c>qemu-img</c> made, read by us.</summary>
public sealed class QemuReaderTests : IDisposable
{
    // More than two grain tables (32 MiB each) and an end inside a grain.
    private const int Bytes = (70 << 20) + (3 * 512);

    private readonly TempFolder _folder = new();
    private readonly LocalFileSystem _files = new();

    [QemuTheory]
    [InlineData("vpc", "subformat=fixed,force_size=on", "made.vhd")]
    [InlineData("vpc", "subformat=dynamic,force_size=on", "made.vhd")]
    [InlineData("vmdk", "subformat=monolithicFlat", "made.vmdk")]
    [InlineData("vmdk", "subformat=monolithicSparse", "made.vmdk")]
    [InlineData("vmdk", "subformat=monolithicSparse,zeroed_grain=on", "made.vmdk")]
    [InlineData("vmdk", "subformat=streamOptimized", "made.vmdk")]
    [InlineData("vmdk", "subformat=twoGbMaxExtentFlat", "made.vmdk")]
    [InlineData("vmdk", "subformat=twoGbMaxExtentSparse", "made.vmdk")]
    public void An_image_has_the_bytes_it_was_made_of(string format, string options, string name)
    {
        var content = Content();
        File.WriteAllBytes(_folder["raw.img"], content);
        Tools.QemuImgRun("convert", "-f", "raw", "-O", format, "-o", options, _folder["raw.img"], _folder[name]);

        using var disk = DiskImage.Open(_files, _folder[name], writable: false);
        ImageBench.RequireSame(content, disk, seed: 1);
    }

    [QemuTheory]
    [InlineData("twoGbMaxExtentFlat")]
    [InlineData("twoGbMaxExtentSparse")]
    public void A_split_disk_of_several_files_has_its_bytes_across_their_borders(string type)
    {
        const long Border = 0x80000000;
        using (var raw = File.Create(_folder["raw.img"]))
        {
            foreach (var at in new[] { 0, Border - 70_000, (2 * Border) - 512, (2 * Border) + 100_000 })
            {
                raw.Position = at;
                raw.Write(SourceBench.Bytes(140_000, (int)(at % 1000)));
            }
        }

        using (var file = File.OpenWrite(_folder["raw.img"]))
        {
            file.SetLength((2 * Border) + (1 << 20));
        }

        Tools.QemuImgRun("convert", "-f", "raw", "-O", "vmdk", "-o", $"subformat={type}", _folder["raw.img"], _folder["made.vmdk"]);
        RequireCopyEqual("made.vmdk");
    }

    [QemuFact]
    public void Images_made_by_hand_are_what_qemu_takes_them_for()
    {
        Dictionary<string, (byte[] Image, byte[] Content)> images = new()
        {
            ["sparse.vmdk"] = (VmdkImage.Sparse(), VmdkImage.Content()), ["stream.vmdk"] = (VmdkImage.Stream(), VmdkImage.Content()),
        };
        foreach (var (name, (image, content)) in images)
        {
            File.WriteAllBytes(_folder[name], image);
            Tools.QemuImgRun("convert", "-f", "vmdk", "-O", "raw", _folder[name], _folder["raw.img"]);
            Assert.Equal(content, File.ReadAllBytes(_folder["raw.img"]));
        }
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Content()
    {
        var content = new byte[Bytes];
        var random = new Random(3);
        for (var count = 0; count < 60; count++)
        {
            random.NextBytes(content.AsSpan(random.Next(Bytes - 300_000), random.Next(1, 300_000)));
        }

        random.NextBytes(content.AsSpan(Bytes - 700));
        return content;
    }

    // Five gigabytes that are nearly all holes: only a copy that skips them is quick.
    private void RequireCopyEqual(string name)
    {
        using (var disk = DiskImage.Open(_files, _folder[name], writable: false))
        {
            File.WriteAllBytes(_folder["copy.img"], []);
            using (var file = File.OpenWrite(_folder["copy.img"]))
            {
                file.SetLength(disk.Length);
            }

            Assert.Equal(new FileInfo(_folder["raw.img"]).Length, disk.Length);
            using var copy = RawImage.Open(_files, _folder["copy.img"], writable: true);
            Assert.InRange(ImageCopy.Copy(disk, copy, _ => { }, CancellationToken.None), 500_000, 1_200_000);
        }

        Tools.QemuImgRun("compare", "-f", "raw", "-F", "raw", _folder["copy.img"], _folder["raw.img"]);
    }
}
