using AsrFailback.Core.Protection;

namespace AsrFailback.Engine.Tests;

/// <summary>Physical servers fail over to Azure and come home as VMware machines (RP-10).</summary>
public sealed class PhysicalServerTests
{
    private static readonly Reprotect ToElsewhere = new(DrWorld.Item) { Fabric = DrWorld.Elsewhere };

    [Fact]
    [Requirement("RP-10", "FO-04", "TO-01")]
    public async Task A_physical_server_comes_home_as_a_new_VMware_machine_and_is_one_from_then_on()
    {
        await using var world = await InAzureAsync();
        await world.AddSiteAsync();

        var preview = await world.Engine.PreviewAsync(ToElsewhere);
        var job = await world.RunAsync(ToElsewhere);

        Assert.Equal((DrWorld.Elsewhere, new NewMachinePlace(DrWorld.Item, "esxi01", "datastore1")), (preview.To, preview.NewMachine));
        Assert.InRange(job.Tasks.Sum(task => task.Bytes), 8 << 20, 12 << 20);
        world.AssertImages(DrWorld.Elsewhere, world.Model);
        world.Write();
        await world.MoveAsync();
        world.AssertImages(DrWorld.Elsewhere, world.Model);
        Assert.Equal((FabricKind.VMware, PowerState.Off), (world.Facts.HomeKind, world.Power(DrWorld.Home)));
        await world.ReprotectAndMoveAsync(DrWorld.Azure);
        await world.ReprotectAndMoveAsync(DrWorld.Elsewhere);
    }

    [Fact]
    [Requirement("FO-01", "FO-04")]
    public async Task It_is_tested_in_Azure_beside_production_and_never_planned()
    {
        await using var world = await ProtectedAsync();
        world.Write();
        await world.PointAsync();

        await world.RunAsync(new StartTestFailover(DrWorld.Item, null, null));
        await world.RunAsync(new CleanUpTestFailover(DrWorld.Item));

        Assert.Equal(["UnsupportedDirection"], await world.RefusedAsync(new StartFailover(DrWorld.Item, null, true) { Type = FailoverType.Planned }));
        world.AssertImages(DrWorld.Home, world.Model);
    }

    [Fact]
    [Requirement("RP-10", "FO-04")]
    public async Task It_never_comes_back_to_a_physical_server_and_the_refusal_names_the_sites_that_take_it()
    {
        await using var world = await InAzureAsync();
        await world.AddSiteAsync("dc0", FabricKind.Physical);
        Assert.Contains("Discovered here: -.", await AdviceAsync(world, new Reprotect(DrWorld.Item)), StringComparison.Ordinal);
        await world.AddSiteAsync("dc1");
        await world.AddSiteAsync("dc2", FabricKind.AzureVMwareSolution);
        await world.AddSiteAsync("dc3", FabricKind.HyperV);
        await world.AddSiteAsync("dc4");
        world.EditSite("dc4", site => site["masterTargets"]![0]!["operatingSystem"] = "Windows");

        foreach (var home in new[] { null, DrWorld.Home, "dc0" })
        {
            Assert.Contains("Discovered here: dc1, dc2.", await AdviceAsync(world, new Reprotect(DrWorld.Item) { Fabric = home }), StringComparison.Ordinal);
        }

        await world.RunAsync(new Reprotect(DrWorld.Item) { Fabric = "DC2" });

        Assert.Equal("dc2", world.Facts.HomeFabric);
        world.AssertImages("dc2", world.Model);
    }

    [Fact]
    [Requirement("RP-10")]
    public async Task Windows_Server_2008_R2_SP1_is_warned_of_at_protection_and_refused_at_reprotect()
    {
        await using var world = await DrWorld.CreateAsync(FabricKind.Physical);
        world.EditMachine(DrWorld.Home, machine => machine["guest"] = new System.Text.Json.Nodes.JsonObject { ["version"] = "Windows Server 2008 R2 SP1" });

        var preview = await world.Engine.PreviewAsync(DrWorld.Enable());
        await world.RunAsync(DrWorld.Enable());
        await world.MoveAsync();
        await world.AddSiteAsync();

        Assert.Contains(preview.Checks, check => check is { Id: "OperatingSystemReturns", State: CheckState.Warning, Finding.Id: "PhysicalWindows2008" });
        Assert.Equal(["PhysicalWindows2008"], await world.RefusedAsync(ToElsewhere));
        Assert.Equal(DrWorld.Home, world.Facts.HomeFabric);
    }

    [Fact]
    [Requirement("RP-10")]
    public async Task A_plan_brings_physical_servers_home()
    {
        await using var world = await InAzureAsync();
        await world.AddSiteAsync();
        await world.RunAsync(new SaveRecoveryPlan(PlanWorld.Of([DrWorld.Item]), Replace: false));

        await world.RunAsync(await PlanWorld.RunAsync(world, item => new Reprotect(item) { Fabric = DrWorld.Elsewhere }));

        Assert.Equal((DrWorld.Elsewhere, "mt01"), (world.Facts.HomeFabric, world.Facts.MasterTarget));
    }

    // A disk of a physical server is raw, what a program finds there are its bytes and nothing else.
    [Fact]
    public async Task Its_disks_are_raw()
    {
        await using var world = await ProtectedAsync();
        world.Write();
        await world.CloseAsync();

        var disk = File.ReadAllBytes(Path.Combine(world.SiteRoot(DrWorld.Home), "disks", DrWorld.Item, "disk0.img"));

        Assert.Equal(world.Model.Disks[0], disk);
    }

    // The advice of the one reason it is refused with.
    private static async Task<string> AdviceAsync(DrWorld world, Reprotect command)
    {
        var refusal = await Assert.ThrowsAsync<AsrException>(() => world.Engine.SubmitAsync(command));
        var reason = Assert.Single(refusal.Error.Reasons);
        Assert.Equal("TargetPhysical", reason.Id);
        return reason.RecommendedAction;
    }

    private static async Task<DrWorld> ProtectedAsync()
    {
        var world = await DrWorld.CreateAsync(FabricKind.Physical);
        await world.RunAsync(DrWorld.Enable());
        return world;
    }

    private static async Task<DrWorld> InAzureAsync()
    {
        var world = await ProtectedAsync();
        world.Write();
        await world.MoveAsync();
        world.Write();
        return world;
    }
}
