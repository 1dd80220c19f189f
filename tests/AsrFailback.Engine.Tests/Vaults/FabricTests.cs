namespace AsrFailback.Engine.Tests;

/// <summary>Sites of a vault: begun, changed, forgotten; machines made from images.</summary>
public sealed class FabricTests
{
    // what is given | where its disks lie
    [Theory]
    [Requirement("MT-03")]
    [InlineData(null, "datastore1")]
    [InlineData("datastore2", "datastore2")]
    public async Task A_new_master_target_has_a_datastore(string? given, string expected)
    {
        await using var world = await DrWorld.CreateAsync();

        await world.RunAsync(new RegisterMasterTarget(DrWorld.Home, "mt02", "esxi01", null, "retention2", given));
        await world.RunAsync(new RegisterMasterTarget(DrWorld.Home, "mt02", "esxi02"));

        Assert.Equal(expected, world.Inventory(DrWorld.Home).MasterTargets.Single(server => server.Name == "mt02").Datastore);
        Assert.Equal(["DatastoreNotFound"], await world.RefusedAsync(new RegisterMasterTarget(DrWorld.Home, "mt02", "esxi01", Datastore: "nowhere")));
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a\0b")]
    [InlineData("")]
    [InlineData("a b")]
    public async Task A_server_s_name_is_one_plain_name(string name)
    {
        await using var world = await DrWorld.CreateAsync();

        Assert.Equal(["NameInvalid"], await world.RefusedAsync(new RegisterProcessServer(DrWorld.Azure, new ProcessServer(name, 9443))));
        Assert.Contains("NameInvalid", await world.RefusedAsync(new RegisterMasterTarget(DrWorld.Home, name, "esxi01")));
        Assert.Equal(["NameInvalid"], await world.RefusedAsync(new RegisterConfigurationServer(DrWorld.Home, name)));
    }

    [Theory]
    [InlineData("10.1", false)]
    [InlineData("not an address !", false)]
    [InlineData("a\0b", false)]
    [InlineData("", false)]
    [InlineData("10.0.0.2", true)]
    [InlineData("fd00::2", true)]
    [InlineData("cs01.contoso.local", true)]
    public async Task A_configuration_server_s_address_is_an_address(string address, bool possible)
    {
        await using var world = await DrWorld.CreateAsync();
        var register = new RegisterConfigurationServer(DrWorld.Home, "cs01", address);

        Assert.Equal(possible, (await world.Engine.PreviewAsync(register)).Ready);
        Assert.Equal(possible ? [] : ["AddressInvalid"], (await world.Engine.PreviewAsync(register)).Checks.Where(check => !check.Passed).Select(check => check.Finding!.Id));
    }

    [Fact]
    [Requirement("TO-04")]
    public async Task The_process_server_that_a_reprotect_chose_stays_while_it_is_used_and_another_may_go()
    {
        await using var world = await ReadinessStage.WorldAsync("ReprotectHome");
        await world.RunAsync(new RegisterProcessServer(DrWorld.Azure, new ProcessServer("ps2", 9443)));
        await world.RunAsync(new DisableProtection(ReadinessStage.Neighbour));
        await world.RunAsync(new Reprotect(DrWorld.Item, ProcessServer: "ps-azure"));

        Assert.Equal(["ServerInUse"], await world.RefusedAsync(new UnregisterProcessServer(DrWorld.Azure, "PS-AZURE")));
        await world.RunAsync(new UnregisterProcessServer(DrWorld.Azure, "ps2"));
        await world.RunAsync(new StartFailover(DrWorld.Item, null, true));
        await world.RunAsync(new UnregisterProcessServer(DrWorld.Azure, "ps-azure"));
    }

    [Fact]
    [Requirement("TO-01")]
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

    [Fact]
    public async Task An_import_that_was_stopped_goes_on_and_nothing_of_another_is_overwritten()
    {
        using var copying = new ManualResetEventSlim();
        using var held = new ManualResetEventSlim();
        var setup = new WorldSetup
        {
            OnProgress = progress =>
            {
                if (progress.BytesDone > 0)
                {
                    copying.Set();
                    held.Wait(DrWorld.Patience);
                }
            },
        };
        await using var world = await DrWorld.CreateAsync(setup);
        var image = Path.Combine(world.Root, "disk.img");
        var content = new byte[64 << 20]; // the stop arrives while most of it has still to be copied
        new Random(6).NextBytes(content);
        await File.WriteAllBytesAsync(image, content);
        var job = await world.Engine.SubmitAsync(new ImportMachine(DrWorld.Home, "web02", "Linux", [image]));
        Assert.True(copying.Wait(DrWorld.Patience));
        var stopping = world.Engine.StopJobAsync(job.Name);
        held.Set();
        Assert.Equal(JobState.Cancelled, (await stopping.WaitAsync(DrWorld.Patience)).State);

        Assert.Equal(["FileExists"], await world.RefusedAsync(new ImportMachine(DrWorld.Home, "web02", "Linux", [image])));
        await world.Engine.RestartJobAsync(job.Name);

        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience)).State);
        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(world.SiteRoot(DrWorld.Home), "datastores", "datastore1", "web02", "disk0-flat.vmdk")));
    }

    [Fact]
    [Requirement("TO-01")]
    public async Task A_folder_is_one_fabric_of_one_kind()
    {
        await using var world = await DrWorld.CreateAsync();

        Assert.Equal(["FabricExists"], await world.RefusedAsync(new AddFabric("twice", world.SiteRoot(DrWorld.Home) + "/")));
        Assert.Equal(["FabricExists", "FabricTypeDiffers"], await world.RefusedAsync(new AddFabric("twice", world.SiteRoot(DrWorld.Home), FabricKind.Azure)));
        Assert.Equal(["FabricExists"], await world.RefusedAsync(new AddFabric(DrWorld.Home, Path.Combine(world.Root, "other"), FabricKind.VMware)));
        Assert.False(Directory.Exists(Path.Combine(world.Root, "other")));
    }

    [Fact]
    public async Task A_known_site_that_is_gone_is_not_begun_anew_in_its_place()
    {
        await using var world = await DrWorld.CreateAsync();
        Directory.Move(world.SiteRoot(DrWorld.Azure), world.SiteRoot(DrWorld.Azure) + "-elsewhere");

        Assert.Equal(["SiteUnreachable"], await world.RefusedAsync(new AddFabric(DrWorld.Azure, world.SiteRoot(DrWorld.Azure), FabricKind.Azure)));
    }

    [Fact]
    public async Task A_master_target_keeps_what_is_known_of_it_and_the_volume_of_journals_in_use()
    {
        await using var world = await DrWorld.ProtectedAsync();
        var known = world.Inventory(DrWorld.Home).MasterTargets[0];
        await world.MoveAsync();
        await world.RunAsync(new Reprotect(DrWorld.Item));

        Assert.Equal(["ServerInUse"], await world.RefusedAsync(new RegisterMasterTarget(DrWorld.Home, known.Name, known.Host, RetentionVolume: "elsewhere")));
        Assert.Equal(["SiteInvalid"], await world.RefusedAsync(new RegisterMasterTarget(DrWorld.Home, "mt02", "esxi99")));
        await world.RunAsync(new RegisterMasterTarget(DrWorld.Home, known.Name, "esxi02"));

        var now = Assert.Single(world.Inventory(DrWorld.Home).MasterTargets, server => server.Name == known.Name);
        Assert.Equal("esxi02", now.Host);
        Assert.Equivalent(known with { Host = "esxi02" }, now);
    }
}
