namespace AsrFailback.Node.Tests;

/// <summary>Images that cannot or must not be used: one clear error with a remedy, and nothing is left behind.</summary>
public sealed class RefusedImageTests : IDisposable
{
    private const int MiB = 1 << 20;

    private readonly TemporaryFolder _folder = new("bad");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("a\\b")]
    [InlineData("")]
    public Task A_descriptor_whose_extent_leads_elsewhere_is_hostile(string extent) =>
        RefuseAsync(UserImages.Descriptor(_folder.At("disk.vmdk"), extent, MiB), $"'{extent}'");

    [Fact]
    public Task A_descriptor_without_its_extent_is_refused() =>
        RefuseAsync(UserImages.Descriptor(_folder.At("disk.vmdk"), "gone-flat.vmdk", MiB), _folder.At("gone-flat.vmdk"));

    [Fact]
    public Task A_descriptor_larger_than_its_extent_is_refused()
    {
        UserImages.Raw(_folder.At("disk-flat.vmdk"), MiB);
        return RefuseAsync(UserImages.Descriptor(_folder.At("disk.vmdk"), "disk-flat.vmdk", 1L << 50), _folder.At("disk.vmdk"));
    }

    [LinkFact]
    public Task A_descriptor_whose_extent_is_a_link_is_refused()
    {
        File.CreateSymbolicLink(_folder.At("disk-flat.vmdk"), UserImages.Raw(_folder.At("other.img"), MiB));
        return RefuseAsync(UserImages.Descriptor(_folder.At("disk.vmdk"), "disk-flat.vmdk", MiB), _folder.At("disk-flat.vmdk"));
    }

    [LinkFact]
    public Task A_link_to_a_good_image_is_refused()
    {
        File.CreateSymbolicLink(_folder.At("link.img"), UserImages.Raw(_folder.At("disk.img"), MiB));
        return RefuseAsync(_folder.At("link.img"), _folder.At("link.img"));
    }

    [Theory]
    [InlineData("QFI\u00fb\0\0\0\u0003", "qcow2")]
    [InlineData("KDMV\u0001", "sparse VMDK")]
    [InlineData("vhdxfile", "VHDX")]
    [InlineData("conectix", "dynamic VHD")]
    public Task A_container_that_is_not_read_is_named_and_never_taken_for_raw(string start, string format) =>
        RefuseAsync(UserImages.Beginning(_folder.At("disk.img"), start, MiB), format, _folder.At("disk.img"));

    [Fact]
    public Task A_missing_file_is_refused() => RefuseAsync(_folder.At("missing.img"), _folder.At("missing.img"));

    [Fact]
    public Task An_empty_file_is_refused() => RefuseAsync(UserImages.Beginning(_folder.At("empty.img"), "", 0), _folder.At("empty.img"));

    [Fact]
    public Task A_file_of_half_a_sector_is_refused() => RefuseAsync(UserImages.Beginning(_folder.At("odd.img"), "x", 700), _folder.At("odd.img"));

    [Fact]
    public Task A_folder_is_refused() => RefuseAsync(Directory.CreateDirectory(_folder.At("folder")).FullName, _folder.At("folder"));

    [Fact]
    public async Task A_good_image_beside_a_bad_one_is_not_used_either()
    {
        var good = UserImages.Raw(_folder.At("good.img"), MiB);
        var before = FileTree.Digests(_folder.Path);

        var result = await Asrnode.RunAsync("drill", "--size", "small", "--json", "--disk", good, "--disk", _folder.At("missing.img"));

        result.MustRefuse(1, _folder.At("missing.img"));
        Assert.Equal(before, FileTree.Digests(_folder.Path));
    }

    [Fact]
    public async Task A_refused_image_leaves_nothing_in_the_folder_to_keep_so_that_the_right_one_can_be_tried()
    {
        (await Asrnode.RunAsync("drill", "--size", "small", "--disk", _folder.At("missing.img"), "--keep", _folder.Kept)).MustRefuse(1);

        Assert.Empty(Directory.Exists(_folder.Kept) ? FileTree.Everything(_folder.Kept) : []);
    }

    private async Task RefuseAsync(string image, params string[] named)
    {
        var before = FileTree.Digests(_folder.Path);

        (await Asrnode.RunAsync("drill", "--size", "small", "--json", "--disk", image)).MustRefuse(1, named);

        Assert.Equal(before, FileTree.Digests(_folder.Path));
    }
}
