using AsrFailback.Core.Protection;

namespace AsrFailback.Engine.Tests;

/// <content>Flows of Hyper-V and VMM sites.</content>
internal sealed partial record InterruptedFlow
{
    private static StartFailover Planned => new(DrWorld.Item, null, ShutDownSource: true) { Type = FailoverType.Planned };

    private static StartFailover ToOtherHyperV => Planned with { Fabric = DrWorld.Elsewhere, CreateMachine = true, CompletesItself = true };

    private static InterruptedFlow OwnSites(Func<DrWorld, Task> prepare, Func<DrWorld, FailbackCommand> command, Phase phase, Func<DrWorld, Task> goOn) =>
        new(prepare, command, phase, DrWorld.Azure, goOn) { Home = FabricKind.Vmm, Recovery = FabricKind.Vmm };

    private static InterruptedFlow ToHyperV(Func<DrWorld, Task> prepare, Func<DrWorld, FailbackCommand> command) =>
        new(prepare, command, Phase.CommitPending, DrWorld.Home, StartsAndProtectsAgainAsync) { Home = FabricKind.HyperV };

    private static async Task FailedOverPlannedAsync(DrWorld world)
    {
        await ProtectedWithWritesAsync(world);
        await world.RunAsync(Planned);
        world.Write(10);
    }

    // What was sent before is not what the machine holds by now.
    private static async Task GivenUpAsync(DrWorld world)
    {
        await DivergedAsync(world);
        var waiting = await world.TryAsync(Planned);
        world.Write(5);
        await world.Engine.StopJobAsync(waiting.Name);
        world.Write(5);
    }

    private static async Task OtherHyperVAsync(DrWorld world)
    {
        await DivergedAsync(world);
        await world.AddSiteAsync(kind: FabricKind.HyperV);
    }

    private static async Task CommitAndComeBackAsync(DrWorld world)
    {
        world.Write(5);
        await world.RunAsync(new CommitFailover(DrWorld.Item));
        await ComeBackAsync(world);
    }

    private static async Task ComeBackAsync(DrWorld world)
    {
        world.Write(5);
        await world.RunAsync(Planned);
        world.AssertImages(DrWorld.Home, world.Model);
        Assert.Equal(PowerState.Off, world.Power(DrWorld.Azure));
    }

    private static async Task StartsAndProtectsAgainAsync(DrWorld world)
    {
        Assert.False(world.Facts.HomeInconsistent || world.Inventory(DrWorld.Home).Machines.Single().Inconsistent);
        await CommitAndProtectAgainAsync(world);
    }
}
