using AsrFailback.Core.Errors;

namespace AsrFailback.Core.Protection;

/// <summary>
/// What must hold at both sites before replication may turn around (RP, MT). Pure functions over inventory snapshots.
/// </summary>
public static class ReprotectRules
{
    /// <summary>Disks one master target can hold (MT-08).</summary>
    public const int MaxMasterTargetDisks = 60;

    /// <summary>Every check of a reprotect of <paramref name="facts"/> from its active to its other side.</summary>
    public static IReadOnlyList<CheckResult> Check(ProtectionFacts facts, Reprotect command, InventorySnapshot source, InventorySnapshot target)
    {
        var checks = new List<CheckResult>
        {
            Result("SourceReachable", "RP-13", source.Reachable, "SiteUnreachable", source.Fabric),
            Result("TargetReachable", "TO-02", target.Reachable, "SiteUnreachable", target.Fabric),
            Result("SitesConnected", "TO-07", source.Connected && target.Connected, "ConfigurationServerUnreachable", facts.Item, target.Fabric),
            Result("MachineRunning", "RP-13", IsRunning(source, facts.Item), "MachineNotRunning", facts.Item, source.Fabric),
            Result("ProcessServer", "TO-04", HasProcessServer(source, target, command.ProcessServer), "NoProcessServer", source.Fabric),
        };
        if (target.Kind == FabricKind.Azure && facts.Phase == Phase.Committed)
        {
            checks.Add(Result("MasterTargetUsed", "RP-05", command.MasterTarget is null, "ArgumentInvalid", "MasterTarget", $"replication to {target.Fabric} needs none"));
        }

        if (target.Kind == FabricKind.VMware && target.Reachable)
        {
            checks.AddRange(CheckVMwareTarget(facts, command, source, target));
        }

        return checks;
    }

    /// <summary>The master target a reprotect uses: the named one, or the first of the machine's OS family.</summary>
    public static MasterTarget? ChooseMasterTarget(InventorySnapshot target, string? name, string operatingSystem) =>
        target.MasterTargets.FirstOrDefault(candidate => name is null
            ? SameWord(candidate.OperatingSystem, operatingSystem)
            : SameWord(candidate.Name, name));

    private static IEnumerable<CheckResult> CheckVMwareTarget(
        ProtectionFacts facts, Reprotect command, InventorySnapshot source, InventorySnapshot target)
    {
        yield return Result("ConfigurationServer", "TO-02", target.ConfigurationServer is not null, "NoConfigurationServer", target.Fabric);
        var machine = Find(source, facts.Item) ?? Find(target, facts.Item);
        var operatingSystem = machine?.OperatingSystem ?? "Linux";
        var masterTarget = ChooseMasterTarget(target, command.MasterTarget, operatingSystem);
        yield return Result("MasterTarget", "TO-05", masterTarget is not null, "NoMasterTarget", operatingSystem, target.Fabric);
        if (masterTarget is null)
        {
            yield break;
        }

        foreach (var check in CheckMasterTarget(masterTarget, operatingSystem, machine?.Disks.Count ?? 0, target))
        {
            yield return check;
        }
    }

    /// <summary>The checks of one master target that is to serve a machine with <paramref name="disks"/> disks.</summary>
    public static IEnumerable<CheckResult> CheckMasterTarget(MasterTarget masterTarget, string operatingSystem, int disks, InventorySnapshot target)
    {
        yield return Result("MasterTargetFamily", "MT-01", SameWord(masterTarget.OperatingSystem, operatingSystem), "MasterTargetFamily", masterTarget.Name, masterTarget.OperatingSystem, operatingSystem);
        yield return Result("DiskEnableUuid", "MT-02", SameWord(masterTarget.DiskEnableUuid, "true"), "DiskEnableUuid", masterTarget.Name, masterTarget.DiskEnableUuid ?? "(missing)");
        yield return Result("VMwareTools", "MT-04", masterTarget.ToolsInstalled, "MasterTargetTools", masterTarget.Name);
        yield return Result("Datastore", "MT-05", HasUsableDatastore(masterTarget, target), "MasterTargetDatastore", masterTarget.Name, masterTarget.Host);
        yield return Result("NoSnapshots", "MT-06", !masterTarget.HasSnapshots, "MasterTargetSnapshots", masterTarget.Name);
        yield return Result("Controller", "MT-07", SameWord(masterTarget.ScsiController, "lsilogic"), "MasterTargetController", masterTarget.Name, masterTarget.ScsiController);
        yield return Result("FreeSlots", "MT-08", masterTarget.AttachedDisks + disks <= MaxMasterTargetDisks, "MasterTargetFull", masterTarget.Name, masterTarget.AttachedDisks, MaxMasterTargetDisks);
        var host = target.Hosts.FirstOrDefault(candidate => SameWord(candidate.Name, masterTarget.Host));
        yield return Result("HostLicence", "RP-09", host is not null && !SameWord(host.Licence, "Free"), "HostLicence", masterTarget.Host);
    }

    private static bool HasUsableDatastore(MasterTarget masterTarget, InventorySnapshot target) =>
        target.Datastores.Any(store =>
            (SameWord(store.Type, "VMFS") || SameWord(store.Type, "vSAN")) && store.Hosts.Contains(masterTarget.Host, StringComparer.OrdinalIgnoreCase));

    private static bool HasProcessServer(InventorySnapshot source, InventorySnapshot target, string? name)
    {
        var servers = source.ProcessServers.Concat(target.ProcessServers);
        return name is null ? servers.Any() : servers.Any(server => SameWord(server.Name, name));
    }

    private static bool IsRunning(InventorySnapshot site, string machine) => Find(site, machine) is { Power: PowerState.On };

    private static Machine? Find(InventorySnapshot site, string machine) =>
        site.Machines.FirstOrDefault(candidate => SameWord(candidate.Name, machine));

    private static bool SameWord(string? left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    private static CheckResult Result(string id, string requirement, bool passed, string errorId, params object[] arguments) =>
        new(id, requirement, passed, passed ? null : ErrorCatalogue.Error(errorId, arguments));
}
