using AsrFailback.Core.Protection;

namespace AsrFailback.Engine.Tests;

/// <summary>A machine comes home to another site than the one it left (RP-03, RP-15).</summary>
public sealed class HomeMoveTests
{
    private const int DiskBytes = 12 << 20;
    private static readonly Reprotect ToElsewhere = new(DrWorld.Item) { Fabric = DrWorld.Elsewhere };

    // whether the old home is gone with everything on it; the kind of the new one
    [Theory]
    [Requirement("RP-03", "RP-15", "TO-10")]
    [InlineData(false, FabricKind.VMware)]
    [InlineData(true, FabricKind.VMware)]
    [InlineData(true, FabricKind.AzureVMwareSolution)]
    public async Task A_machine_comes_home_to_another_site_and_is_protected_from_there(bool gone, FabricKind kind)
    {
        await using var world = await InAzureAsync();
        var id = (await world.ItemAsync()).Id;
        Assert.Equal(["SiteNotDiscovered"], await world.RefusedAsync(ToElsewhere));
        await world.AddSiteAsync(kind: kind);
        if (gone)
        {
            Directory.Delete(world.SiteRoot(DrWorld.Home), recursive: true);
        }

        var preview = await world.Engine.PreviewAsync(ToElsewhere);
        var job = await world.RunAsync(ToElsewhere);

        Assert.Equal(new NewMachinePlace(DrWorld.Item, "esxi01", "datastore1"), preview.NewMachine);
        Assert.Equal((DrWorld.Azure, DrWorld.Elsewhere, DiskBytes), (preview.From, preview.To, preview.EstimatedBytes));
        Assert.InRange(job.Tasks.Sum(task => task.Bytes), 8 << 20, DiskBytes); // all but zeros
        Assert.Contains("OldMachineLeft", job.Warnings.Select(warning => warning.Id));
        world.AssertImages(DrWorld.Elsewhere, world.Model);
        var item = await world.ItemAsync();
        Assert.Equal((id, DrWorld.Elsewhere, $"{DrWorld.Elsewhere}-azure_Failback", $"{DrWorld.Elsewhere}-failback"), (item.Id, item.HomeFabric, item.ProtectionGroup, item.PolicyName));
        Assert.Equal("esxi01", world.Inventory(DrWorld.Elsewhere).Machines.Single().Host);
        await world.ReopenAsync();
        world.Write();
        await world.MoveAsync();
        world.AssertImages(DrWorld.Elsewhere, world.Model);
        await world.ReprotectAndMoveAsync(DrWorld.Azure);
        Assert.Equal(id, (await world.ItemAsync()).Id);
    }

    [Fact]
    [Requirement("RP-03")]
    public async Task The_old_machine_stays_off_and_its_disks_stay()
    {
        await using var world = await InAzureAsync();
        await world.AddSiteAsync();
        var old = world.Images(DrWorld.Home);
        Stranger.SwitchOn(world, "home");

        await world.RunAsync(ToElsewhere);

        Assert.Equal((PowerState.Off, PowerState.Off), (world.Power(DrWorld.Home), world.Power(DrWorld.Elsewhere)));
        world.AssertImages(DrWorld.Home, old);
        Assert.Empty(Directory.GetFiles(Path.Combine(world.SiteRoot(DrWorld.Home), "agent", DrWorld.Item)));
    }

    // before the failback, after it, after everything was closed
    [Theory]
    [Requirement("RP-04")]
    [InlineData("replicates")]
    [InlineData("home")]
    [InlineData("closed")]
    public async Task An_old_machine_that_is_switched_on_is_switched_off_and_told_until_it_is_deleted(string when)
    {
        await using var world = await InAzureAsync();
        await world.AddSiteAsync();
        await world.RunAsync(ToElsewhere);
        if (when != "replicates")
        {
            await world.MoveAsync();
        }

        if (when == "closed")
        {
            await world.CloseAsync();
        }

        Stranger.SwitchOn(world, "home");
        if (when == "closed")
        {
            world.Open();
        }
        else
        {
            await world.Engine.RefreshFabricAsync(DrWorld.Home);
        }

        Assert.Equal(PowerState.Off, world.Power(DrWorld.Home));
        Assert.Contains("OldMachinePoweredOn", (await world.ItemAsync()).HealthErrors.Select(error => error.Id));
        WorldEdit.Make(world, "home/web01:-");
        await world.Engine.RefreshFabricAsync(DrWorld.Home);
        Assert.DoesNotContain("OldMachinePoweredOn", (await world.ItemAsync()).HealthErrors.Select(error => error.Id));
    }

    [Fact]
    [Requirement("RP-04")]
    public async Task An_old_machine_that_is_switched_on_while_everything_is_sent_is_switched_off_as_well()
    {
        await using var world = await InAzureAsync();
        await world.AddSiteAsync();
        using var sending = new SemaphoreSlim(0);
        using var seen = new ManualResetEventSlim();
        world.Setup.OnProgress = progress => _ = progress.Task != "Reprotecting virtual machine" || (sending.Release() >= 0 && seen.Wait(DrWorld.Patience));
        var job = await world.Engine.SubmitAsync(ToElsewhere);
        Assert.True(await sending.WaitAsync(DrWorld.Patience));

        Stranger.SwitchOn(world, "home");
        await world.Engine.RefreshFabricAsync(DrWorld.Home);
        var (power, health) = (world.Power(DrWorld.Home), (await world.ItemAsync()).HealthErrors);
        seen.Set();

        Assert.Equal(PowerState.Off, power);
        Assert.Contains("OldMachinePoweredOn", health.Select(error => error.Id));
        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience)).State);
        world.AssertImages(DrWorld.Elsewhere, world.Model);
    }

    [Fact]
    [Requirement("RP-15")]
    public async Task A_site_that_goes_away_after_the_checks_sends_no_machine_to_the_old_one()
    {
        await using var world = await InAzureAsync();
        await world.AddSiteAsync();
        var old = world.Images(DrWorld.Home);
        world.Setup.OnProgress = progress =>
        {
            if (progress.Task == "Discovering replica virtual machine")
            {
                world.Engine.Site(DrWorld.Elsewhere).SetCondition(reachable: false, connected: false);
            }
        };

        var failed = await world.TryAsync(ToElsewhere);

        Assert.Equal((JobState.Failed, "SiteUnreachable"), (failed.State, failed.Error?.Id));
        Assert.Equal(DrWorld.Home, world.Facts.HomeFabric);
        world.AssertImages(DrWorld.Home, old);
        world.Setup.OnProgress = _ => { };
        world.Engine.SetSiteCondition(DrWorld.Elsewhere, reachable: true, connected: true);
        await world.Engine.RestartJobAsync(failed.Name);
        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(failed.Name).WaitAsync(DrWorld.Patience)).State);
        world.AssertImages(DrWorld.Elsewhere, world.Model);
    }

    // whether it is there before the home moves
    [Theory]
    [Requirement("MT-11")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Another_machine_of_that_name_at_the_old_home_is_left_alone(bool before)
    {
        await using var world = await InAzureAsync();
        await world.AddSiteAsync();
        if (!before)
        {
            await world.RunAsync(ToElsewhere);
        }

        WorldEdit.Make(world, $"home/web01:uuid={Guid.NewGuid()}");
        Stranger.SwitchOn(world, "home");
        if (before)
        {
            await world.RunAsync(ToElsewhere);
        }

        await world.Engine.RefreshFabricAsync(DrWorld.Home);

        Assert.Equal(PowerState.On, world.Power(DrWorld.Home));
        Assert.Empty((await world.ItemAsync()).HealthErrors);
    }

    [Fact]
    public async Task A_vault_from_before_the_move_touches_nothing()
    {
        await using var world = await InAzureAsync();
        await world.AddSiteAsync();
        await world.CloseAsync();
        var backup = world.VaultFolder + "-backup";
        Directory.CreateDirectory(backup);
        Array.ForEach(Directory.GetFiles(world.VaultFolder), file => File.Copy(file, Path.Combine(backup, Path.GetFileName(file))));
        world.Open();
        await world.RunAsync(ToElsewhere);
        await world.CloseAsync();
        Directory.Delete(world.VaultFolder, recursive: true);
        Directory.Move(backup, world.VaultFolder);

        world.Open();

        Assert.Contains("VaultOutdated", (await world.ItemAsync()).HealthErrors.Select(error => error.Id));
        Assert.Contains("VaultOutdated", await world.RefusedAsync(new Reprotect(DrWorld.Item)));
    }

    [Fact]
    [Requirement("RP-03")]
    public async Task A_home_can_move_back_to_where_it_was()
    {
        await using var world = await InAzureAsync();
        await world.AddSiteAsync();
        await world.RunAsync(ToElsewhere);
        world.Write();
        await world.MoveAsync();
        await world.ReprotectAndMoveAsync(DrWorld.Azure);

        await world.RunAsync(new Reprotect(DrWorld.Item) { Fabric = DrWorld.Home });

        Assert.Equal([DrWorld.Elsewhere], world.Facts.Left.Select(left => left.Fabric));
        await world.ReopenAsync();
        Assert.Empty((await world.ItemAsync()).HealthErrors);
        world.Write();
        await world.MoveAsync();
        world.AssertImages(DrWorld.Home, world.Model);
    }

    // and back again before anything ran at the other site
    [Fact]
    public async Task A_home_can_move_back_before_the_failback()
    {
        await using var world = await InAzureAsync();
        await world.AddSiteAsync();
        await world.RunAsync(ToElsewhere);

        var job = await world.RunAsync(new Reprotect(DrWorld.Item) { Fabric = DrWorld.Home });

        Assert.Contains("OldReplicaGivenUp", job.Warnings.Select(warning => warning.Id));
        await world.ReopenAsync();
        Assert.Empty((await world.ItemAsync()).HealthErrors);
        world.Write();
        await world.MoveAsync();
        world.AssertImages(DrWorld.Home, world.Model);
        Assert.Equal(PowerState.Off, world.Power(DrWorld.Elsewhere));
    }

    [Fact]
    [Requirement("RP-03", "RP-15")]
    public async Task A_machine_whose_home_is_lost_while_it_replicates_there_comes_home_elsewhere()
    {
        await using var world = await InAzureAsync();
        await world.RunAsync(new Reprotect(DrWorld.Item));
        world.Write();
        Directory.Delete(world.SiteRoot(DrWorld.Home), recursive: true);
        await world.AddSiteAsync();

        var job = await world.RunAsync(ToElsewhere);

        Assert.Contains("OldReplicaGivenUp", job.Warnings.Select(warning => warning.Id));
        world.Write();
        await world.MoveAsync();
        world.AssertImages(DrWorld.Elsewhere, world.Model);
        await world.ReprotectAndMoveAsync(DrWorld.Azure);
    }

    // what lies at the new site already | whether it is taken for the machine
    [Theory]
    [Requirement("MT-11")]
    [InlineData("same machine")]
    [InlineData("disks only")]
    public async Task What_lies_at_the_new_site_already_is_believed_in_nothing(string there)
    {
        await using var world = await InAzureAsync();
        await world.AddSiteAsync();
        var machine = world.Inventory(DrWorld.Azure).Machines.Single();
        var site = new Fabrics.Embedded.EmbeddedSite(new UnflushedFileSystem(), DrWorld.Elsewhere, world.SiteRoot(DrWorld.Elsewhere));
        site.EnsureMachine(machine);
        Stranger.WriteAllOver(Path.Combine(world.SiteRoot(DrWorld.Elsewhere), "datastores", "datastore1", DrWorld.Item, "disk0-flat.vmdk"));
        if (there == "disks only")
        {
            site.RemoveMachine(DrWorld.Item);
        }

        await world.RunAsync(ToElsewhere);

        world.AssertImages(DrWorld.Elsewhere, world.Model);
    }

    [Fact]
    [Requirement("MT-11")]
    public async Task A_stranger_of_the_same_name_at_the_new_site_is_never_overwritten()
    {
        await using var world = await InAzureAsync();
        await world.AddSiteAsync();
        new Fabrics.Embedded.EmbeddedSite(new UnflushedFileSystem(), DrWorld.Elsewhere, world.SiteRoot(DrWorld.Elsewhere))
            .EnsureMachine(world.Inventory(DrWorld.Azure).Machines.Single() with { Uuid = Guid.NewGuid() });

        Assert.Equal(["NameClash"], await world.RefusedAsync(ToElsewhere));
    }

    // where to | why not
    [Theory]
    [Requirement("FO-04", "RP-09", "RP-10", "RP-15")]
    [InlineData(FabricKind.HyperV, "TargetNotEsxi")]
    [InlineData(FabricKind.Vmm, "TargetNotEsxi")]
    [InlineData(FabricKind.Azure, "TargetNotEsxi")]
    [InlineData(FabricKind.Physical, "TargetPhysical")]
    public async Task A_site_without_ESXi_hosts_takes_no_machine_home(FabricKind kind, string why)
    {
        await using var world = await InAzureAsync();
        await world.AddSiteAsync(kind: kind);
        var before = world.Fingerprint();

        Assert.Equal([why], await world.RefusedAsync(ToElsewhere));

        Assert.Equal(before, world.Fingerprint());
    }

    // what is wrong with the new site | why not
    [Theory]
    [Requirement("RP-15", "RP-11", "MT-02")]
    [InlineData("masterTargets=[]", "NoMasterTarget")]
    [InlineData("hosts.0.discovered=false", "HostNotDiscovered")]
    [InlineData("configurationServer.accountRights=ReadOnly", "AccountReadOnly")]
    [InlineData("masterTargets.0.diskEnableUuid-", "DiskEnableUuid")]
    [InlineData("hosts.0.licence=Free", "HostLicence")]
    public async Task The_rules_of_a_way_home_are_asked_of_the_new_site(string edit, string why)
    {
        await using var world = await InAzureAsync();
        await world.AddSiteAsync();
        WorldEdit.Make(world, $"elsewhere:{edit}");

        Assert.Equal([why], await world.RefusedAsync(ToElsewhere));
    }

    [Fact]
    [Requirement("RP-01")]
    public async Task A_site_to_come_home_to_is_refused_where_nothing_goes_home()
    {
        await using var world = await Stories.CameHomeAsync();
        await world.AddSiteAsync();

        Assert.Equal(["MasterTargetNotUsed"], await world.RefusedAsync(ToElsewhere));
    }

    // the configuration server of the new site, what the old one knows | what is told, what is refused
    [Theory]
    [Requirement("TO-02", "RP-15")]
    [InlineData("cs01", "[\"web01\"]", "", "")]
    [InlineData("cs02", "[\"web01\"]", "AgentRegistersAnew", "")]
    [InlineData("cs01", "[]", "", "MachineNotKnown")]
    [InlineData("cs02", "[]", "AgentRegistersAnew", "")]
    public async Task The_new_configuration_server_comes_to_know_the_machine(string server, string known, string told, string refused)
    {
        await using var world = await InAzureAsync();
        await world.AddSiteAsync();
        WorldEdit.Make(world, $"elsewhere:configurationServer.name={server} home/db:machines={known}");
        if (refused.Length > 0)
        {
            Assert.Equal([refused], await world.RefusedAsync(ToElsewhere));
            return;
        }

        var job = await world.RunAsync(ToElsewhere);

        Assert.Equal(told.Length > 0, job.Warnings.Any(warning => warning.Id == told));
        Assert.Equal([DrWorld.Item], world.Inventory(DrWorld.Elsewhere).ConfigurationServer!.Machines);
        Assert.Empty(world.Inventory(DrWorld.Home).ConfigurationServer!.Machines!);
    }

    [Fact]
    [Requirement("MT-08")]
    public async Task Slots_are_promised_at_the_site_that_a_reprotect_leads_to()
    {
        await using var world = await ReadinessStage.WorldAsync("ReprotectHome");
        await world.AddSiteAsync();
        await world.RunAsync(new StartFailover(ReadinessStage.Neighbour, null, true));
        await world.RunAsync(new CommitFailover(ReadinessStage.Neighbour));
        WorldEdit.Make(world, "elsewhere:masterTargets.0.attachedDisks=58");
        using var held = new ManualResetEventSlim();
        world.Setup.OnProgress = progress => _ = progress.Task != "Prerequisite check" || held.Wait(DrWorld.Patience);
        var first = await world.Engine.SubmitAsync(ToElsewhere);

        var refused = await world.RefusedAsync(new Reprotect(ReadinessStage.Neighbour) { Fabric = DrWorld.Elsewhere });
        var home = await world.Engine.PreviewAsync(new Reprotect(ReadinessStage.Neighbour));
        held.Set();

        Assert.Equal(["MasterTargetFull"], refused);
        Assert.DoesNotContain(home.Checks, check => check is { Id: "FreeSlots", Passed: false });
        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(first.Name).WaitAsync(DrWorld.Patience)).State);
        Assert.Equal(["MasterTargetFull"], await world.RefusedAsync(new Reprotect(ReadinessStage.Neighbour) { Fabric = DrWorld.Elsewhere }));
    }

    [Fact]
    [Requirement("RP-06", "RPL-03", "TO-08")]
    public async Task A_replication_group_comes_home_to_one_site()
    {
        await using var world = await PlanWorld.CreateAsync("group");
        await world.AddSiteAsync();
        await world.RunAsync(await PlanWorld.RunAsync(world, PlanWorld.FailOver));
        await world.RunAsync(await PlanWorld.RunAsync(world, PlanWorld.Commit));
        Task<RunRecoveryPlan> ToAsync(Func<string, string?> fabric) => PlanWorld.RunAsync(world, item => new Reprotect(item) { Fabric = fabric(item) });

        Assert.Contains("PlanMasterTargets", await world.RefusedAsync(await ToAsync(item => item == "db01" ? null : DrWorld.Elsewhere)));
        await world.RunAsync(await ToAsync(_ => DrWorld.Elsewhere));

        Assert.All(PlanWorld.Names, name => Assert.Equal(DrWorld.Elsewhere, world.Engine.RuntimeOf(name).State.Facts.HomeFabric));
        Assert.Equal(3, world.Inventory(DrWorld.Elsewhere).Machines.Count);
    }

    [Fact]
    [Requirement("RP-06", "RPL-03", "RP-03")]
    public async Task A_replication_group_whose_home_is_lost_while_it_replicates_there_comes_home_elsewhere()
    {
        await using var world = await PlanWorld.CreateAsync("group");
        await world.RunAsync(await PlanWorld.RunAsync(world, PlanWorld.FailOver));
        await world.RunAsync(await PlanWorld.RunAsync(world, PlanWorld.Commit));
        await world.RunAsync(await PlanWorld.RunAsync(world, item => new Reprotect(item)));
        await world.AddSiteAsync();
        WorldEdit.Make(world, "elsewhere:masterTargets.0.name=mt91");
        Directory.Delete(world.SiteRoot(DrWorld.Home), recursive: true);

        await world.RunAsync(await PlanWorld.RunAsync(world, item => new Reprotect(item) { Fabric = DrWorld.Elsewhere }));

        Assert.All(PlanWorld.Names, name => Assert.Equal((DrWorld.Elsewhere, "mt91"), (world.Engine.RuntimeOf(name).State.Facts.HomeFabric, world.Engine.RuntimeOf(name).State.Facts.MasterTarget)));
        Assert.Equal(3, world.Inventory(DrWorld.Elsewhere).Machines.Count);
    }

    [Fact]
    [Requirement("TO-08")]
    public async Task A_part_of_a_protection_group_that_goes_another_way_is_told()
    {
        await using var world = await DrWorld.CreateAsync();
        world.AddMachine("web02", MachineModel.Random([1 << 20], 12));
        foreach (var name in new[] { DrWorld.Item, "web02" })
        {
            await world.RunAsync(new EnableProtection(name, DrWorld.Home, DrWorld.Azure, DrWorld.Policy) { ProtectionGroup = "PG1" });
        }

        await world.MoveAsync();
        await world.AddSiteAsync();

        var job = await world.RunAsync(ToElsewhere);

        Assert.Contains("ProtectionGroupSplit", job.Warnings.Select(warning => warning.Id));
        Assert.Equal("PG1_Failback", (await world.ItemAsync()).ProtectionGroup);
    }

    private static async Task<DrWorld> InAzureAsync()
    {
        var world = await DrWorld.ProtectedAsync();
        world.Write();
        await world.MoveAsync();
        world.Write();
        return world;
    }
}
