using System.Text;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using Xunit.Abstractions;

namespace AsrFailback.Replication.Tests;

/// <summary>Images of every format that were changed at random: 10,000 for each parser.</summary>
public sealed class MutatedImageTests(ITestOutputHelper output)
{
    // Where the numbers are; what is changed behind them is only a guest's data.
    private const int TablesOfSparse = VmdkImage.SecondTable + (100 * 4);

    private readonly MutationBench _bench = new(output);
    private readonly SimulatedDisk _files = ImageBench.NewDisk();

    [Fact]
    public void A_mutated_footer_opens_or_is_refused()
    {
        byte[] image = [.. new byte[1024], .. VhdFooter.OfFixed(1024, Guid.NewGuid())];
        Run(image, Stored("mutated.vhd", name => FixedVhd.Open(_files, name, writable: false)), 1024, SealFooter);
    }

    [Fact]
    public void A_mutated_dynamic_VHD_is_read_or_refused() =>
        Run(VhdImage.Dynamic(), Stored("mutated.vhd", name => DynamicVhd.Open(_files, name)), seal: VhdImage.Seal);

    [Fact]
    public void A_mutated_table_of_a_dynamic_VHD_is_read_or_refused()
    {
        var image = VhdImage.Dynamic();
        Overwritten(image, VhdImage.Header, VhdImage.FirstBlock, name => DynamicVhd.Open(_files, name), VhdImage.Seal);
    }

    [Fact]
    public void A_mutated_sparse_VMDK_is_read_or_refused() =>
        Run(VmdkImage.Sparse(), Stored("mutated.vmdk", name => SparseVmdk.Open(_files, name)));

    [Fact]
    public void A_mutated_header_or_table_of_a_sparse_VMDK_is_read_or_refused() =>
        Overwritten(VmdkImage.Sparse(), 0, TablesOfSparse, name => SparseVmdk.Open(_files, name));

    [Fact]
    public void A_mutated_stream_is_read_or_refused() =>
        Run(VmdkImage.Stream(), Stored("mutated.vmdk", name => SparseVmdk.Open(_files, name)));

    [Fact]
    public void A_mutated_packed_grain_or_footer_is_read_or_refused()
    {
        var image = VmdkImage.Stream();
        Overwritten(image, VmdkImage.FirstMarker, image.Length, name => SparseVmdk.Open(_files, name));
    }

    [Fact]
    public void A_mutated_descriptor_of_a_split_disk_opens_or_is_refused()
    {
        _files.Put("one.vmdk", new byte[4 * 512]);
        _files.Put("two.vmdk", new byte[4 * 512]);
        var text = Descriptors.Split("RW 4 FLAT \"one.vmdk\" 0\nRW 3 FLAT \"two.vmdk\" 1");
        Run(Encoding.UTF8.GetBytes(text), Stored("mutated.vmdk", name => SplitVmdk.Open(_files, name)));
    }

    [Fact]
    public void A_mutated_descriptor_opens_or_is_refused()
    {
        // On a real file system, whose names have rules of their own.
        using var folder = new TempFolder();
        File.WriteAllBytes(folder["disk-flat.vmdk"], new byte[4 * 512]);
        var path = folder["disk.vmdk"];
        Run(Encoding.UTF8.GetBytes(Descriptors.Valid), content =>
        {
            File.WriteAllBytes(path, content);
            return () => FlatVmdk.Open(new LocalFileSystem(), path, writable: true);
        });
    }

    [Fact]
    public void A_mutated_descriptor_gets_a_new_content_id_or_is_refused() =>
        Run(Encoding.UTF8.GetBytes(Descriptors.Valid), Stored("disk.vmdk", path =>
        {
            FlatVmdk.RenewContentId(_files, path);
            return new PatternDisk(512);
        }));

    [Fact]
    public void A_mutated_header_of_a_qcow2_is_taken_or_refused() =>
        Run([.. "QFI"u8, 0xfb, 0, 0, 0, 3, .. new byte[96]], Stored("disk.qcow2", path =>
        {
            using var file = _files.Open(path, FileOpening.ReadOnly);
            Qcow2Header.RequireAlone(file);
            return new PatternDisk(512);
        }));

    [Fact]
    public void A_mutated_image_of_any_format_opens_or_is_refused()
    {
        var descriptor = "# Disk DescriptorFile\nCID=1\ncreateType=\"vmfs\"\n" + Descriptors.Extent;
        string[] starts = ["QFI\u00fb", "KDMV", "vhdxfile", "conectix", "COWD", descriptor, descriptor.Replace("vmfs", "twoGbMaxExtentFlat", StringComparison.Ordinal), "plain"];
        foreach (var start in starts)
        {
            var content = new byte[2048];
            Encoding.Latin1.GetBytes(start).CopyTo(content, 0);
            "conectix"u8.CopyTo(content.AsSpan(2048 - 512));
            _bench.Run(content, Stored("image", name => DiskImage.Open(_files, name, writable: false)), inputs: Scale.Of(10_000, 100_000) / starts.Length);
        }
    }

    // Inputs that are all refused, or all read, tell nothing about a parser.
    private void Run(byte[] valid, Func<byte[], Func<IBlockDevice>> prepare, int from = 0, Action<byte[]>? seal = null) =>
        Assert.InRange(_bench.Run(valid, prepare, from, seal), Scale.Of(100, 1_000), Scale.Of(9_900, 99_000));

    // Numbers replaced where they stand, so that more of the inputs get past the first check.
    private void Overwritten(byte[] valid, int from, int end, Func<string, IBlockDevice> open, Action<byte[]>? seal = null)
    {
        var stored = Stored("mutated", open);
        Run(valid[from..end], part => stored(Patched(valid, from, end, part, seal)));
    }

    private static byte[] Patched(byte[] valid, int from, int end, byte[] part, Action<byte[]>? seal)
    {
        var image = (byte[])valid.Clone();
        part.AsSpan(0, Math.Min(part.Length, end - from)).CopyTo(image.AsSpan(from));
        seal?.Invoke(image);
        return image;
    }

    private Func<byte[], Func<IBlockDevice>> Stored(string name, Func<string, IBlockDevice> open) => content =>
    {
        var path = _files.Put(name, content);
        return () => open(path);
    };

    private static void SealFooter(byte[] image)
    {
        if (image.Length >= 512)
        {
            FixedVhdTests.Seal(image.AsSpan(image.Length - 512));
        }
    }
}
