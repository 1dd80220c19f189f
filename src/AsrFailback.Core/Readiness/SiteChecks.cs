using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Readiness;

/// <summary>The two sites, and what connects them.</summary>
public static class SiteChecks
{
    /// <summary>Above this round trip a warning is given (ours).</summary>
    public const double SlowMilliseconds = 100;

    /// <summary>Below this bandwidth a warning is given (ours).</summary>
    public const double NarrowMegabits = 10;

    private const ProtectionOperation Reprotect = ProtectionOperation.Reprotect;
    private const ProtectionOperation Failover = ProtectionOperation.Failover;

    /// <summary>Whether the target answers; of servers by themselves, whether their site does.</summary>
    public static Check TargetReachable { get; } =
        new("TargetReachable", "FO-03", [Reprotect, Failover, ProtectionOperation.TestFailover, ProtectionOperation.CancelFailover], at => at.UnknownHome is null, at => Reachable(at.Target.Inventory));

    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> All { get; } =
    [
        new("SourceReachable", "RP-13", [Reprotect, ProtectionOperation.SwitchPoint, ProtectionOperation.CancelFailover], _ => true, at => Reachable(at.Source.Inventory)),
        TargetReachable,
        new("SitesConnected", "TO-07", [Reprotect], BothSeen, at => Outcome.Needs(
            at.Source.Inventory.Connected && at.Target.Inventory.Connected, "", WithoutLink(at).Id, WithoutLink(at).Arguments)),
        new("TargetHypervisor", "RP-09", [Reprotect], at => at.SeesTarget, at => Outcome.Unless(
            IsOtherHypervisor(at) && at.Facts.OriginKind is not (FabricKind.HyperV or FabricKind.Vmm)
                ? ErrorCatalogue.Error("TargetNotEsxi", at.Facts.Item, at.Target.Inventory.Fabric, Homes(at)) : null, $"{at.Target.Inventory.Kind}")),
        new("TargetNotPhysical", "RP-10", [Reprotect], at => at.SeesTarget, at => Outcome.Unless(
            at.Target.Inventory.Kind == FabricKind.Physical ? ErrorCatalogue.Error("TargetPhysical", at.Facts.Item, at.Target.Inventory.Fabric, Homes(at)) : null,
            $"{at.Target.Inventory.Kind}")),
        new("ConnectionHome", "TO-07", [Reprotect], at => at.GoesToVSphere && OnPremises(at).Connection is not null, at => Outcome.Needs(
            IsPrivate(OnPremises(at)), OnPremises(at).Connection!.Kind,
            "ConnectionUnsuitable", OnPremises(at).Fabric, OnPremises(at).Connection!.Kind)),
        new("ConnectionToAzure", "TO-07", [Reprotect], at => GoesToAzure(at) && OnPremises(at).Connection is not null, at => Outcome.Warns(
            !Words.Same(OnPremises(at).Connection!.Kind, "SiteToSiteVpn"), OnPremises(at).Connection!.Kind, "ConnectionVpnOnly", OnPremises(at).Fabric)),
        new("Latency", "TO-07", [Reprotect], at => BothSeen(at) && OnPremises(at).Connection?.LatencyMilliseconds is not null, at => Outcome.Warns(
            OnPremises(at).Connection!.LatencyMilliseconds <= SlowMilliseconds, $"{OnPremises(at).Connection!.LatencyMilliseconds} ms",
            "ConnectionSlow", OnPremises(at).Fabric, OnPremises(at).Connection!.LatencyMilliseconds!, SlowMilliseconds)),
        new("Bandwidth", "TO-07", [Reprotect], at => BothSeen(at) && OnPremises(at).Connection?.MegabitsPerSecond is not null, at => Outcome.Warns(
            OnPremises(at).Connection!.MegabitsPerSecond >= NarrowMegabits, $"{OnPremises(at).Connection!.MegabitsPerSecond} Mbit/s",
            "ConnectionNarrow", OnPremises(at).Fabric, OnPremises(at).Connection!.MegabitsPerSecond!, NarrowMegabits)),
        new("AzureNetwork", "TO-07", [Reprotect], GoesToAzure, at => Outcome.Needs(
            at.Target.Inventory.Networks.Count > 0, Words.List(at.Target.Inventory.Networks), "AzureNetworkMissing", at.Target.Inventory.Fabric)),
        new("MasterTargetUsed", "RP-01", [Reprotect], at => GoesToAzure(at) && !at.MovesHome, at => Outcome.Needs(
            at.Reprotect is not { } command || (command.Fabric ?? command.MasterTarget ?? command.Datastore ?? command.RetentionVolume) is null, "",
            "MasterTargetNotUsed", at.Target.Inventory.Fabric)),
        new("Network", "FO-01", [ProtectionOperation.TestFailover], at => at.SeesTarget && NetworkOf(at) is not null, at => Outcome.Needs(
            at.Target.Inventory.Networks.Has(NetworkOf(at)!), NetworkOf(at)!,
            "NetworkNotFound", NetworkOf(at)!, Words.List(at.Target.Inventory.Networks))),
    ];

    // Only on the path of VMware is a configuration server between them.
    private static (string Id, object[] Arguments) WithoutLink(Situation at) => at.Facts.Path == ProviderPath.InMage
        ? ("ConfigurationServerUnreachable", [at.Facts.Item, OnPremises(at).Fabric])
        : ("LinkDown", [at.Source.Inventory.Fabric, at.Target.Inventory.Fabric]);

    /// <summary>The site that is not Azure: its link is the one that matters.</summary>
    internal static InventorySnapshot OnPremises(Situation at) =>
        at.Target.Inventory.Kind == FabricKind.Azure ? at.Source.Inventory : at.Target.Inventory;

    /// <summary>Whether a connection can carry replication home.</summary>
    internal static bool IsPrivate(InventorySnapshot site) =>
        site.Connection is null || Words.Same(site.Connection.Kind, "SiteToSiteVpn") || Words.Same(site.Connection.Kind, "ExpressRoutePrivate");

    // A site of physical servers has a refusal of its own. In Azure a machine has nothing to come home to.
    private static bool IsOtherHypervisor(Situation at) =>
        at.Target.Inventory.Kind is FabricKind.HyperV or FabricKind.Vmm || (at.MovesHome && at.Target.Inventory.Kind == FabricKind.Azure);

    /// <summary>The sites that can take the machine home, as a value.</summary>
    internal static string Homes(Situation at) => at.PossibleHomes.Value.Count > 0 ? Words.List(at.PossibleHomes.Value) : "-";

    private static bool BothSeen(Situation at) => at.SeesSource && at.SeesTarget;

    private static bool GoesToAzure(Situation at) => at.SeesSource && at.GoesToAzure;

    private static string? NetworkOf(Situation at) => (at.Command as StartTestFailover)?.Network;

    private static Outcome Reachable(InventorySnapshot site) => Outcome.Needs(site.Reachable, site.Fabric, "SiteUnreachable", site.Fabric);
}
