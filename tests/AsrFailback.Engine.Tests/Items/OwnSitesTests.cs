using AsrFailback.Core.Protection;

namespace AsrFailback.Engine.Tests;

/// <summary>Between two VMM sites replication is reversed between equals (FO-08, FO-09).</summary>
public sealed class OwnSitesTests
{
    private static readonly StartFailover Planned = new(DrWorld.Item, null, ShutDownSource: true) { Type = FailoverType.Planned };

    [Fact]
    [Requirement("FO-08", "FO-09")]
    public async Task After_a_planned_failover_and_its_commit_the_machine_is_protected_and_comes_back_likewise()
    {
        await using var world = await VmmAsync();
        world.Write();
        await world.RunAsync(Planned);
        world.Write(5);

        var commit = await world.RunAsync(new CommitFailover(DrWorld.Item));

        Assert.Equal(ProtectionState.Protected, (await world.ItemAsync()).ProtectionState);
        Assert.Equal((Side.Recovery, ActiveLocation.Recovery), (world.Facts.ActiveSide, (await world.ItemAsync()).ActiveLocation));
        Assert.InRange(commit.Tasks.Sum(task => task.Bytes), 0, 5 << 20); // only the difference
        world.Write();
        await world.RunAsync(new StartTestFailover(DrWorld.Item, null, null));
        await world.RunAsync(new CleanUpTestFailover(DrWorld.Item));
        await world.RunAsync(Planned);
        world.Write();
        await world.RunAsync(new CommitFailover(DrWorld.Item));
        world.Write();
        await world.DrainAsync();
        await world.CloseAsync();
        world.AssertImages(DrWorld.Home, world.Model);
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    [Requirement("FO-08", "FO-09")]
    public async Task After_an_unplanned_failover_it_is_not_and_reversing_sends_everything_with_a_warning()
    {
        await using var world = await VmmAsync();
        world.Write();
        await world.SourceDiesWithUnsentWritesAsync();
        world.Model = await FailOverWithoutSourceAsync(world);
        await world.RunAsync(new CommitFailover(DrWorld.Item));
        world.HomeReturns();
        Assert.Equal(ProtectionState.UnplannedFailoverCommitted, (await world.ItemAsync()).ProtectionState);

        var preview = await world.Engine.PreviewAsync(new Reprotect(DrWorld.Item));
        var reverse = await world.RunAsync(new Reprotect(DrWorld.Item));

        Assert.Equal(world.Model.Disks.Sum(disk => (long)disk.Length), preview.EstimatedBytes);
        Assert.Contains(reverse.Warnings, warning => warning.Id == "ReverseResendsAll");
        world.Write();
        await world.RunAsync(Planned);
        await world.CloseAsync();
        world.AssertImages(DrWorld.Home, world.Model);
    }

    [Fact]
    [Requirement("FO-08", "FO-09")]
    public async Task Without_the_primary_the_commit_says_that_it_is_not_protected_yet()
    {
        await using var world = await VmmAsync();
        await world.RunAsync(Planned);
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);

        var commit = await world.RunAsync(new CommitFailover(DrWorld.Item));

        Assert.Contains(commit.Warnings, warning => warning.Id == "ReverseNotBegun");
        Assert.Equal(ProtectionState.PlannedFailoverCommitted, (await world.ItemAsync()).ProtectionState);
        world.HomeReturns();
        world.Write(5);
        var reverse = await world.RunAsync(new Reprotect(DrWorld.Item));
        Assert.DoesNotContain(reverse.Warnings, warning => warning.Id == "ReverseResendsAll");
        Assert.InRange(reverse.Tasks.Sum(task => task.Bytes), 0, 5 << 20);
    }

    private static Task<DrWorld> VmmAsync() => DrWorld.ProtectedAsync(FabricKind.Vmm, FabricKind.Vmm);

    private static async Task<MachineModel> FailOverWithoutSourceAsync(DrWorld world)
    {
        await world.FailOverAsync();
        return world.Images(DrWorld.Azure);
    }
}
