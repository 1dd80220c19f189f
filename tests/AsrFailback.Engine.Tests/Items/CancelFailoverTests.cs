using AsrFailback.Core.Protection;

namespace AsrFailback.Engine.Tests;

/// <summary>
/// A failover is taken back before its commit (FO-07). To see it fail: leave <c>BringToNewest</c> out of
/// <c>CancelFailoverOperation</c>, or give the source its old epoch.
/// </summary>
public sealed class CancelFailoverTests
{
    [Fact]
    [Requirement("FO-07")]
    public async Task The_machine_runs_at_its_source_again_with_every_byte_it_had_there_and_is_protected()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.PointAsync("old");
        var old = world.Model.Copy();
        world.Write();
        await world.SourceDiesWithUnsentWritesAsync();
        var source = world.Model.Copy();
        await world.FailOverAsync();
        world.HomeReturns();
        world.Write();

        await world.RunAsync(new CancelFailover(DrWorld.Item));

        world.Model = source;
        world.AssertImages(DrWorld.Home, world.Model);
        Assert.Equal((Phase.Protected, Side.Home), (world.Facts.Phase, world.Facts.ActiveSide));
        Assert.Equal((PowerState.On, PowerState.Off), (world.Power(DrWorld.Home), world.Power(DrWorld.Azure)));
        var point = (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Single(point => point.Label == "old");
        Assert.Empty(MachineModel.ReadFrom(world.Engine.OpenPoint(DrWorld.Item, point.Id)).DifferencesFrom(old));
        world.Write();
        await world.MoveAsync();
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    [Requirement("FO-07", "FB-02")]
    public async Task A_failback_is_taken_back_and_the_machine_runs_in_Azure_again()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.MoveAsync();
        await world.RunAsync(new Reprotect(DrWorld.Item));
        world.Write();
        await world.FailOverAsync(shutDown: true);
        var source = world.Model.Copy();
        world.Write();

        await world.RunAsync(new CancelFailover(DrWorld.Item));

        world.Model = source;
        world.AssertImages(DrWorld.Azure, world.Model);
        Assert.Equal((PowerState.Off, PowerState.On), (world.Power(DrWorld.Home), world.Power(DrWorld.Azure)));
        world.Write();
        await world.MoveAsync();
        world.AssertImages(DrWorld.Home, world.Model);
    }

    [Fact]
    [Requirement("FO-07")]
    public async Task It_is_refused_while_the_source_is_away_and_nothing_changes()
    {
        await using var world = await DrWorld.ProtectedAsync();
        world.Model = await world.SourceDiesWithUnsentWritesAsync();
        await world.FailOverAsync();
        var before = world.Fingerprint();

        Assert.Equal(["SiteUnreachable"], await world.RefusedAsync(new CancelFailover(DrWorld.Item)));

        Assert.Equal(before, world.Fingerprint());
    }

    [Fact]
    [Requirement("FO-07")]
    public async Task It_is_refused_when_a_disk_of_the_source_is_gone()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.FailOverAsync(shutDown: true);
        File.Delete(Directory.EnumerateFiles(Path.Combine(world.SiteRoot(DrWorld.Home), "datastores"), "*-flat.vmdk", SearchOption.AllDirectories).First());

        Assert.Equal(["OldSourceGone"], await world.RefusedAsync(new CancelFailover(DrWorld.Item)));
    }

    [Fact]
    [Requirement("FO-07")]
    public async Task A_history_that_cannot_be_read_costs_the_points_and_not_the_machine()
    {
        await using var world = await DrWorld.ProtectedAsync();
        world.Write();
        await world.FailOverAsync(shutDown: true);
        var source = world.Model.Copy();
        world.Write();
        var segment = Directory.EnumerateFiles(world.SiteRoot(DrWorld.Azure), "*.seg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Last();
        using (var file = File.Open(segment, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
        {
            file.Seek(5000, SeekOrigin.Begin);
            file.Write(new byte[64]);
        }

        var job = await world.RunAsync(new CancelFailover(DrWorld.Item));

        Assert.Contains(job.Warnings, warning => warning.Id == "ReplicaBegunAnew");
        world.Model = source;
        world.AssertImages(DrWorld.Home, world.Model);
        await Waiting.UntilAsync(() => world.Engine.RuntimeOf(DrWorld.Item).Session!.Status.Mode == ReplicationMode.InOrder);
        await world.PointAsync();
        await world.MoveAsync();
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    [Requirement("FO-07")]
    public async Task An_epoch_is_never_used_twice_and_a_second_failover_goes_through()
    {
        await using var world = await DrWorld.ProtectedAsync();
        var epochs = new List<long>();
        for (var round = 0; round < 3; round++)
        {
            epochs.Add(world.Facts.Epoch);
            await world.FailOverAsync(shutDown: true);
            epochs.Add(world.Facts.Epoch);
            await world.RunAsync(new CancelFailover(DrWorld.Item));
            world.Write(5);
        }

        Assert.Equal(epochs.Order().Distinct(), epochs);
        world.AssertImages(DrWorld.Home, world.Model);
    }
}
