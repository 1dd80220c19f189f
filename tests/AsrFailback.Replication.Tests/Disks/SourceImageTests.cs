using System.Buffers.Binary;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>Images that <c>qemu-img</c> reads for us.</summary>
public sealed class SourceImageTests : IDisposable
{
    private const int Bytes = (6 << 20) + (3 * 512);

    private readonly TempFolder _folder = new();
    private readonly LocalFileSystem _files = new();

    [QemuTheory]
    [InlineData("qcow2", "compat=1.1")]
    [InlineData("qcow2", "compat=0.10")]
    [InlineData("vhdx", "subformat=dynamic")]
    [InlineData("vdi", "static=off")]
    public void An_image_of_another_format_has_its_bytes_and_leaves_nothing_behind(string format, string options)
    {
        var content = new byte[Bytes];
        SourceBench.Bytes(200_000, 1).CopyTo(content, 1 << 20);
        SourceBench.Bytes(600, 2).CopyTo(content, Bytes - 600);
        Make(content, format, options);
        File.WriteAllText(_folder["import.tmp"], "what an earlier attempt left");
        var before = File.ReadAllBytes(_folder["made"]);

        Assert.Equal(Bytes, SourceImage.LengthOf(_files, _folder["made"]));
        using (var disk = Open("made"))
        {
            ImageBench.RequireSame(content, disk, seed: 1);
            Assert.True(File.Exists(_folder["import.tmp"]));
        }

        Assert.False(File.Exists(_folder["import.tmp"]));
        Assert.Equal(before, File.ReadAllBytes(_folder["made"]));
    }

    [QemuFact]
    public void An_image_with_a_backing_file_is_refused_and_that_file_not_read()
    {
        File.WriteAllText(_folder["secret"], new string('x', 4096));
        Tools.QemuImgRun("create", "-f", "qcow2", "-F", "raw", "-b", _folder["secret"], _folder["made"]);

        RequireAlone("made");
    }

    [QemuFact]
    public void An_image_with_an_external_data_file_is_refused()
    {
        Tools.QemuImgRun("create", "-f", "qcow2", "-o", $"data_file={_folder["data"]}", _folder["made"], "1M");

        RequireAlone("made");
    }

    [QemuTheory]
    [InlineData("qcow2")]
    [InlineData("vhdx")]
    [InlineData("vdi")]
    public void A_damaged_image_is_refused_with_what_qemu_says(string format)
    {
        Make(SourceBench.Bytes(1 << 20, 1), format, null);
        var image = File.ReadAllBytes(_folder["made"]);
        image.AsSpan(80).Clear();
        File.WriteAllBytes(_folder["made"], image);

        Assert.Equal("ConversionFailed", ImageBench.RefusalOf(() => Open("made")));
        Assert.False(File.Exists(_folder["import.tmp"]));
    }

    [UnixFact]
    public void A_conversion_that_fails_half_way_leaves_nothing_behind()
    {
        File.WriteAllBytes(_folder["made"], Start("vdi"));
        var program = QemuImgTests.Script(_folder, "[ \"$1\" = info ] && echo '{\"virtual-size\": 512}' && exit; for last; do :; done; echo half > \"$last\"; exit 1");

        Assert.Equal("ConversionFailed", ImageBench.RefusalOf(() => SourceImage.Open(_files, _folder["made"], _folder["import.tmp"], () => program, CancellationToken.None)));
        Assert.False(File.Exists(_folder["import.tmp"]));
    }

    [Theory]
    [InlineData("qcow2")]
    [InlineData("vhdx")]
    [InlineData("vdi")]
    public void Without_the_program_an_image_is_refused_by_name_with_a_remedy(string format)
    {
        File.WriteAllBytes(_folder["made"], Start(format));
        var refused = Assert.Throws<AsrException>(() => SourceImage.LengthOf(_files, _folder["made"], () => null));

        Assert.Equal("ConverterMissing", refused.Error.Id);
        Assert.Contains(format, refused.Error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("ConverterMissing", ImageBench.RefusalOf(() => SourceImage.Open(_files, _folder["made"], _folder["import.tmp"], () => null, CancellationToken.None)));
        Assert.Equal("ImageFormatUnsupported", ImageBench.RefusalOf(() => DiskImage.Open(_files, _folder["made"], writable: false)));
    }

    [Fact]
    public void An_image_that_we_read_ourselves_needs_no_program_and_no_temporary_file()
    {
        File.WriteAllBytes(_folder["made"], VmdkImage.Sparse());
        using var disk = SourceImage.Open(_files, _folder["made"], _folder["none/there"], () => throw new InvalidOperationException(), CancellationToken.None);

        Assert.Equal(VmdkImage.Content(), SourceBench.ReadAll(disk));
    }

    [Theory]
    [InlineData(1u, 0UL, 0UL, "ImageFormatUnsupported")]
    [InlineData(4u, 0UL, 0UL, "ImageFormatUnsupported")]
    [InlineData(2u, 512UL, 0UL, "ImageInvalid")]
    [InlineData(3u, 512UL, 0UL, "ImageInvalid")]
    [InlineData(3u, 0UL, 4UL, "ImageInvalid")]
    public void A_qcow2_that_names_other_files_is_refused_before_the_program_sees_it(uint version, ulong backing, ulong features, string id)
    {
        var image = Start("qcow2");
        BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan(4), version);
        BinaryPrimitives.WriteUInt64BigEndian(image.AsSpan(8), backing);
        BinaryPrimitives.WriteUInt64BigEndian(image.AsSpan(72), features);
        File.WriteAllBytes(_folder["made"], image);

        var refused = Assert.Throws<AsrException>(() => SourceImage.LengthOf(_files, _folder["made"], () => throw new InvalidOperationException()));
        Assert.Equal(id, refused.Error.Id);
    }

    [UnixFact]
    public void A_link_to_an_image_is_refused_before_the_program_sees_it()
    {
        File.WriteAllBytes(_folder["made"], Start("vhdx"));
        File.CreateSymbolicLink(_folder["link"], _folder["made"]);

        Assert.Equal("ImageIsLink", Assert.Throws<AsrException>(() => SourceImage.LengthOf(_files, _folder["link"])).Error.Id);
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Start(string format)
    {
        var image = new byte[4096];
        byte[] start = format switch { "qcow2" => [.. "QFI"u8, 0xfb, 0, 0, 0, 3], "vhdx" => [.. "vhdxfile"u8], _ => [] };
        start.CopyTo(image, 0);
        if (format == "vdi")
        {
            BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(64), 0xbeda107f);
        }

        return image;
    }

    private void Make(byte[] content, string format, string? options)
    {
        File.WriteAllBytes(_folder["raw.img"], content);
        Tools.QemuImgRun(["convert", "-f", "raw", "-O", format, .. options is null ? [] : new[] { "-o", options }, _folder["raw.img"], _folder["made"]]);
    }

    private IBlockDevice Open(string name) => SourceImage.Open(_files, _folder[name], _folder["import.tmp"], CancellationToken.None);

    private void RequireAlone(string name)
    {
        Assert.Equal("ImageInvalid", Assert.Throws<AsrException>(() => SourceImage.LengthOf(_files, _folder[name])).Error.Id);
        Assert.Equal("ImageInvalid", ImageBench.RefusalOf(() => Open(name)));
        Assert.False(File.Exists(_folder["import.tmp"]));
    }
}
