using AsrFailback.Engine.Vaults;

namespace AsrFailback.Engine.Tests;

/// <summary>A check reads everything, changes nothing, and names what is wrong instead of failing over it.</summary>
public sealed class VaultCheckTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_sound_vault_has_no_findings_and_is_not_changed_by_looking(bool committed)
    {
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [1 << 20, 1 << 20] });
        world.Write(10);
        await world.PointAsync();
        if (committed)
        {
            await world.MoveAsync();
        }

        await world.CloseAsync();
        var before = Snapshot(world);

        var check = VaultChecker.Check(world.VaultFolder, world.Options());

        Assert.Empty(check.Findings);
        Assert.Contains(check.Examined, what => what.Contains(DrWorld.Item, StringComparison.Ordinal));
        Assert.Equal(before, Snapshot(world));
    }

    // what is broken, below the world's folder | how
    [Theory]
    [InlineData("azure/site.json", "{")]
    [InlineData("onprem/site.json", "{")]
    [InlineData("azure/machines/web01.json", "{")]
    [InlineData("azure/disks/web01/disk0.vhd", "short")]
    [InlineData("onprem/datastores/datastore1/web01/disk0.vmdk", "not a descriptor")]
    [InlineData("azure/machines/web01.json", null)]
    [InlineData("azure/disks/web01/disk1.vhd", null)]
    [InlineData("azure/cache/web01/journal-1/redo.log", "not a log")]
    [InlineData("azure/site.json", null)]
    public async Task Whatever_is_broken_becomes_a_finding_that_names_it(string file, string? content)
    {
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [1 << 20, 1 << 20] });
        await world.CloseAsync();
        var path = Path.Combine(world.Root, file);
        Assert.True(File.Exists(path), $"{file} is not where the test expects it");
        File.Delete(path);
        if (content is not null)
        {
            await File.WriteAllTextAsync(path, content);
        }

        var check = VaultChecker.Check(world.VaultFolder, world.Options());

        Assert.Contains(check.Findings, finding => finding.Contains(Path.GetFileNameWithoutExtension(file), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_changed_byte_of_a_settled_replica_is_found()
    {
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [1 << 20, 1 << 20] });
        await world.CloseAsync();
        using (var image = File.OpenHandle(Path.Combine(world.SiteRoot(DrWorld.Azure), "disks", DrWorld.Item, "disk0.vhd"), FileMode.Open, FileAccess.Write))
        {
            RandomAccess.Write(image, [1, 2, 3, 4], 100_000);
        }

        Assert.NotEmpty(VaultChecker.Check(world.VaultFolder, world.Options()).Findings);
    }

    private static Dictionary<string, string> Snapshot(DrWorld world) =>
        Directory.EnumerateFiles(world.Root, "*", SearchOption.AllDirectories).Where(path => !Path.GetFileName(path).StartsWith("owner.", StringComparison.Ordinal))
            .ToDictionary(path => path, path => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))));
}
