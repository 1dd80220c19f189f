using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Readiness;

/// <summary>The servers of a site by themselves: the same checks as a reprotect's, one server after the other (RP-17).</summary>
public static class ServerReports
{
    /// <summary>A report for each server of a role; one without a name where an ESXi site has none.</summary>
    /// <param name="role">The role.</param>
    /// <param name="site">The site.</param>
    /// <param name="situationOf">The situation of a reprotect through a server; <see cref="WithoutItem"/> where no machine is meant.</param>
    /// <param name="forItem">Whether a machine is meant, so that what it needs of a master target counts too.</param>
    public static IReadOnlyList<ServerReport> Of(ServerRole role, InventorySnapshot site, Func<Reprotect, Situation> situationOf, bool forItem) => role switch
    {
        ServerRole.MasterTarget when site is { Kind: var kind, MasterTargets.Count: 0 } => kind.IsVSphere() ? [WithoutMasterTarget(site.Fabric, situationOf(new Reprotect("")))] : [],
        ServerRole.MasterTarget => [.. site.MasterTargets.Select(server => Of(server, situationOf(new Reprotect("", server.Name)), forItem))],
        ServerRole.ProcessServer => [.. site.ProcessServers.Select(server => new ServerReport(
            server.Name, site.Fabric, Results(ServerChecks.OfProcessServer, situationOf(new Reprotect("", ProcessServer: server.Name)))))],
        _ => site.ConfigurationServer is { } server
            ? [new ServerReport(server.Name, site.Fabric, Results(ServerChecks.OfConfigurationServer, situationOf(new Reprotect(""))))]
            : site.Kind.IsVSphere() ? [new ServerReport("", site.Fabric, Results(ServerChecks.OfConfigurationServer, situationOf(new Reprotect(""))))] : [],
    };

    /// <summary>The situation of servers by themselves.</summary>
    /// <param name="site">The site.</param>
    /// <param name="other">The site whose configuration server they belong to; itself for a site that has one.</param>
    /// <param name="command">Names the server.</param>
    /// <param name="reservedSlots">Slots that are taken or promised, by master target.</param>
    /// <param name="now">The moment, UTC.</param>
    /// <param name="discoveryDelay">How long new things take to show.</param>
    public static Situation WithoutItem(
        SiteView site, SiteView other, Reprotect command, IReadOnlyDictionary<string, int> reservedSlots, DateTimeOffset now, TimeSpan discoveryDelay) => new()
    {
        Facts = new ProtectionFacts { Item = "", HomeFabric = site.Inventory.Fabric, RecoveryFabric = "", Policy = ReplicationPolicy.Default },
        Operation = ProtectionOperation.Reprotect,
        Around = new Surroundings(0, ReplicationMode.Stopped, null) { ReservedSlots = reservedSlots },
        Command = command,
        NowUtc = now,
        DiscoveryDelay = discoveryDelay,
        Source = other,
        Target = site,
    };

    private static MasterTargetReport Of(MasterTarget server, Situation at, bool forItem)
    {
        var inventory = at.Target.Inventory;
        var volumes = server.RetentionVolumes
            .Select(volume => new Candidate(volume.Name, MasterTargetRules.ReasonAgainst(volume, server, at.TargetDiscovery))).ToArray();
        AsrError?[] blocked =
            [.. Results(MasterTargetChecks.OfServer, at).Where(check => check is { Id: "VMwareTools" or "HostDiscovered", State: CheckState.Failed }).Select(check => check.Finding)];
        var stores = StorageRules.IsReadOnly(inventory)
            ? []
            : inventory.Datastores.Select(store => new Candidate(store.Name, AllReasons.Of([.. blocked, StorageRules.ReasonAgainst(store, server.Host)]))).ToArray();
        return new MasterTargetReport(
            server.Name, inventory.Fabric, Results([.. ServerChecks.OfConfigurationServer, .. forItem ? [.. MasterTargetChecks.All, .. StorageChecks.All] : MasterTargetChecks.OfServer], at), Math.Max(0, MasterTargetRules.MaxDisks - at.UsedSlots(server)),
            volumes, stores, [.. EmptyBecause(server, at, volumes, stores)]);
    }

    private static MasterTargetReport WithoutMasterTarget(string fabric, Situation at)
    {
        var checks = Results([.. ServerChecks.OfConfigurationServer, .. MasterTargetChecks.All.Where(check => check.Id == "MasterTarget")], at);
        return new MasterTargetReport("", fabric, checks, 0, [], [], [.. checks.Select(check => check.Finding).OfType<AsrError>()]);
    }

    // A list in which nothing can be chosen always has a cause that can be named (RP-17).
    private static IEnumerable<AsrError> EmptyBecause(MasterTarget server, Situation at, Candidate[] volumes, Candidate[] stores)
    {
        if (!volumes.Any(volume => volume.Usable))
        {
            yield return MasterTargetRules.ReasonAgainstVolumes(server, name: null, at.TargetDiscovery)!;
        }

        if (stores.Any(store => store.Usable))
        {
            yield break;
        }

        var causes = Results([.. ServerChecks.OfConfigurationServer, .. MasterTargetChecks.OfServer], at)
            .Where(check => check is { Id: "TargetReachable" or "ConfigurationServer" or "AccountRights" or "HostDiscovered" or "VMwareTools" or "MasterTargetDatastore", Finding: not null });
        foreach (var cause in causes)
        {
            yield return cause.Finding!;
        }
    }

    private static IReadOnlyList<CheckResult> Results(IEnumerable<Check> checks, Situation at) => ReadinessRules.Evaluate([SiteChecks.TargetReachable, .. checks], at);
}
