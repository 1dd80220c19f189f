namespace AsrFailback.Engine.Tests;

/// <summary>A vault from a backup, older than its sites: acting on what it remembers would destroy what came later.</summary>
public sealed class RestoredVaultTests
{
    [Fact]
    public async Task A_vault_older_than_its_sites_touches_nothing_and_the_newest_one_goes_on()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.CloseAsync();
        var (backup, newest) = (world.VaultFolder + "-backup", world.VaultFolder + "-newest");
        Copy(world.VaultFolder, backup);
        world.Open();
        await world.MoveAsync();
        world.Write();
        await world.CloseAsync();
        Directory.Move(world.VaultFolder, newest);
        Copy(backup, world.VaultFolder);

        world.Open();

        Assert.Contains("VaultOutdated", (await world.ItemAsync()).HealthErrors.Select(error => error.Id));
        Assert.Contains("VaultOutdated", await world.RefusedAsync(new DisableProtection(DrWorld.Item)));
        await world.CloseAsync();
        Assert.Equal((PowerState.Off, PowerState.On), (world.Power(DrWorld.Home), world.Power(DrWorld.Azure)));
        world.AssertImages(DrWorld.Azure, world.Model);

        Directory.Delete(world.VaultFolder, recursive: true);
        Directory.Move(newest, world.VaultFolder);
        world.Open();
        Assert.Empty((await world.ItemAsync()).HealthErrors);
        await world.ReprotectAndMoveAsync(DrWorld.Home);
    }

    [Fact]
    public async Task A_machine_that_was_protected_before_can_be_protected_anew()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.MoveAsync();
        await world.ReprotectAndMoveAsync(DrWorld.Home);
        await world.RunAsync(new DisableProtection(DrWorld.Item));

        await world.RunAsync(DrWorld.Enable());
        await world.ReopenAsync();

        Assert.Empty((await world.ItemAsync()).HealthErrors);
        await world.MoveAsync();
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
