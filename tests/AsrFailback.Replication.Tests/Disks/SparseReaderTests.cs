using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>What only images made by hand have: grains of zeros, a footer, several parts.</summary>
public sealed class SparseReaderTests
{
    private readonly SimulatedDisk _files = ImageBench.NewDisk();

    [Fact]
    public void A_dynamic_VHD_gives_its_bytes_and_zeros_for_missing_blocks() =>
        RequireContent(_files.Put("disk.vhd", VhdImage.Dynamic()), VhdImage.Content());

    [Fact]
    public void A_sparse_VMDK_gives_its_bytes_and_zeros_for_missing_and_zero_grains() =>
        RequireContent(_files.Put("disk.vmdk", VmdkImage.Sparse()), VmdkImage.Content());

    [Fact]
    public void The_last_grain_of_a_sparse_VMDK_may_end_where_its_disk_ends() =>
        RequireContent(_files.Put("disk.vmdk", VmdkImage.Sparse().AsSpan()[..^(VmdkImage.Grain - (3 * 512))]), VmdkImage.Content());

    [Fact]
    public void A_stream_with_its_tables_at_the_end_gives_its_bytes() =>
        RequireContent(_files.Put("disk.vmdk", VmdkImage.Stream()), VmdkImage.Content());

    [Fact]
    public void A_split_disk_is_its_flat_parts_one_behind_the_other_each_from_its_offset()
    {
        var (one, two) = (SourceBench.Bytes(4 * 512, 1), SourceBench.Bytes(8 * 512, 2));
        _files.Put("disk-f001.vmdk", one);
        _files.Put("disk-f002.vmdk", two);
        var path = _files.Put("disk.vmdk", Descriptors.Split("RW 4 FLAT \"disk-f001.vmdk\" 0\nRDONLY 5 FLAT \"disk-f002.vmdk\" 2"));

        RequireContent(path, [.. one, .. two[1024..(7 * 512)]]);
    }

    [Fact]
    public void A_split_disk_may_have_sparse_parts()
    {
        var part = PartOfSplit();
        _files.Put("disk-s001.vmdk", part);
        _files.Put("disk-s002.vmdk", part);
        var line = $"RW {VmdkImage.Capacity / 512} SPARSE \"disk-s00";
        var path = _files.Put("disk.vmdk", Descriptors.Split($"{line}1.vmdk\"\n{line}2.vmdk\"", "twoGbMaxExtentSparse"));

        RequireContent(path, [.. VmdkImage.Content(), .. VmdkImage.Content()]);
    }

    [Theory]
    [InlineData("disk.vhd")]
    [InlineData("sparse.vmdk")]
    public void What_is_missing_is_no_data(string name)
    {
        var content = name == "disk.vhd" ? VhdImage.Dynamic() : VmdkImage.Sparse();
        using var disk = DiskImage.Open(_files, _files.Put(name, content), writable: false);
        var piece = name == "disk.vhd" ? VhdImage.Block : VmdkImage.Grain;
        var expected = name == "disk.vhd" ? new[] { 1, 20 } : [2, 599, 600];

        var found = DataPieces.Of(disk, 0, disk.Length).SelectMany(range =>
            Enumerable.Range((int)(range.Offset / piece), (int)((range.Length + piece - 1) / piece)));
        Assert.Equal(expected, found);
        Assert.Null(disk.NextData(disk.Length));
    }

    [Fact]
    public void Data_is_found_from_any_byte_of_a_split_disk()
    {
        _files.Put("disk-f001.vmdk", new byte[4 * 512]);
        _files.Put("disk-f002.vmdk", new byte[4 * 512]);
        using var disk = DiskImage.Open(_files, _files.Put("disk.vmdk", Descriptors.Split("RW 4 FLAT \"disk-f001.vmdk\" 0\nRW 4 FLAT \"disk-f002.vmdk\" 0")), writable: false);

        Assert.Equal(new DataRange(100, (4 * 512) - 100), disk.NextData(100));
        Assert.Equal(new DataRange(4 * 512, 4 * 512), disk.NextData(4 * 512));
        Assert.Equal(new DataRange((4 * 512) + 1, (4 * 512) - 1), disk.NextData((4 * 512) + 1));
        Assert.Null(disk.NextData(8 * 512));
    }

    [Fact]
    public void A_format_that_is_only_read_is_not_opened_for_writing()
    {
        foreach (var (name, content) in new[] { ("a.vhd", VhdImage.Dynamic()), ("b.vmdk", VmdkImage.Sparse()), ("c.vmdk", VmdkImage.Stream()) })
        {
            var path = _files.Put(name, content);
            Assert.Equal("ImageReadOnly", ImageBench.RefusalOf(() => DiskImage.Open(_files, path, writable: true)));
            using var disk = DiskImage.Open(_files, path, writable: false);
            Assert.Throws<NotSupportedException>(() => disk.Write(0, new byte[512]));
        }
    }

    internal static byte[] PartOfSplit()
    {
        var part = VmdkImage.Sparse();
        part.AsSpan(28, 16).Clear();
        return part;
    }

    private void RequireContent(string path, byte[] content)
    {
        using var disk = DiskImage.Open(_files, path, writable: false);
        ImageBench.RequireSame(content, disk, seed: 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => disk.Read(content.Length - 1, new byte[2]));
    }
}
