namespace AsrFailback.Engine.Tests;

/// <summary>Sites of a vault: begun, changed, forgotten; machines made from images.</summary>
public sealed class FabricTests
{
    [Fact]
    [Trait("Requirement", "TO-01")]
    public async Task A_site_in_use_is_not_forgotten_and_one_that_is_not_is_free_for_another_vault()
    {
        await using var world = await DrWorld.ProtectedAsync();
        Assert.Equal(["FabricInUse"], await world.RefusedAsync(new RemoveFabric(DrWorld.Azure)));

        await world.RunAsync(new DisableProtection(DrWorld.Item));
        await world.RunAsync(new RemoveFabric(DrWorld.Azure));

        Assert.DoesNotContain(await world.Engine.GetFabricsAsync(), fabric => fabric.Name == DrWorld.Azure);
        Assert.Null(await Record.ExceptionAsync(() => Task.Run(() =>
            new Fabrics.Embedded.EmbeddedSite(new Replication.IO.LocalFileSystem(), "azure", world.SiteRoot(DrWorld.Azure)).RequireNotForeign(Guid.NewGuid()))));
    }

    [Fact]
    [Trait("Requirement", "TO-04")]
    public async Task Servers_are_registered_and_the_last_process_server_of_a_protected_machine_stays()
    {
        await using var world = await DrWorld.ProtectedAsync();
        var only = Assert.Single(world.Inventory(DrWorld.Home).ProcessServers).Name;
        Assert.Equal(["ServerInUse"], await world.RefusedAsync(new UnregisterProcessServer(DrWorld.Home, only)));
        Assert.Equal(["ServerNotFound"], await world.RefusedAsync(new UnregisterMasterTarget(DrWorld.Home, "mt09")));

        await world.RunAsync(new RegisterProcessServer(DrWorld.Home, new ProcessServer("ps02", 9444)));
        await world.RunAsync(new UnregisterProcessServer(DrWorld.Home, only));

        Assert.Equal(["ps02"], world.Inventory(DrWorld.Home).ProcessServers.Select(server => server.Name));
    }

    [Fact]
    public async Task A_machine_made_from_an_image_has_its_bytes_and_a_name_of_its_own()
    {
        await using var world = await DrWorld.ProtectedAsync();
        var image = Path.Combine(world.Root, "disk.img");
        var content = new byte[(2 << 20) + 4096];
        new Random(5).NextBytes(content);
        await File.WriteAllBytesAsync(image, content);

        await world.RunAsync(new ImportMachine(DrWorld.Home, "web02", "Linux", [image]));

        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(world.SiteRoot(DrWorld.Home), "datastores", "datastore1", "web02", "disk0-flat.vmdk")));
        Assert.Equal(["MachineExists"], await world.RefusedAsync(new ImportMachine(DrWorld.Home, "web02", "Linux", [image])));
        Assert.Equal(["FileMissing"], await world.RefusedAsync(new ImportMachine(DrWorld.Home, "web03", "Linux", [image + ".gone"])));
    }
}
