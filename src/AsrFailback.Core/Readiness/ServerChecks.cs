using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Readiness;

/// <summary>The configuration server and the process server.</summary>
public static class ServerChecks
{
    private static readonly ProtectionOperation[] Reprotect = [ProtectionOperation.Reprotect];
    private static readonly ProtectionOperation[] Homeward = [ProtectionOperation.Reprotect, ProtectionOperation.Failover];

    /// <summary>What is asked of a configuration server; it may be down while machines fail over to Azure (TO-02).</summary>
    public static IReadOnlyList<Check> OfConfigurationServer { get; } =
    [
        new("ConfigurationServer", "TO-02", Homeward, at => at.GoesToVSphere, at => Outcome.Needs(
            at.Target.Inventory.ConfigurationServer is not null, at.Target.Inventory.ConfigurationServer?.Name ?? "",
            "NoConfigurationServer", at.Target.Inventory.Fabric)),
        new("ConfigurationServerConnected", "TO-02", Homeward, HasConfigurationServer, at => Outcome.Needs(
            Server(at).Connected, Server(at).Name, "ConfigurationServerDown", Server(at).Name, at.Target.Inventory.Fabric)),
        new("ConfigurationDatabase", "TO-03", Homeward, HasConfigurationServer, at => Outcome.Unless(Server(at).DatabaseFault, Server(at).Name)),
        new("AccountRights", "RP-11", Reprotect, HasConfigurationServer, at => Outcome.Needs(
            !StorageRules.IsReadOnly(at.Target.Inventory), Server(at).AccountRights, "AccountReadOnly", Server(at).Name, at.Target.Inventory.Fabric)),
    ];

    /// <summary>What is asked of a process server.</summary>
    public static IReadOnlyList<Check> OfProcessServer { get; } =
    [
        new("ProcessServerShows", "TO-10", Reprotect, HasProcessServer, at => Outcome.Needs(
            ServerRules.Shows(at.ProcessServer!.AddedUtc, new Discovery(at.NowUtc, RefreshedUtc(at), at.DiscoveryDelay)), $"{at.ProcessServer!.AddedUtc:u}",
            "ProcessServerNew", at.ProcessServer!.Name)),
        new("ProcessServerAnswers", "TO-04", Reprotect, HasProcessServer, at => Outcome.Needs(
            at.ProcessServer!.Answers, at.ProcessServer!.Name, "ProcessServerSilent", at.ProcessServer!.Name)),
        new("ProcessServerHeartbeat", "TO-04", Reprotect, HasProcessServer, at => Outcome.Needs(
            ServerRules.IsRecent(at.ProcessServer!.LastHeartbeatUtc, at.NowUtc), $"{at.ProcessServer!.LastHeartbeatUtc:u}",
            "ProcessServerHeartbeat", at.ProcessServer!.Name, $"{at.ProcessServer!.LastHeartbeatUtc:u}")),
        new("ProcessServerPorts", "TO-04", Reprotect, HasProcessServer, at => Outcome.Needs(
            !ServerRules.ClosedPorts(at.ProcessServer!).Any(), string.Join(", ", ServerRules.ClosedPorts(at.ProcessServer!)),
            "ProcessServerPortClosed", at.ProcessServer!.Name, string.Join(", ", ServerRules.ClosedPorts(at.ProcessServer!)))),
        new("ProcessServerDataPort", "TO-04", Reprotect, at => HasProcessServer(at) && DataPort(at) is not null, at => Outcome.Needs(
            at.ProcessServer!.Port == DataPort(at), $"{at.ProcessServer!.Port}", "ProcessServerPort", at.ProcessServer!.Name, at.ProcessServer!.Port, DataPort(at)!)),
        new("ProcessServerPath", "ER-Own", Reprotect, HasProcessServer, at => Outcome.Needs(
            at.ProcessServer!.ReachesConfigurationServer, "", "ProcessServerCut", at.ProcessServer!.Name, SiteChecks.OnPremises(at).Fabric)),
        new("ProcessServerPlace", "TO-07", Reprotect, at => HasProcessServer(at) && at.GoesToVSphere && at.Target.Inventory.Connection is not null, at => Outcome.Warns(
            !StandsAtTarget(at) || Words.Same(at.Target.Inventory.Connection!.Kind, "ExpressRoutePrivate"), at.ProcessServer!.Name,
            "ProcessServerOnPremises", at.ProcessServer!.Name, at.Target.Inventory.Fabric)),
    ];

    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> All { get; } =
    [
        .. OfConfigurationServer,
        new("MachineKnown", "TO-02", Homeward, at => HasConfigurationServer(at) && HomeChecks.KnownMachines(at) is not null, at => Outcome.Needs(
            HomeChecks.KnownMachines(at)!.Has(at.Facts.Item), "", "MachineNotKnown", at.Facts.Item, Server(at).Name)),
        new("MachineFindsServer", "TO-03", Homeward, at => HasConfigurationServer(at) && !at.MovesHome && RegisteredAddress(at, at.Facts.Item) is not null, at => Outcome.Needs(
            Words.Same(RegisteredAddress(at, at.Facts.Item), Server(at).Address), RegisteredAddress(at, at.Facts.Item)!,
            "MachineAtOldAddress", at.Facts.Item, Server(at).Name, RegisteredAddress(at, at.Facts.Item)!, Server(at).Address!)),
        new("ProcessServerRuns", "TO-04", [ProtectionOperation.Failover], at => at.GoesToVSphere && at.SeesSource, at => Outcome.Warns(
            at.ProcessServer is { } server && ServerRules.IsAlive(server, at.NowUtc), at.ProcessServer?.Name ?? "",
            "ProcessServerSilent", at.ProcessServer?.Name ?? at.Facts.ProcessServer ?? at.Source.Inventory.Fabric)),
        new("ProcessServer", "TO-04", Reprotect, at => at.SeesSource && at.Facts.Path == ProviderPath.InMage, at => Outcome.Needs(
            at.ProcessServer is not null, at.ProcessServer?.Name ?? "", "NoProcessServer", at.Reprotect?.ProcessServer ?? at.Source.Inventory.Fabric)),
        .. OfProcessServer,
    ];

    private static bool HasConfigurationServer(Situation at) => at.GoesToVSphere && at.Target.Inventory.ConfigurationServer is not null;

    private static ConfigurationServer Server(Situation at) => at.Target.Inventory.ConfigurationServer!;

    // The address under which a machine or a server looks for it, where both that and the present one are known.
    private static string? RegisteredAddress(Situation at, string name) => Server(at).Address is null ? null
        : Server(at).Addresses.FirstOrDefault(entry => Words.Same(entry.Key, name)).Value;

    private static bool HasProcessServer(Situation at) => at.ProcessServer is not null && (StandsAtTarget(at) ? at.SeesTarget : at.SeesSource);

    private static int? DataPort(Situation at) => SiteChecks.OnPremises(at).ConfigurationServer?.DataPort;

    private static bool StandsAtTarget(Situation at) => at.Target.Inventory.ProcessServers.Contains(at.ProcessServer);

    private static DateTimeOffset? RefreshedUtc(Situation at) => StandsAtTarget(at) ? at.Target.Inventory.RefreshedUtc : at.Source.Inventory.RefreshedUtc;
}
