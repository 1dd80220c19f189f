using System.Text.Json;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>Our images as an independent reader sees them.</summary>
public sealed class QemuTests
{
    private const long Bytes = 5L << 20;

    [QemuFact]
    public void A_fixed_VHD_has_its_size_and_its_bytes() => SeenByQemu(
        "disk.vhd", "vpc", (path, id) => FixedVhd.Create(new LocalFileSystem(), path, Bytes - 512, id));

    [QemuFact]
    public void A_flat_VMDK_has_its_size_and_its_bytes() => SeenByQemu(
        "disk.vmdk", "vmdk", (path, id) => FlatVmdk.Create(new LocalFileSystem(), path, Bytes, id));

    private static void SeenByQemu(string name, string format, Action<string, Guid> create)
    {
        using var folder = new TempFolder();
        create(folder[name], Guid.NewGuid());
        var content = new byte[Bytes];
        SourceBench.Bytes(300 * 512, 1).CopyTo(content, 1024);
        SourceBench.Bytes(512, 2).CopyTo(content, content.Length - 512);
        File.WriteAllBytes(folder["raw.img"], content);
        using (var disk = DiskImage.Open(new LocalFileSystem(), folder[name], writable: true))
        {
            disk.Write(0, content);
            disk.Flush();
        }

        var info = Tools.QemuImgRun("info", "--output=json", "-f", format, folder[name]);
        Assert.Equal(Bytes, JsonDocument.Parse(info).RootElement.GetProperty("virtual-size").GetInt64());
        Tools.QemuImgRun("compare", "-s", "-f", format, "-F", "raw", folder[name], folder["raw.img"]);
    }
}
