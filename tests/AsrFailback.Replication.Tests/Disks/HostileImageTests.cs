using System.Buffers.Binary;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>Images that say what cannot be: each is a valid one with one number replaced, and is refused before a byte is copied.</summary>
public sealed class HostileImageTests
{
    private const int Grain = VmdkImage.Grain;

    private readonly SimulatedDisk _files = ImageBench.NewDisk();

    public static TheoryData<string, int, int, ulong> SparseVmdks => new()
    {
        { "an unknown version", 4, 4, 4 },
        { "line ends changed by a transfer as text", 75, 2, 0x0a0a },
        { "no capacity", 12, 8, 0 },
        { "a capacity beyond what a number of bytes can say", 12, 8, ulong.MaxValue },
        { "a capacity whose tables would not fit the file", 12, 8, 1UL << 30 },
        { "a capacity of 65 TiB", 12, 8, 65UL << 31 },
        { "grains of no size", 20, 8, 0 },
        { "grains of one sector", 20, 8, 1 },
        { "grains of 2 MiB", 20, 8, 4096 },
        { "grains of no power of two", 20, 8, 12 },
        { "tables of 2 billion entries", 44, 4, 0x80000000 },
        { "tables of one entry", 44, 4, 1 },
        { "no descriptor, as a part of a split disk", 28, 8, 0 },
        { "a descriptor outside the file", 28, 8, ulong.MaxValue },
        { "a descriptor of 2 EiB", 36, 8, 1UL << 52 },
        { "a descriptor of no size", 36, 8, 0 },
        { "no directory", 56, 8, 0 },
        { "a directory outside the file", 56, 8, 1UL << 54 },
        { "a directory that begins in the file and ends behind it", 56, 8, (VmdkImage.FirstGrain + (3 * Grain)) / 512 },
        { "a footer that is not there", 56, 8, ulong.MaxValue },
        { "compression nobody said grains have", 77, 2, 1 },
        { "a table outside the file", VmdkImage.Directory, 4, uint.MaxValue },
        { "two directory entries with one table", VmdkImage.Directory + 4, 4, VmdkImage.FirstTable / 512 },
        { "two tables over each other", VmdkImage.Directory + 4, 4, (VmdkImage.FirstTable / 512) + 1 },
        { "a grain behind the end of the file", VmdkImage.FirstTable + 8, 4, (VmdkImage.FirstGrain + (3 * Grain)) / 512 },
        { "a grain that ends behind the end of the file", VmdkImage.FirstTable + 8, 4, (VmdkImage.FirstGrain + (2 * Grain) + 512) / 512 },
        { "a grain in the header", VmdkImage.FirstTable + 8, 4, 2 },
        { "two grains at one place", VmdkImage.FirstTable + 16, 4, VmdkImage.FirstGrain / 512 },
        { "a grain that begins in another", VmdkImage.FirstTable + 16, 4, (VmdkImage.FirstGrain / 512) + 7 },
        { "a grain that ends in another", VmdkImage.FirstTable + 8, 4, (VmdkImage.FirstGrain + Grain - 512) / 512 },
    };

    public static TheoryData<string, int, int, ulong> DynamicVhds => new()
    {
        { "a header outside the file", 16, 8, 1UL << 40 },
        { "a header before the file", 16, 8, ulong.MaxValue },
        { "a header that is something else", 16, 8, VhdImage.Table },
        { "no capacity", 48, 8, 0 },
        { "a negative capacity", 48, 8, ulong.MaxValue },
        { "a capacity of no whole sectors", 48, 8, VhdImage.Capacity - 1 },
        { "a capacity of more blocks than the table has", 48, 8, 22 * VhdImage.Block },
        { "the type of a differencing disk", 60, 4, 4 },
        { "the type of nothing", 60, 4, 7 },
    };

    public static TheoryData<string, int, int, ulong> DynamicVhdHeaders => new()
    {
        { "another cookie", 0, 4, 0 },
        { "a table outside the file", 16, 8, 1UL << 40 },
        { "a table before the file", 16, 8, ulong.MaxValue },
        { "a table of 4 billion entries", 28, 4, uint.MaxValue },
        { "a table of too few entries", 28, 4, 20 },
        { "blocks of no size", 32, 4, 0 },
        { "blocks of 2 GiB", 32, 4, 1u << 31 },
        { "blocks of no power of two", 32, 4, 3000 },
        { "a block behind the end of the file", 1024 + 4, 4, 1 << 20 },
        { "a block that ends in the footer", 1024 + (20 * 4), 4, (VhdImage.FirstBlock + VhdImage.Stride + 512) / 512 },
        { "two blocks at one place", 1024 + (2 * 4), 4, VhdImage.FirstBlock / 512 },
        { "two blocks over each other", 1024 + (2 * 4), 4, (VhdImage.FirstBlock / 512) + 1 },
    };

    [Theory]
    [MemberData(nameof(SparseVmdks))]
    public void A_sparse_VMDK_is_refused_that_says(string what, int at, int size, ulong value)
    {
        var image = VmdkImage.Sparse();
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(number, value);
        number[..size].CopyTo(image.AsSpan(at));

        RequireInvalid(what, "disk.vmdk", image);
    }

    [Theory]
    [MemberData(nameof(DynamicVhds))]
    public void A_dynamic_VHD_is_refused_whose_footer_says(string what, int at, int size, ulong value) =>
        RequireVhdInvalid(what, image => image.Length - 512 + at, size, value);

    [Theory]
    [MemberData(nameof(DynamicVhdHeaders))]
    public void A_dynamic_VHD_is_refused_whose_header_or_table_says(string what, int at, int size, ulong value) =>
        RequireVhdInvalid(what, _ => VhdImage.Header + at, size, value);

    [Fact]
    public void A_dynamic_VHD_whose_header_has_a_wrong_checksum_is_refused()
    {
        var image = VhdImage.Dynamic();
        image[VhdImage.Header + 1000] ^= 1;

        RequireInvalid("a flipped bit in what nobody uses", "disk.vhd", image);
    }

    [Fact]
    public void A_differencing_VHD_is_refused_with_what_to_do()
    {
        var image = VhdImage.Dynamic();
        image[^(512 - 63)] = 4;
        VhdImage.Seal(image);
        var refused = Assert.Throws<AsrException>(() => DiskImage.Open(_files, _files.Put("disk.vhd", image), writable: false));

        Assert.Contains("merge it first", refused.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dynamic_VHD_without_its_end_is_refused() => RequireInvalid("its end is missing", "disk.vhd", VhdImage.Dynamic()[..^512]);

    [Fact]
    public void A_dynamic_VHD_whose_bitmap_denies_what_a_sector_holds_is_refused_where_it_is_read()
    {
        var image = VhdImage.Dynamic();
        image[VhdImage.Unwritten + 511] = 1;
        using var disk = DiskImage.Open(_files, _files.Put("disk.vhd", image), writable: false);
        disk.Read(20 * VhdImage.Block, new byte[1023]);

        Assert.Equal("ImageInvalid", Assert.Throws<AsrException>(() => disk.Read((20 * VhdImage.Block) + 1000, new byte[100])).Error.Id);
    }

    [Theory]
    [InlineData("parentCID=ffffffff", "parentCID=12345678")]
    [InlineData("\"monolithicSparse\"", "\"custom\"")]
    [InlineData("# Disk Desc", "# Dusk Desc")]
    [InlineData("SPARSE \"disk.vmdk\"\n", "SPARSE \"disk.vmdk\"\nRW 1 SPARSE \"a\"\n")]
    public void A_sparse_VMDK_is_refused_whose_descriptor_says(string what, string by)
    {
        var image = VmdkImage.Sparse();
        var text = System.Text.Encoding.ASCII.GetString(image, 512, 1024);
        Assert.Contains(what, text, StringComparison.Ordinal);
        System.Text.Encoding.ASCII.GetBytes(text.Replace(what, by, StringComparison.Ordinal).PadRight(1024)[..1024]).CopyTo(image, 512);

        RequireInvalid(by, "disk.vmdk", image);
    }

    [Theory]
    [InlineData("a footer that is not there", -1536 + 12, 9)]
    [InlineData("a footer of another format", -1024, 0)]
    [InlineData("a footer that says the footer is elsewhere", -1024 + 56, -1)]
    public void A_stream_is_refused_with(string what, int at, long value)
    {
        var image = VmdkImage.Stream();
        BinaryPrimitives.WriteInt64LittleEndian(image.AsSpan(image.Length + at), value);

        RequireInvalid(what, "disk.vmdk", image);
    }

    [Fact]
    public void A_packed_grain_for_another_place_of_the_disk_is_refused() => RequireGrainInvalid(image => VmdkImage.Number(image, VmdkImage.FirstMarker, 0));

    [Fact]
    public void A_packed_grain_of_no_length_is_refused() => RequireGrainInvalid(image => VmdkImage.Number(image, VmdkImage.FirstMarker + 8, 0));

    [Fact]
    public void A_packed_grain_of_more_than_a_grain_could_need_is_refused() =>
        RequireGrainInvalid(image => VmdkImage.Number(image, VmdkImage.FirstMarker + 8, (2 * Grain) + 1));

    [Fact]
    public void A_packed_grain_that_is_no_stream_is_refused() => RequireGrainInvalid(image => image.AsSpan(VmdkImage.FirstMarker + 12, 100).Clear());

    [Fact]
    public void A_packed_grain_that_unpacks_to_less_is_refused() =>
        RequireGrainInvalid(image => VmdkImage.Packed(16, new byte[Grain - 1]).CopyTo(image, VmdkImage.FirstMarker));

    [Fact]
    public void A_packed_grain_that_unpacks_to_a_hundred_is_refused_and_not_unpacked()
    {
        var bomb = VmdkImage.Packed(16, new byte[100 * Grain]);
        Assert.InRange(bomb.Length, 0, Grain);
        var image = VmdkImage.Stream();
        bomb.CopyTo(image, VmdkImage.FirstMarker);
        using var disk = DiskImage.Open(_files, _files.Put("disk.vmdk", image), writable: false);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal("ImageInvalid", Assert.Throws<AsrException>(() => disk.Read(2 * Grain, new byte[512])).Error.Id);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50 * Grain);
    }

    [Fact]
    public void A_damaged_grain_is_refused_however_often_it_is_read_and_spoils_no_other()
    {
        var image = VmdkImage.Stream();
        image[VmdkImage.FirstMarker + 100] ^= 1;
        using var disk = DiskImage.Open(_files, _files.Put("disk.vmdk", image), writable: false);
        var whole = new byte[Grain];
        for (var count = 0; count < 3; count++)
        {
            disk.Read(599 * Grain, whole);
            Assert.Equal(VmdkImage.Content()[(599 * Grain)..(600 * Grain)], whole);
            Assert.Equal("ImageInvalid", Assert.Throws<AsrException>(() => disk.Read(2 * Grain, new byte[512])).Error.Id);
        }
    }

    [Fact]
    public void Tables_as_long_as_a_huge_file_of_holes_allows_are_refused_without_being_read()
    {
        using var folder = new TempFolder();
        var image = VmdkImage.Sparse();
        BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(12), 64UL << 31);
        File.WriteAllBytes(folder["disk.vmdk"], image);
        using (var file = File.OpenWrite(folder["disk.vmdk"]))
        {
            file.SetLength(1L << 42);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("ImageInvalid", ImageBench.RefusalOf(() => DiskImage.Open(new LocalFileSystem(), folder["disk.vmdk"], writable: false)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    private void RequireGrainInvalid(Action<byte[]> change)
    {
        var image = VmdkImage.Stream();
        change(image);
        using var disk = DiskImage.Open(_files, _files.Put("disk.vmdk", image), writable: false);

        Assert.Equal("ImageInvalid", Assert.Throws<AsrException>(() => SourceBench.ReadAll(disk)).Error.Id);
    }

    private void RequireVhdInvalid(string what, Func<byte[], int> at, int size, ulong value)
    {
        var image = VhdImage.Dynamic();
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(number, value);
        number[(8 - size)..].CopyTo(image.AsSpan(at(image)));
        VhdImage.Seal(image);

        RequireInvalid(what, "disk.vhd", image);
    }

    private void RequireInvalid(string what, string name, byte[] image)
    {
        var refused = Record.Exception(() => DiskImage.Open(_files, _files.Put(name, image), writable: false).Dispose());
        Assert.True(refused is AsrException { Error.Id: "ImageInvalid" }, $"{what}: {refused?.ToString() ?? "opened"}");
    }
}
