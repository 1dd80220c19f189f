using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>Descriptors that point elsewhere, or at more than they show.</summary>
public sealed class HostileDescriptorTests
{
    public static TheoryData<string> NamesElsewhere =>
    [
        "../secret.img", "..", ".", "", "/etc/passwd", "sub/disk.img",
        "..\\secret.img", "C:\\secret.img", "./disk-flat.vmdk", "//host/share",
    ];

    public static TheoryData<string> Unusable =>
    [
        // Each is the valid descriptor with one thing replaced: "what -> by what".
        "RW 4 VMFS \"disk-flat.vmdk\" -> RW 4 VMFS \"disk-flat.vmdk\"\nRW 4 VMFS \"second.vmdk\"",
        "RW 4 VMFS \"disk-flat.vmdk\" -> RW 4 VMFS \"disk-flat.vmdk\"\nRW 4 FLAT \"second.vmdk\" 128",
        "RW 4 VMFS \"disk-flat.vmdk\" -> RW 4 VMFS \"disk-flat.vmdk\"\nRW 4 SPARSE \"second.vmdk\"",
        "RW 4 VMFS \"disk-flat.vmdk\" -> RW 4 VMFS \"disk-flat.vmdk\"\nRW 4 ZERO",
        "RW 4 VMFS \"disk-flat.vmdk\" -> RW 4 VMFS \"disk-flat.vmdk\"\nNOACCESS 4 ZERO",
        "RW 4 VMFS \"disk-flat.vmdk\" -> RW 4 VMFS \"disk-flat.vmdk\"\nrw 4 vmfs \"second.vmdk\"",
        "RW 4 VMFS \"disk-flat.vmdk\" -> RW 4 FLAT \"disk-flat.vmdk\" 1",
        "RW 4 VMFS \"disk-flat.vmdk\" -> RW 4 SPARSE \"disk-flat.vmdk\"",
        "RW 4 VMFS \"disk-flat.vmdk\" -> ",
        "RW 4 VMFS -> RW 0 VMFS",
        "RW 4 VMFS -> RW 5 VMFS",
        "RW 4 VMFS -> RW 9223372036854775807 VMFS",
        "RW 4 VMFS -> RW 36028797018963968 VMFS",
        "RW 4 VMFS -> RW 99999999999999999999 VMFS",
        "parentCID=ffffffff -> parentCID=12345678",
        "parentCID=ffffffff -> parentCID = 12345678",
        "parentCID=ffffffff -> PARENTCID=12345678",
        "parentCID=ffffffff -> parentCID=ffffffff\nparentFileNameHint=\"base.vmdk\"",
        "createType=\"vmfs\" -> createType=\"vmfsSparse\"",
        "createType=\"vmfs\" -> createType=\"twoGbMaxExtentFlat\"",
        "createType=\"vmfs\" -> createType=\"\"",
        "createType=\"vmfs\" -> ",
        "CID=12345678\n -> \n",
        "# Disk DescriptorFile -> # Disk Descriptor",
    ];

    [Theory]
    [MemberData(nameof(NamesElsewhere))]
    public void An_extent_outside_the_descriptors_folder_is_refused_and_not_opened(string name)
    {
        var files = ImageBench.NewDisk();
        files.Put("disk-flat.vmdk", new byte[4 * 512]);
        var path = files.Put("disk.vmdk", Descriptors.Valid.Replace("disk-flat.vmdk", name, StringComparison.Ordinal));

        Assert.Equal("ImageHostile", ImageBench.RefusalOf(() => FlatVmdk.Open(files, path, writable: true)));
    }

    [Theory]
    [MemberData(nameof(Unusable))]
    public void A_descriptor_of_another_disk_than_one_whole_flat_extent_is_refused(string change)
    {
        var files = ImageBench.NewDisk();
        var (what, by) = (change.Split(" -> ")[0], change.Split(" -> ")[1]);
        Assert.Contains(what, Descriptors.Valid, StringComparison.Ordinal);
        files.Put("disk-flat.vmdk", new byte[4 * 512]);
        files.Put("second.vmdk", new byte[4 * 512]);
        var path = files.Put("disk.vmdk", Descriptors.Valid.Replace(what, by, StringComparison.Ordinal));

        Assert.Equal("ImageInvalid", ImageBench.RefusalOf(() => FlatVmdk.Open(files, path, writable: true)));
    }

    [Fact]
    public void A_descriptor_with_a_null_character_in_a_name_is_refused_like_any_other()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["disk.vmdk"], Descriptors.Valid.Replace("disk-flat.vmdk", "disk\0flat.vmdk", StringComparison.Ordinal));

        ImageBench.RefusalOf(() => FlatVmdk.Open(new LocalFileSystem(), folder["disk.vmdk"], writable: true));
    }

    [Fact]
    public void A_descriptor_of_a_mebibyte_is_refused_without_being_read()
    {
        var files = ImageBench.NewDisk();
        var path = files.Put("disk.vmdk", Descriptors.Valid + new string('#', 1 << 20));

        Assert.Equal("ImageInvalid", ImageBench.RefusalOf(() => DiskImage.Open(files, path, writable: true)));
    }

    [UnixFact]
    public void An_extent_that_is_a_link_is_refused()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder["outside.img"], new byte[4 * 512]);
        File.WriteAllText(folder["disk.vmdk"], Descriptors.Valid);
        File.CreateSymbolicLink(folder["disk-flat.vmdk"], folder["outside.img"]);

        Assert.Equal("ImageIsLink", ImageBench.RefusalOf(() => FlatVmdk.Open(new LocalFileSystem(), folder["disk.vmdk"], writable: true)));
    }

    [Fact]
    public void A_descriptor_that_names_itself_as_its_extent_is_refused()
    {
        // A guest's first write would overwrite it.
        var files = ImageBench.NewDisk();
        var text = Descriptors.Valid.Replace("disk-flat.vmdk", "disk.vmdk", StringComparison.Ordinal);
        var path = files.Put("disk.vmdk", text + new string('\n', 2048 - text.Length));

        Assert.IsType<AsrException>(Record.Exception(() => FlatVmdk.Open(files, path, writable: true)));
    }
}
