using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Fabrics.Embedded;
using AsrFailback.Replication.IO;

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

    [Fact]
    [Requirement("FO-08", "FO-11")]
    public async Task When_the_primary_dies_while_the_commit_reverses_it_is_committed_and_the_job_goes_on_later()
    {
        await using var world = await VmmAsync();
        await world.RunAsync(Planned);
        world.Write();
        world.Setup.OnFile = (_, path) => Fail(path.StartsWith(world.SiteRoot(DrWorld.Home), StringComparison.Ordinal) && path.Contains("redo.log", StringComparison.Ordinal), path);

        var commit = await world.TryAsync(new CommitFailover(DrWorld.Item));

        world.Setup.OnFile = (_, _) => { };
        Assert.Equal((JobState.Failed, Phase.Committed, PowerState.On), (commit.State, world.Facts.Phase, world.Power(DrWorld.Azure)));
        world.Write();
        await world.Engine.RestartJobAsync(commit.Name);
        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(commit.Name).WaitAsync(DrWorld.Patience)).State);
        world.Write();
        await world.RunAsync(Planned);
        world.AssertImages(DrWorld.Home, world.Model);
    }

    [Fact]
    [Requirement("FO-01")]
    public async Task A_test_machine_that_was_left_is_found_and_removed_wherever_the_machine_went_since()
    {
        await using var world = await VmmAsync();
        await world.RunAsync(new StartTestFailover(DrWorld.Item, null, null));
        world.Engine.RuntimeOf(DrWorld.Item).State.Change(facts => facts with { TestFailover = null });
        await world.RunAsync(Planned);
        await world.RunAsync(new CommitFailover(DrWorld.Item));
        Assert.Contains((await world.Engine.GetProtectedItemAsync(DrWorld.Item))!.HealthErrors, error => error.Id == "TestMachineLeft");

        await world.RunAsync(new CleanUpTestFailover(DrWorld.Item));

        Assert.Equal([DrWorld.Item], world.Inventory(DrWorld.Azure).Machines.Select(machine => machine.Name));
        Assert.DoesNotContain((await world.Engine.GetProtectedItemAsync(DrWorld.Item))!.HealthErrors, error => error.Id == "TestMachineLeft");
    }

    [Theory]
    [Requirement("RP-04")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_passive_machine_that_somebody_switched_on_is_off_again_and_compared(bool away)
    {
        await using var world = await VmmAsync();
        if (away)
        {
            await world.RunAsync(Planned);
            await world.RunAsync(new CommitFailover(DrWorld.Item));
        }

        var passive = away ? DrWorld.Home : DrWorld.Azure;
        world.Write();
        await world.DrainAsync();
        new EmbeddedSite(new LocalFileSystem(), passive, world.SiteRoot(passive)).PowerOn(DrWorld.Item, epoch: 0);

        await world.Engine.RefreshFabricAsync(passive);

        Assert.Equal(PowerState.Off, world.Power(passive));
        await Waiting.UntilAsync(() => !world.Facts.ReplicaSuspect);
        world.Write();
        await world.RunAsync(Planned);
        world.AssertImages(passive, world.Model);
    }

    private static void Fail(bool here, string path)
    {
        if (here)
        {
            throw ErrorCatalogue.Exception("FileMissing", path, "away for a moment");
        }
    }

    private static Task<DrWorld> VmmAsync() => DrWorld.ProtectedAsync(FabricKind.Vmm, FabricKind.Vmm);

    private static async Task<MachineModel> FailOverWithoutSourceAsync(DrWorld world)
    {
        await world.FailOverAsync();
        return world.Images(DrWorld.Azure);
    }
}
