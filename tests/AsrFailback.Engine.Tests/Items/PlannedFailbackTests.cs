using AsrFailback.Core.Protection;

namespace AsrFailback.Engine.Tests;

/// <summary>From Azure to Hyper-V and VMM a planned failover brings the data home (FB-05, FB-06, FB-07).</summary>
public sealed class PlannedFailbackTests
{
    private static readonly StartFailover Planned = new(DrWorld.Item, null, ShutDownSource: true) { Type = FailoverType.Planned };

    [Theory]
    [Requirement("FB-05", "FO-04", "FB-02")]
    [InlineData(FabricKind.HyperV)]
    [InlineData(FabricKind.Vmm)]
    public async Task Data_is_sent_while_the_machine_runs_and_its_last_changes_when_it_is_completed(FabricKind home)
    {
        await using var world = await InAzureAsync(home);

        var waiting = await world.TryAsync(Planned);
        Assert.Equal(JobState.Suspended, waiting.State);
        world.Write(); // it runs on in Azure
        var item = await world.ItemAsync();
        Assert.Equal([AllowedOperation.FinalizeFailback], item.AllowedOperations);
        await world.Engine.CompleteFailoverAsync(DrWorld.Item, "now");
        var job = await world.Engine.WaitForJobAsync(waiting.Name).WaitAsync(DrWorld.Patience);

        Assert.Equal(JobState.Succeeded, job.State);
        Assert.True(job.Downtime < job.EndTime - job.StartTime);
        Assert.Equal((Phase.CommitPending, Side.Home, false), (world.Facts.Phase, world.Facts.ActiveSide, world.Facts.HomeInconsistent));
        world.Write();
        await CommitAndProtectAgainAsync(world);
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Theory]
    [Requirement("FB-05")]
    [InlineData(FabricKind.HyperV)]
    [InlineData(FabricKind.Vmm)]
    public async Task All_of_it_is_sent_once_the_machine_is_shut_down(FabricKind home)
    {
        await using var world = await InAzureAsync(home);

        var job = await world.RunAsync(Planned with { DataSync = DataSync.DuringFailover });

        Assert.InRange(job.Tasks.Sum(task => task.Bytes), world.Model.Disks.Sum(disk => disk.Length) / 2, long.MaxValue);
        await CommitAndProtectAgainAsync(world);
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    [Requirement("FB-06")]
    public async Task One_that_is_cancelled_leaves_a_machine_that_cannot_be_started_and_a_new_one_completes_it()
    {
        await using var world = await InAzureAsync(FabricKind.HyperV);
        var waiting = await world.TryAsync(Planned);

        var stopped = await world.Engine.StopJobAsync(waiting.Name);

        Assert.Equal(JobState.Cancelled, stopped.State);
        Assert.Equal((Phase.Committed, Side.Recovery, true), (world.Facts.Phase, world.Facts.ActiveSide, world.Facts.HomeInconsistent));
        Assert.Contains((await world.ItemAsync()).HealthErrors, error => error.Id == "HomeInconsistent");
        Assert.True(world.Inventory(DrWorld.Home).Machines.Single().Inconsistent);
        await world.ReopenAsync();
        world.Write();
        await world.RunAsync(Planned with { CompletesItself = true });
        Assert.False(world.Inventory(DrWorld.Home).Machines.Single().Inconsistent);
        await CommitAndProtectAgainAsync(world);
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    [Requirement("FB-05")]
    public async Task A_reprotect_from_Azure_is_refused_and_the_refusal_names_what_brings_it_home()
    {
        await using var world = await InAzureAsync(FabricKind.HyperV);

        var refusal = await Assert.ThrowsAsync<AsrException>(() => world.Engine.SubmitAsync(new Reprotect(DrWorld.Item)));

        Assert.Equal("ComesHomeByFailover", Assert.Single(refusal.Error.Reasons).Id);
        Assert.Equal(["UnsupportedDirection"], await world.RefusedAsync(Planned with { Type = FailoverType.Unplanned }));
    }

    [Fact]
    [Requirement("FB-07")]
    public async Task It_comes_home_to_another_host_that_has_its_switch()
    {
        await using var world = await InAzureAsync(FabricKind.HyperV);
        await world.AddSiteAsync(kind: FabricKind.HyperV);
        var elsewhere = Planned with { Fabric = DrWorld.Elsewhere, VMHost = "hv02", CompletesItself = true };

        Assert.Equal(["HomeMachineGone"], await world.RefusedAsync(elsewhere));
        elsewhere = elsewhere with { CreateMachine = true };
        Assert.Equal(["HostUnknown"], await world.RefusedAsync(elsewhere with { VMHost = "hv09" }));
        world.EditSite(DrWorld.Elsewhere, site => site["hosts"]![1]!["operatingSystem"] = "Windows Server 2012");
        Assert.Equal(["HostNotHyperV"], await world.RefusedAsync(elsewhere));
        world.EditSite(DrWorld.Elsewhere, site => (site["hosts"]![1]!["operatingSystem"], site["hosts"]![1]!["switches"]![0]) = ("Windows Server 2022", "Test"));
        Assert.Equal(["SwitchMissing"], await world.RefusedAsync(elsewhere));
        world.EditSite(DrWorld.Elsewhere, site => site["hosts"]![1]!["switches"]![0] = "production");

        var preview = await world.Engine.PreviewAsync(elsewhere);
        await world.RunAsync(elsewhere);

        Assert.Equal((DrWorld.Elsewhere, "hv02"), (preview.NewMachine is { } made ? preview.To : "", preview.NewMachine!.Host));
        Assert.Equal((DrWorld.Elsewhere, "hv02"), (world.Facts.HomeFabric, world.Inventory(DrWorld.Elsewhere).Machines.Single().Host));
        world.Write();
        await CommitAndProtectAgainAsync(world, DrWorld.Elsewhere);
    }

    private static async Task CommitAndProtectAgainAsync(DrWorld world, string home = DrWorld.Home)
    {
        await world.RunAsync(new CommitFailover(DrWorld.Item));
        Assert.Equal(ProtectionState.PlannedFailoverCommitted, (await world.ItemAsync()).ProtectionState);
        world.Write();
        await world.RunAsync(new Reprotect(DrWorld.Item));
        world.Write();
        await world.DrainAsync();
        Assert.Equal(ProtectionState.Protected, (await world.ItemAsync()).ProtectionState);
        await world.CloseAsync();
        world.AssertImages(home, world.Model);
    }

    private static async Task<DrWorld> InAzureAsync(FabricKind home)
    {
        var world = await DrWorld.ProtectedAsync(home);
        world.Write();
        await world.RunAsync(Planned);
        await world.RunAsync(new CommitFailover(DrWorld.Item));
        world.Write();
        return world;
    }
}
