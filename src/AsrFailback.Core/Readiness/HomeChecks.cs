using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Readiness;

/// <summary>A way home to another site than the one the machine left (RP-03, RP-10, RP-15).</summary>
public static class HomeChecks
{
    private static readonly ProtectionOperation[] Reprotect = [ProtectionOperation.Reprotect];
    private static readonly ProtectionOperation[] Homeward = [ProtectionOperation.Reprotect, ProtectionOperation.Failover];

    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> All { get; } =
    [
        new("HomeDiscovered", "RP-15", Homeward, at => at.NamedHome is not null && at.Facts.ActiveSide == Side.Recovery, at => Outcome.Unless(
            at.UnknownHome is { } unknown ? ErrorCatalogue.Error("SiteNotDiscovered", at.Facts.Item, unknown, SiteChecks.Homes(at)) : null, at.NamedHome!)),
        new("OldHomeLeft", "RP-03", Homeward, at => at.MovesHome, at => Outcome.Warns(
            false, Old(at).Fabric, at.Facts.Phase == Phase.Protected ? "OldReplicaGivenUp" : "OldMachineLeft", at.Facts.Item, Old(at).Fabric, at.Target.Inventory.Fabric)),
        new("ConfigurationServerStays", "TO-02", Reprotect, at => at.GoesToVSphere && NewServer(at) is not null && OldServer(at) is not null, at => Outcome.Warns(
            IsSameServer(at), NewServer(at)!.Name, "AgentRegistersAnew", at.Facts.Item, NewServer(at)!.Name, at.Target.Inventory.Fabric, OldServer(at)!.Name)),
        new("ProtectionGroupWhole", "TO-08", Reprotect, at => at.MovesHome, at => Outcome.Warns(
            at.Around.OtherPath is null, at.Around.OtherPath ?? "", "ProtectionGroupSplit", at.Facts.Item, ProtectionGroups.ForwardOf(at.Facts), at.Around.OtherPath ?? "")),
    ];

    /// <summary>
    /// The protected machines that the configuration server of the target knows of; a new home behind another one comes to know the
    /// machine by the reprotect itself. Null when that cannot be told.
    /// </summary>
    internal static IReadOnlyList<string>? KnownMachines(Situation at) =>
        !at.MovesHome ? NewServer(at)?.Machines : IsSameServer(at) ? OldServer(at)?.Machines : null;

    // Several vCenters may be behind one configuration server.
    private static bool IsSameServer(Situation at) =>
        NewServer(at) is { } here && OldServer(at) is { } there && Words.Same(here.Name, there.Name)
        && (here.Address is null || there.Address is null || Words.Same(here.Address, there.Address));

    private static ConfigurationServer? NewServer(Situation at) => at.Target.Inventory.ConfigurationServer;

    private static ConfigurationServer? OldServer(Situation at) => at.FormerHome?.Inventory.ConfigurationServer;

    private static InventorySnapshot Old(Situation at) => at.FormerHome!.Inventory;
}
