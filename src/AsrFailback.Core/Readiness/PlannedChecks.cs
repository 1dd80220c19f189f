using System.Globalization;
using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Readiness;

/// <summary>Planned failovers: nothing is lost (FO-02); home from Azure to Hyper-V they send the data first (FB-05, FB-07). And what follows them (FO-09).</summary>
public static class PlannedChecks
{
    /// <summary>From then on most of a machine's blocks have changed in Azure (FB-05: a month).</summary>
    public static readonly TimeSpan LongAway = TimeSpan.FromDays(30);

    private static readonly ProtectionOperation[] Failover = [ProtectionOperation.Failover];

    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> All { get; } =
    [
        new("PlannedSource", "FO-02", Failover, at => IsPlanned(at) && at.SeesTarget, at => Outcome.Needs(
            ReasonSourceAway(at) is null, at.Source.Inventory.Fabric, "PlannedSourceAway", at.Facts.Item, at.Source.Inventory.Fabric, ReasonSourceAway(at)?.Message ?? "")),
        new("PlannedShutdown", "FO-02", Failover, IsPlanned, at => Outcome.Needs(at.Failover!.ShutDownSource, "", "PlannedShutsDown", at.Facts.Item)),
        new("OlderPointConfirmed", "FO-10", Failover, at => OutcomeChecks.MustConfirm(at) && OutcomeChecks.Chosen(at) is not null, at => Outcome.Needs(
            OutcomeChecks.IsLatest(at, OutcomeChecks.Chosen(at)!), Words.Time(OutcomeChecks.Chosen(at)!.TimeUtc),
            "OlderPointUnconfirmed", at.Facts.Item, Words.Time(OutcomeChecks.Chosen(at)!.TimeUtc))),
        new("FailbackParameters", "FB-05", Failover, at => !at.BringsDataHome && FailbackParameter(at.Failover) is not null, at => Outcome.Needs(
            false, FailbackParameter(at.Failover)!.Value.Value, "FailbackOnly", at.Failover!.Type, at.Facts.Item, FailbackParameter(at.Failover)!.Value.Name)),
        new("DownloadAdvised", "FB-05", Failover, at => SeesHome(at) && at.Failover!.DataSync != DataSync.DuringFailover, at => Outcome.Warns(
            at.Replica is not null && DaysAway(at) < LongAway.TotalDays, $"{DaysAway(at)}", "DownloadAdvised", at.Facts.Item, DaysAway(at), at.Target.Inventory.Fabric)),
        new("HomeMachine", "FB-07", Failover, SeesHome, at => Outcome.Needs(
            at.Replica is not null || at.Failover!.CreateMachine, at.Replica?.Name ?? "", "HomeMachineGone", at.Facts.Item, at.Target.Inventory.Fabric)),
        new("VMHost", "FB-07", Failover, at => IsMadeAnew(at) || IsElsewhere(at), at => Outcome.Unless(ReasonAgainstHost(at), HostName(at))),
        new("VirtualSwitch", "FB-07", Failover, at => IsMadeAnew(at) && Host(at) is not null && HomeNetworks(at).Length > 0, at => Outcome.Needs(
            MissingSwitches(at).Length == 0, Words.List(HomeNetworks(at)),
            "SwitchMissing", Host(at)!.Name, Words.List(MissingSwitches(at)), at.Facts.Item, Words.List(Host(at)!.Switches))),
        new("ReverseReplication", "FO-09", [ProtectionOperation.Reprotect], at => at.Facts is { Path: ProviderPath.HyperVReplica, Phase: Phase.Committed }, at => Outcome.Warns(
            at.Facts.LastFailover == FailoverType.Planned, $"{at.Facts.LastFailover}", "ReverseResendsAll", at.Facts.Item, at.Facts.FabricOf(at.Facts.ActiveSide.Other()))),
    ];

    /// <summary>The host that a machine which is made anew at home would run on; null when it is not in the inventory.</summary>
    public static EsxiHost? Host(Situation at) => at.Target.FindHost(HostName(at));

    /// <summary>The storage that a machine which is made anew on a host would lie on; null when the host has none.</summary>
    public static Datastore? StoreOf(Situation at, EsxiHost host) => at.Target.Inventory.Datastores.FirstOrDefault(store => store.Hosts.Has(host.Name));

    private static string[] HomeNetworks(Situation at) =>
        [.. (at.Facts.KnownNics ?? []).Select(nic => nic.Network).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)];

    private static string[] MissingSwitches(Situation at) => [.. HomeNetworks(at).Where(network => !Host(at)!.Switches.Has(network))];

    private static bool IsPlanned(Situation at) => at.Failover is { Type: FailoverType.Planned };

    private static bool SeesHome(Situation at) => IsPlanned(at) && at.BringsDataHome && at.SeesTarget;

    private static bool IsMadeAnew(Situation at) => SeesHome(at) && at.Replica is null && at.Failover!.CreateMachine;

    private static AsrError? ReasonSourceAway(Situation at) => at.SourceFault
        ?? (!at.SeesSource ? ErrorCatalogue.Error("SiteUnreachable", at.Source.Inventory.Fabric)
        : !(at.Source.Inventory.Connected && at.Target.Inventory.Connected) ? ErrorCatalogue.Error("LinkDown", at.Source.Inventory.Fabric, at.Target.Inventory.Fabric) : null);

    private static (string Name, string Value)? FailbackParameter(StartFailover? command) => command switch
    {
        { DataSync: { } sync } => ("-DataSync", $"{sync}"),
        { CreateMachine: true } => ("-CreateMachine", ""),
        { VMHost: { } host } => ("-VMHost", host),
        { Fabric: { } fabric } => ("-Fabric", fabric),
        _ => null,
    };

    private static int DaysAway(Situation at) => at.Facts.AwaySinceUtc is { } since ? (int)(at.NowUtc - since).TotalDays : 0;

    private static string HostName(Situation at) => at.Failover?.VMHost ?? at.Target.Inventory.Datastores.SelectMany(store => store.Hosts).FirstOrDefault() ?? "";

    // A host that is named, and is not the one that the machine has at home.
    private static bool IsElsewhere(Situation at) =>
        SeesHome(at) && at is { Replica: { } machine, Failover.VMHost: { } named } && !Words.Same(machine.Host, named);

    private static AsrError? ReasonAgainstHost(Situation at) => at.Replica is { } machine
        ? ErrorCatalogue.Error("HostIgnored", at.Facts.Item, machine.Host, HostName(at))
        : Host(at) is not { } host
        ? ErrorCatalogue.Error("HostUnknown", at.Target.Inventory.Fabric, HostName(at), Words.List(at.Target.Inventory.Hosts.Select(known => known.Name)))
        : !(Words.Same(host.Hypervisor, "Hyper-V") && RunsHyperVReplica(host.OperatingSystem))
        ? ErrorCatalogue.Error("HostNotHyperV", host.Name, at.Target.Inventory.Fabric, host.Hypervisor, host.OperatingSystem ?? "?")
        : StoreOf(at, host) is null ? ErrorCatalogue.Error("HostWithoutStorage", host.Name, at.Target.Inventory.Fabric) : null;

    // Windows Server 2012 R2 and what came after it, which is all named by a year.
    private static bool RunsHyperVReplica(string? system)
    {
        const string Family = "Windows Server ";
        if (system?.StartsWith(Family, StringComparison.OrdinalIgnoreCase) != true)
        {
            return false;
        }

        var version = system[Family.Length..].Split(' ');
        return int.TryParse(version[0], NumberStyles.None, CultureInfo.InvariantCulture, out var year) && (year > 2012 || (year == 2012 && version.Has("R2")));
    }
}
