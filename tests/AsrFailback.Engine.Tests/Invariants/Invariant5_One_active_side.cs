using AsrFailback.Core.Protection;

namespace AsrFailback.Engine.Tests;

/// <summary>
/// Source and target are never both on, and the side that is not active cannot write. To see it fail: power the target
/// on before <c>CloseSourceAsync</c> in <c>FailoverOperation</c>, or leave the facts out of <c>ItemFence</c>.
/// </summary>
public sealed class Invariant5_One_active_side
{
    [Fact]
    [Requirement("RP-04")]
    public async Task At_no_change_of_any_file_are_both_machines_on_while_both_sites_answer()
    {
        var watch = new PowerWatch();
        await using var world = await DrWorld.CreateAsync(new WorldSetup { DiskBytes = [1 << 20, 1 << 20] });
        watch.Watch(world);
        await world.RunAsync(DrWorld.Enable());
        for (var round = 0; round < 2; round++)
        {
            world.Write(5);
            await world.DrainAsync();
            await world.FailOverAsync(shutDown: round == 0);
            await world.RunAsync(new CommitFailover(DrWorld.Item));
            await world.ReprotectAndMoveAsync(DrWorld.Home);
            await world.RunAsync(new Reprotect(DrWorld.Item));
            await world.DrainAsync();
        }

        Assert.True(watch.Looks > 500, $"only {watch.Looks} looks");
        Assert.Empty(watch.Breaches);
    }

    [Fact]
    public async Task An_old_source_that_returns_after_a_failover_is_off()
    {
        var watch = new PowerWatch();
        await using var world = await DrWorld.ProtectedAsync();
        watch.Watch(world);
        world.Model = await world.SourceDiesWithUnsentWritesAsync();
        await world.FailOverAsync();

        world.HomeReturns();
        watch.Look(world, "the return of the old site");
        world.Write(5);
        await world.RunAsync(new CommitFailover(DrWorld.Item));

        Assert.Empty(watch.Breaches);
    }

    [Fact]
    public async Task The_fence_of_the_old_side_refuses_once_the_epoch_has_changed()
    {
        await using var world = await DrWorld.ProtectedAsync();
        var state = world.Engine.RuntimeOf(DrWorld.Item).State;
        var old = state.Fence(Side.Home, state.Facts.Epoch);
        old.RequireWritable();

        await world.FailOverAsync(shutDown: true);

        Assert.Equal("WriteRefused", Assert.Throws<AsrException>(old.RequireWritable).Error.Id);
        Assert.Equal("WriteRefused", Assert.Throws<AsrException>(state.Fence(Side.Recovery, state.Facts.Epoch - 1).RequireWritable).Error.Id);
        state.Fence(Side.Recovery, state.Facts.Epoch).RequireWritable();
    }

    [Fact]
    public async Task A_device_kept_from_before_the_failover_writes_nothing_more()
    {
        await using var world = await DrWorld.ProtectedAsync();
        var old = world.Engine.OpenMachine(DrWorld.Item);
        await world.FailOverAsync(shutDown: true);

        var refusal = Assert.Throws<AsrException>(() => old.Write(0, 0, new byte[512]));

        Assert.Contains(refusal.Error.Id, new[] { "WriteRefused", "MachineClosed" });
        world.AssertImages(DrWorld.Home, world.Model);
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Theory]
    [Requirement("FO-03")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Every_write_acknowledged_before_a_failover_with_shutdown_is_in_its_point(int seed)
    {
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { Seed = seed });
        var device = world.Engine.OpenMachine(DrWorld.Item);
        using var begun = new SemaphoreSlim(0);
        var writing = Task.Run(() =>
        {
            for (var count = 0; ; count++)
            {
                if (count == 50)
                {
                    begun.Release();
                }

                if (Record.Exception(() => world.Model.Write(device, world.Random, 1)) is { } refused)
                {
                    return Assert.IsType<AsrException>(refused).Error.Id;
                }
            }
        });
        Assert.True(await begun.WaitAsync(DrWorld.Patience));

        await world.FailOverAsync(shutDown: true);

        Assert.Contains(await writing.WaitAsync(DrWorld.Patience), new[] { "WriteRefused", "MachineClosed" });
        world.AssertImages(DrWorld.Azure, world.Model);
        world.AssertImages(DrWorld.Home, world.Model);
    }

    [Fact]
    public async Task An_epoch_never_goes_back_and_grows_at_every_change_of_sides()
    {
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [1 << 20] });
        var epochs = new List<long> { world.Facts.Epoch };
        for (var move = 0; move < 3; move++)
        {
            await world.MoveAsync();
            epochs.Add(world.Facts.Epoch);
            await world.RunAsync(new Reprotect(DrWorld.Item));
        }

        Assert.Equal(epochs.Order().Distinct(), epochs);
        Assert.Equal(world.Facts.Epoch, world.Inventory(DrWorld.Azure).Machines.Single().Epoch);
    }
}
