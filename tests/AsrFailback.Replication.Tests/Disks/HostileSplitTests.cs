using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>Split disks whose descriptors lead elsewhere, or do not fit their files.</summary>
public sealed class HostileSplitTests
{
    private const string One = "RW 4 FLAT \"one.vmdk\" 0";
    private const string Two = "RW 4 FLAT \"two.vmdk\" 0";

    private readonly SimulatedDisk _files = ImageBench.NewDisk();

    public static TheoryData<string> Unusable =>
    [
        "",
        $"{One}\n{One}",
        $"{One}\nRW 4 FLAT \"ONE.vmdk\" 2",
        $"{One}\nRW 5 FLAT \"two.vmdk\" 0",
        $"{One}\nRW 4 FLAT \"two.vmdk\" 1",
        $"{One}\nRW 4 FLAT \"two.vmdk\" 36028797018963967",
        $"{One}\nRW 0 FLAT \"two.vmdk\" 0",
        $"{One}\nRW 18014398509481983 FLAT \"two.vmdk\" 0",
        $"{One}\nRW 99999999999999999999 FLAT \"two.vmdk\" 0",
        $"{One}\nRW 4 SPARSE \"two.vmdk\"",
        $"{One}\nRW 4 VMFS \"two.vmdk\"",
        $"{One}\nRW 4 ZERO",
        $"{One}\nRW -4 FLAT \"two.vmdk\" 0",
    ];

    [Theory]
    [MemberData(nameof(Unusable))]
    public void A_split_disk_is_refused_whose_extents_are(string extents)
    {
        _files.Put("one.vmdk", new byte[4 * 512]);
        _files.Put("two.vmdk", new byte[4 * 512]);

        Assert.Equal("ImageInvalid", Refusal(extents));
    }

    [Theory]
    [MemberData(nameof(HostileDescriptorTests.NamesElsewhere), MemberType = typeof(HostileDescriptorTests))]
    public void An_extent_outside_the_folder_is_refused_wherever_it_stands(string name)
    {
        _files.Put("one.vmdk", new byte[4 * 512]);

        Assert.Equal("ImageHostile", Refusal($"{One}\nRW 4 FLAT \"{name}\" 0"));
    }

    [Fact]
    public void A_descriptor_is_no_extent_of_itself() => Assert.Equal("ImageHostile", Refusal($"{One}\nRW 1 FLAT \"disk.vmdk\" 0"));

    [Fact]
    public void A_missing_extent_is_named()
    {
        _files.Put("one.vmdk", new byte[4 * 512]);

        Assert.Equal("FileMissing", Refusal($"{One}\n{Two}"));
    }

    [Fact]
    public void A_part_that_is_smaller_or_larger_than_the_descriptor_says_is_refused()
    {
        _files.Put("one.vmdk", SparseReaderTests.PartOfSplit());
        foreach (var sectors in new[] { 1, (VmdkImage.Capacity / 512) + 1 })
        {
            Assert.Equal("ImageInvalid", Refusal($"RW {sectors} SPARSE \"one.vmdk\"", "twoGbMaxExtentSparse"));
        }
    }

    [Fact]
    public void A_part_that_is_a_descriptor_again_is_refused()
    {
        var descriptor = Descriptors.Split($"RW {VmdkImage.Capacity / 512} SPARSE \"disk.vmdk\"", "twoGbMaxExtentSparse");
        _files.Put("one.vmdk", descriptor);

        Assert.Equal("ImageInvalid", Refusal($"RW {VmdkImage.Capacity / 512} SPARSE \"one.vmdk\"", "twoGbMaxExtentSparse"));
    }

    [Fact]
    public void A_split_disk_with_a_parent_is_refused()
    {
        _files.Put("one.vmdk", new byte[4 * 512]);
        var text = Descriptors.Split(One).Replace("parentCID=ffffffff", "parentCID=00000001", StringComparison.Ordinal);

        Assert.Equal("ImageInvalid", ImageBench.RefusalOf(() => DiskImage.Open(_files, _files.Put("disk.vmdk", text), writable: false)));
    }

    [UnixFact]
    public void An_extent_that_is_a_link_is_refused_wherever_it_stands()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder["one.vmdk"], new byte[4 * 512]);
        File.WriteAllBytes(folder["outside.img"], new byte[4 * 512]);
        File.CreateSymbolicLink(folder["two.vmdk"], folder["outside.img"]);
        File.WriteAllText(folder["disk.vmdk"], Descriptors.Split($"{One}\n{Two}"));

        Assert.Equal("ImageIsLink", ImageBench.RefusalOf(() => DiskImage.Open(new LocalFileSystem(), folder["disk.vmdk"], writable: false)));
    }

    private string Refusal(string extents, string type = "twoGbMaxExtentFlat") =>
        ImageBench.RefusalOf(() => DiskImage.Open(_files, _files.Put("disk.vmdk", Descriptors.Split(extents, type)), writable: false));
}
