using System.Globalization;

namespace AsrFailback.Node.Tests;

/// <summary>Programs of others write to a machine that replicates; after a failover the replica has every byte.</summary>
public sealed class NbdToolTests
{
    private const int MiB = ProtectedVault.MiB;

    [ToolFact("qemu-img")]
    public async Task What_qemu_img_converts_into_the_disk_is_in_the_replica()
    {
        using var vault = await ProtectedVault.CreateAsync();
        var image = UserImages.Raw(vault.Folder.At("new.img"), ProtectedVault.DiskBytes[0] - (7 * MiB));

        await ServeWhileAsync(vault, uris => Tool.Run("qemu-img", "convert", "-n", "-f", "raw", "-O", "raw", image, uris[0]));

        var expected = vault.DiskAt("onprem", 0);
        Assert.True(File.ReadAllBytes(image).AsSpan().SequenceEqual(expected.AsSpan(0, (int)new FileInfo(image).Length)), "the source has not what was converted");
        await MustBeInReplicaAsync(vault);
    }

    [ToolFact("nbdcopy")]
    public async Task What_nbdcopy_copies_into_the_disk_over_several_connections_is_in_the_replica()
    {
        using var vault = await ProtectedVault.CreateAsync();
        var image = UserImages.Raw(vault.Folder.At("new.img"), ProtectedVault.DiskBytes[0]);
        var back = vault.Folder.At("back.img");

        await ServeWhileAsync(vault, uris =>
        {
            Tool.Run("nbdcopy", "--flush", "--connections=4", "--allocated", image, uris[0]);
            Tool.Run("nbdcopy", uris[0], back);
        });

        Assert.Equal(FileTree.Digest(image), FileTree.Digest(back));
        Assert.True(File.ReadAllBytes(image).AsSpan().SequenceEqual(vault.DiskAt("onprem", 0)), "the source has not what was copied");
        await MustBeInReplicaAsync(vault);
    }

    [ToolFact("qemu-io")]
    public async Task What_qemu_io_writes_zeroes_and_discards_is_in_the_replica()
    {
        using var vault = await ProtectedVault.CreateAsync();
        var expected = vault.DiskAt("onprem", 1);
        expected.AsSpan(1234, 70_000).Fill(0xa5);
        expected.AsSpan(512, 512).Fill(0x11);
        expected.AsSpan(2 * MiB, MiB).Clear();
        expected.AsSpan(100_000, 50_000).Clear();
        expected.AsSpan(expected.Length - 512).Fill(0x7e);

        await ServeWhileAsync(vault, uris =>
        {
            QemuIo(
                uris[1], "write -P 0xa5 1234 70000", "write -f -P 0x11 512 512", "discard 2M 1M", "write -z -u 100000 50000", "flush",
                string.Create(CultureInfo.InvariantCulture, $"write -P 0x7e {expected.Length - 512} 512"), "read -P 0xa5 2000 1000", "read -P 0 2M 1M");
        });

        Assert.True(expected.AsSpan().SequenceEqual(vault.DiskAt("onprem", 1)), "the source has not what was written");
        await MustBeInReplicaAsync(vault);
    }

    private static void QemuIo(string uri, params string[] commands) =>
        Assert.DoesNotContain("failed", Tool.Run("qemu-io", ["-f", "raw", "-t", "writeback", "-d", "unmap", .. commands.SelectMany(command => new[] { "-c", command }), uri]), StringComparison.Ordinal);

    private static async Task ServeWhileAsync(ProtectedVault vault, Action<string[]> work)
    {
        using var node = await vault.ServeAsync();
        work([.. Enumerable.Range(0, 2).Select(disk => $"nbd+unix:///disk{disk}?socket={vault.Socket}")]);
        await ProtectedVault.StopAsync(node);
    }

    private static async Task MustBeInReplicaAsync(ProtectedVault vault)
    {
        var source = Enumerable.Range(0, 2).Select(disk => vault.DiskAt("onprem", disk)).ToArray();
        await vault.FailOverAsync();
        Assert.All(Enumerable.Range(0, 2), disk => Assert.True(source[disk].AsSpan().SequenceEqual(vault.DiskAt("azure", disk)), $"disk {disk} of the replica differs"));
    }
}
