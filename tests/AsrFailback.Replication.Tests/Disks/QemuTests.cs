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

    [QemuFact]
    public void A_fixed_VHD_made_by_qemu_opens_and_has_its_bytes() => MadeByQemu("vpc", "subformat=fixed,force_size=on");

    [QemuFact]
    public void A_flat_VMDK_made_by_qemu_opens_and_has_its_bytes() => MadeByQemu("vmdk", "subformat=monolithicFlat");

    [QemuFact]
    public void A_dynamic_VHD_made_by_qemu_is_refused() => RefusedWhenMadeByQemu("vpc", "subformat=dynamic");

    [QemuFact]
    public void A_qcow2_made_by_qemu_is_refused() => RefusedWhenMadeByQemu("qcow2", "compat=1.1");

    [QemuFact]
    public void A_sparse_VMDK_made_by_qemu_is_refused() => RefusedWhenMadeByQemu("vmdk", "subformat=monolithicSparse");

    [QemuFact]
    public void A_VHDX_made_by_qemu_is_refused() => RefusedWhenMadeByQemu("vhdx", "subformat=dynamic");

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

        var info = Run("info", "--output=json", "-f", format, folder[name]);
        Assert.Equal(Bytes, JsonDocument.Parse(info).RootElement.GetProperty("virtual-size").GetInt64());
        Run("compare", "-s", "-f", format, "-F", "raw", folder[name], folder["raw.img"]);
    }

    private static void MadeByQemu(string format, string options)
    {
        using var folder = new TempFolder();
        var content = SourceBench.Bytes((int)Bytes, 3);
        File.WriteAllBytes(folder["raw.img"], content);
        Run("convert", "-f", "raw", "-O", format, "-o", options, folder["raw.img"], folder["made"]);
        using var disk = DiskImage.Open(new LocalFileSystem(), folder["made"], writable: true);

        Assert.Equal(content, SourceBench.ReadAll(disk));
    }

    private static void RefusedWhenMadeByQemu(string format, string options)
    {
        using var folder = new TempFolder();
        Run("create", "-f", format, "-o", options, folder["made"], "8M");

        ImageBench.RefusalOf(() => DiskImage.Open(new LocalFileSystem(), folder["made"], writable: true));
    }

    private static string Run(params string[] arguments)
    {
        var (code, output) = Tools.Run(Tools.QemuImg!, arguments);
        Assert.True(code == 0, $"qemu-img {string.Join(' ', arguments)}: {output}");
        return output;
    }
}
