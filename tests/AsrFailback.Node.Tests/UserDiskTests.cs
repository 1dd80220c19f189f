namespace AsrFailback.Node.Tests;

/// <summary>Drills on the user's own images: copied, never written.</summary>
public sealed class UserDiskTests
{
    private const int MiB = 1 << 20;

    [Fact]
    public async Task Raw_vmdk_and_vhd_images_are_drilled_together_and_stay_as_they_were()
    {
        using var folder = new TemporaryFolder("images");
        var raw = UserImages.Raw(folder.At("disk.img"), (5 * MiB) + 512);
        var vmdk = UserImages.Vmdk(folder.At("disk.vmdk"), 3 * MiB);
        var vhd = UserImages.Vhd(folder.At("disk.vhd"), 2 * MiB);
        var before = Fingerprints(folder);

        var result = await Asrnode.RunAsync("drill", "--size", "small", "--json", "--disk", raw, "--disk", vmdk, "--disk", vhd);

        result.MustBeVerified();
        Assert.Equal(before, Fingerprints(folder));
        Assert.Equal([(5 * MiB) + 512, 3 * MiB, 2 * MiB], result.Drill.Disks.Take(3).Select(disk => disk.Bytes));
        Assert.All(result.Drill.Disks.Take(3), disk => Assert.InRange(disk.DataBytes, disk.Bytes / 2, (disk.Bytes / 2) + 4096));
    }

    [Theory]
    [InlineData("vmdk")]
    [InlineData("vhd")]
    public async Task An_image_is_known_by_its_content_whatever_its_name_says(string content)
    {
        using var folder = new TemporaryFolder("names");
        var image = folder.At("disk.img");
        _ = content == "vmdk" ? UserImages.Vmdk(image, 4 * MiB) : UserImages.Vhd(image, 4 * MiB);
        var before = Fingerprints(folder);

        var result = await Asrnode.RunAsync("drill", "--size", "small", "--json", "--disk", image);

        result.MustBeVerified();
        Assert.Equal(before, Fingerprints(folder));
        Assert.Equal(4 * MiB, result.Drill.Disks[0].Bytes);
    }

    [Fact]
    public async Task An_image_of_one_sector_is_a_disk_like_any_other()
    {
        using var folder = new TemporaryFolder("sector");
        var image = UserImages.Raw(folder.At("disk.img"), 512);

        var result = await Asrnode.RunAsync("drill", "--size", "small", "--json", "--disk", image);

        result.MustNotShowInsides().MustBeVerified();
        Assert.Equal(512, result.Drill.Disks[0].Bytes);
    }

    private static string[] Fingerprints(TemporaryFolder folder) =>
        [.. FileTree.Digests(folder.Path).Zip(
            FileTree.Everything(folder.Path), (digest, path) => $"{digest} {File.GetLastWriteTimeUtc(folder.At(path)):O}")];
}
