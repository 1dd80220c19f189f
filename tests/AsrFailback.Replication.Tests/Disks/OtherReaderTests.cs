using System.Text.RegularExpressions;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>Images as readers see them that share no code with <c>qemu-img</c>.</summary>
public sealed partial class OtherReaderTests : IDisposable
{
    private const int Bytes = 5 << 20;

    private readonly TempFolder _folder = new();
    private readonly byte[] _content = SourceBench.Bytes(Bytes, 8);

    [ToolFact("vhdiinfo", "libvhdi-utils")]
    public void A_fixed_VHD_is_one_for_libvhdi()
    {
        MakeVhd();
        var info = Tools.RunWell("vhdiinfo", _folder["disk.vhd"]);

        Assert.Matches(@"Disk type\s*:\s+Fixed", info);
        Assert.Equal(Bytes, MediaSize(info));
    }

    [ToolFact("vmdkinfo", "libvmdk-utils")]
    public void A_flat_VMDK_is_one_for_libvmdk()
    {
        MakeVmdk();
        var info = Tools.RunWell("vmdkinfo", _folder["disk.vmdk"]);

        Assert.Matches(@"Disk type:\s+VMFS flat", info);
        Assert.Equal(Bytes, MediaSize(info));
    }

    [ToolFact("7z", "p7zip-full")]
    public void A_fixed_VHD_gives_its_bytes_to_7zip()
    {
        MakeVhd();
        RequireUnpacked("disk.vhd", "VHD", _content);
    }

    [ToolFact("7z", "p7zip-full")]
    public void A_flat_VMDK_gives_its_bytes_to_7zip()
    {
        MakeVmdk();
        RequireUnpacked("disk.vmdk", "VMDK", _content);
    }

    [ToolFact("7z", "p7zip-full")]
    public void A_dynamic_VHD_made_by_hand_is_what_7zip_takes_it_for()
    {
        File.WriteAllBytes(_folder["disk.vhd"], VhdImage.Dynamic());
        RequireUnpacked("disk.vhd", "VHD", VhdImage.Content());
    }

    public void Dispose() => _folder.Dispose();

    private static long MediaSize(string info) =>
        long.Parse(SizeInBytes().Match(info).Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Media size\s*:.*?([0-9]+) bytes")]
    private static partial Regex SizeInBytes();

    private void MakeVhd()
    {
        FixedVhd.Create(new LocalFileSystem(), _folder["disk.vhd"], Bytes, Guid.NewGuid());
        Fill("disk.vhd");
    }

    private void MakeVmdk()
    {
        FlatVmdk.Create(new LocalFileSystem(), _folder["disk.vmdk"], Bytes, Guid.NewGuid());
        Fill("disk.vmdk");
    }

    private void Fill(string name)
    {
        using var disk = DiskImage.Open(new LocalFileSystem(), _folder[name], writable: true);
        disk.Write(0, _content);
    }

    private void RequireUnpacked(string name, string type, byte[] content)
    {
        Tools.RunWell("7z", "e", $"-t{type}", "-y", $"-o{_folder["out"]}", _folder[name]);

        Assert.Equal(content, File.ReadAllBytes(Assert.Single(Directory.GetFiles(_folder["out"]))));
    }
}
