using AsrFailback.Core.Protection;
using AsrFailback.Core.Readiness;
using AsrFailback.Engine.Items;

namespace AsrFailback.Engine;

/// <content>What failovers under way will take at a site, and where machines have their addresses.</content>
public sealed partial class FailbackEngine
{
    // As submissions come one after the other, two cannot be promised the same address or the same memory. A machine that runs
    // there already is counted by the inventory.
    private Machine[] ArrivingAt(SiteView target, string except, IEnumerable<FailbackCommand> earlier) =>
    [
        .. from command in Jobs.Unfinished().Select(record => record.Command).Concat(earlier).OfType<StartFailover>().DistinctBy(command => command.Item, StringComparer.OrdinalIgnoreCase)
           where !IsName(command.Item, except)
           let facts = TryRuntimeOf(command.Item)?.State.Facts
           where facts is { Phase: Phase.Protected } && IsName(facts.FabricOf(facts.TargetSide), target.Inventory.Fabric)
           let machine = target.Find(command.Item)
           where machine is { Power: PowerState.Off }
           select machine with { Guest = machine.Guest with { Address = AddressPlan.OnArrival(facts, TryFindMachine(facts)?.Guest, machine.Guest) } },
    ];

    // A site that is gone cannot be asked for the addresses of its machines: they are kept while it is there.
    private static void NoteAddresses(ItemRuntime item, Machine? home)
    {
        if (home is not null && item.Failure is not { Id: "VaultOutdated" } && item.State.Facts is { Phase: Phase.Protected, ActiveSide: Side.Home, Switching: false })
        {
            item.State.Change(facts => facts with { Addresses = AddressPlan.Of(home.Guest) });
        }
    }
}
