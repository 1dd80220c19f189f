using System.Text;
using AsrFailback.Replication.Disks;

namespace AsrFailback.Replication.Tests;

/// <summary>Which image is what.</summary>
public sealed class DiskImageTests
{
    [Theory]
    [InlineData("QFI\u00fb\0\0\0\u0003", "qcow2")]
    [InlineData("vhdxfile", "VHDX")]
    [InlineData("QED\0", "QED")]
    [InlineData("COWD", "vmfsSparse")]
    [InlineData("WithoutFreeSpace", "Parallels")]
    public void A_foreign_container_is_refused_by_name_and_never_read_as_raw(string start, string format)
    {
        var files = ImageBench.NewDisk();
        var content = new byte[1 << 20];
        Encoding.Latin1.GetBytes(start).CopyTo(content, 0);

        var refused = Assert.Throws<AsrException>(() => DiskImage.Open(files, files.Put("disk.img", content), writable: false));

        Assert.Equal("ImageFormatUnsupported", refused.Error.Id);
        Assert.Contains(format, refused.Error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("disk.vmdk", "VMDK")]
    [InlineData("disk-flat.VMDK", "VMDK")]
    [InlineData("disk.vhd", "VHD")]
    [InlineData("disk.vhdx", "VHDX")]
    [InlineData("disk.qcow2", "qcow2")]
    [InlineData("appliance.ova", "OVA")]
    [InlineData("disk.img.gz", "gzip")]
    public void A_file_that_is_called_what_it_is_not_is_not_taken_for_raw(string name, string called)
    {
        var files = ImageBench.NewDisk();
        var path = files.Put(name, SourceBench.Bytes(1 << 20, 1));
        var refused = Assert.Throws<AsrException>(() => DiskImage.Open(files, path, writable: false));

        Assert.Equal("ImageInvalid", refused.Error.Id);
        Assert.Contains($"usable {called}", refused.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_guest_cannot_make_its_sparse_disk_another_one_by_what_it_writes_last()
    {
        var files = ImageBench.NewDisk();
        var image = VmdkImage.Sparse();
        VhdFooter.OfFixed(image.Length - 512, Guid.NewGuid()).CopyTo(image.AsSpan(image.Length - 512));
        using var disk = DiskImage.Open(files, files.Put("disk.vmdk", image), writable: false);

        Assert.Equal(VmdkImage.Capacity, disk.Length);
    }

    [Fact]
    public void A_dynamic_disk_with_its_footer_at_both_ends_is_refused()
    {
        var files = ImageBench.NewDisk();
        var path = Path.Combine(ImageBench.Folder, "disk.vhd");
        FixedVhd.Create(files, path, 512, Guid.NewGuid());
        var content = files.Take(path);
        var footer = content.AsSpan(content.Length - 512);
        footer[63] = 3;
        FixedVhdTests.Seal(footer);
        footer.CopyTo(content);

        Assert.IsType<AsrException>(Record.Exception(() => DiskImage.Open(files, files.Put("dynamic.vhd", content), writable: false)));
    }

    [Theory]
    [InlineData(512)]
    [InlineData(1024 * 7)]
    [InlineData(1 << 20)]
    public void Everything_else_of_whole_sectors_is_raw(int length)
    {
        var files = ImageBench.NewDisk();
        using var disk = DiskImage.Open(files, files.Put("disk.img", SourceBench.Bytes(length, 1)), writable: true);
        disk.Write(length - 512, SourceBench.Bytes(512, 2));
        disk.Flush();

        Assert.Equal(length, disk.Length);
        Assert.Equal(SourceBench.Bytes(512, 2), SourceBench.ReadAll(disk)[^512..]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(513)]
    public void A_raw_image_that_is_no_whole_number_of_sectors_is_refused(int length)
    {
        var files = ImageBench.NewDisk();
        var path = files.Put("disk.img", new byte[length]);

        Assert.Equal("ImageInvalid", ImageBench.RefusalOf(() => DiskImage.Open(files, path, writable: false)));
    }

    [Theory]
    [InlineData("QFI\u00fb")]
    [InlineData("KDMV")]
    [InlineData("vhdxfile")]
    [InlineData("conectix")]
    [InlineData("# Disk DescriptorFile")]
    public void A_fixed_VHD_opens_whatever_its_guest_wrote_to_the_first_sector(string guestBytes)
    {
        // The first bytes belong to the guest, the footer does not: a guest must not be able to make its disk unusable.
        var files = ImageBench.NewDisk();
        var path = Path.Combine(ImageBench.Folder, "disk.vhd");
        FixedVhd.Create(files, path, 1 << 20, Guid.NewGuid());
        using (var disk = FixedVhd.Open(files, path, writable: true))
        {
            disk.Write(0, Encoding.Latin1.GetBytes(guestBytes.PadRight(512)));
        }

        using var opened = DiskImage.Open(files, path, writable: true);
        Assert.Equal(1 << 20, opened.Length);
    }
}
