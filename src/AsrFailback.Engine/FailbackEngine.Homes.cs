using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;

namespace AsrFailback.Engine;

/// <content>Where machines come home to (RP-10, RP-15).</content>
public sealed partial class FailbackEngine
{
    /// <summary>The site that a reprotect of a machine in Azure leads to: the named one, or the item's home.</summary>
    internal static string HomeFor(ProtectionFacts facts, Reprotect command) => command.Fabric ?? facts.HomeFabric;

    /// <summary>The facts that a command is judged by: those of the item, as they will be where its home moves, or its data goes the other way.</summary>
    private ProtectionFacts FactsFor(ProtectionFacts known, ItemCommand command)
    {
        var facts = command is StartFailover && known.BringsDataHome ? known with { SourceSide = known.ActiveSide } : known;
        return NewHomeOf(facts, command) is { } home && FabricOf(home) is { } fabric ? HomeMove.To(facts, fabric.Name, fabric.Kind, Guid.Empty) : facts;
    }

    // The site that a reprotect or a planned failback names, where that is not the item's home.
    private static string? NewHomeOf(ProtectionFacts facts, ItemCommand command) =>
        command is Reprotect { Fabric: { } named } && facts.ActiveSide == Side.Recovery && !IsName(named, facts.HomeFabric) ? named
        : command is StartFailover { Fabric: { } asked } && facts.BringsDataHome && !IsName(asked, facts.HomeFabric) ? asked
        : null;

    // Sites of ESXi hosts that were discovered with a master target of the machine's family.
    private IReadOnlyList<string> PossibleHomes(ProtectionFacts facts)
    {
        var family = TryFindMachine(facts)?.OperatingSystem;
        return
        [
            .. from document in _store.List("fabric")
               let site = TryInventoryOf(document.Key)
               where site is { Reachable: true } && site.Kind.IsVSphere()
               where site.MasterTargets.Any(server => family is null || IsName(server.OperatingSystem, family))
               orderby site.Fabric
               select site.Fabric,
        ];
    }

    // Where the machine was left its epoch says so; a later one is the work of another copy of the vault.
    private AsrError? ReasonOutdatedAt(string fabric, ProtectionFacts facts)
    {
        var newest = HomeMove.HasLeft(facts, fabric) ? HomeMove.FenceOf(facts) : facts.Epoch;
        return Site(fabric).EpochOf(facts.Item) is var epoch && epoch > newest
            ? ErrorCatalogue.Error("VaultOutdated", facts.Item, fabric, $"epoch {epoch}", $"epoch {facts.Epoch}")
            : null;
    }
}
