using AsrFailback.Core.Protection;
using AsrFailback.Core.Readiness;
using AsrFailback.Engine.Items;

namespace AsrFailback.Engine;

/// <content>What failovers under way will take at a site, who leaves it together, and where machines have their addresses.</content>
public sealed partial class FailbackEngine
{
    // As submissions come one after the other, two cannot be promised the same address or the same memory.
    private Arrivals ArrivingAt(SiteView target, string except, Evaluation evaluation) => evaluation
        .ArrivingAt(target.Inventory.Fabric, () => Jobs.Unfinished().Select(record => record.Command).OfType<StartFailover>(), command => ArrivalOf(command, target, evaluation))
        .Except(except);

    // A machine that runs there already is counted by the inventory.
    private Machine? ArrivalOf(StartFailover command, SiteView target, Evaluation evaluation)
    {
        if (TryRuntimeOf(command.Item)?.State.Facts is not { Phase: Phase.Protected } facts || !IsName(facts.FabricOf(facts.TargetSide), target.Inventory.Fabric)
            || target.Find(command.Item) is not { Power: PowerState.Off } machine)
        {
            return null;
        }

        var source = evaluation.TryFind(this, facts, facts.ActiveSide);
        return machine with { Nics = NicPlan.OnArrival(facts, NetworkMappings, source, machine, target.Inventory.Networks) };
    }

    /// <summary>The network interfaces that the machine of an item will have at its target, as both sites are now (FO-12).</summary>
    /// <exception cref="AsrException"><c>SiteInvalid</c>: the site's file, or that of the waiting machine, cannot be read.</exception>
    internal IReadOnlyList<MachineNic> NicsOnArrival(ProtectionFacts facts)
    {
        var source = Site(facts.FabricOf(facts.SourceSide)).IsReachable ? TryFindMachine(facts, facts.SourceSide) : null;
        var target = Site(facts.FabricOf(facts.TargetSide)).Snapshot(facts.Item);
        return NicPlan.OnArrival(facts, NetworkMappings, source, target is { Machines: [var waiting, ..] } ? waiting : null, target.Networks);
    }

    // Those of the plan that is judged, or of the one that the asking job works for.
    private Departures LeavingWith(SiteView source, string? asJob, Evaluation evaluation)
    {
        var together = Jobs.RunOf(asJob) is { } plan ? plan.Commands : evaluation.Together;
        return evaluation.LeavingFrom(source.Inventory.Fabric, () => together.OfType<StartFailover>()
            .Where(command => TryRuntimeOf(command.Item)?.State.Facts is { Phase: Phase.Protected } facts && IsName(facts.FabricOf(facts.SourceSide), source.Inventory.Fabric))
            .Select(command => source.Find(command.Item)).OfType<Machine>());
    }

    // A site that is gone cannot be asked for the network interfaces of its machines: they are kept while it is there.
    private static void NoteNics(ItemRuntime item, Machine? home)
    {
        if (home is not null && item.Failure is not { Id: "VaultOutdated" } && item.State.Facts is { Phase: Phase.Protected, ActiveSide: Side.Home, Switching: false })
        {
            item.State.Change(facts => facts.WithHomeNics(home.Nics));
        }
    }
}
