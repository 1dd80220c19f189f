using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Readiness;

/// <summary>The master target that is to receive a machine (MT).</summary>
public static class MasterTargetChecks
{
    private static readonly ProtectionOperation[] Reprotect = [ProtectionOperation.Reprotect];
    private static readonly ProtectionOperation[] Homeward = [ProtectionOperation.Reprotect, ProtectionOperation.Failover];

    /// <summary>What is asked of a master target whatever machine it is to serve.</summary>
    public static IReadOnlyList<Check> OfServer { get; } =
    [
        new("DiskEnableUuid", "MT-02", Reprotect, HasServer, at => Outcome.Needs(
            Words.Same(at.MasterTarget!.DiskEnableUuid, "true"), at.MasterTarget!.DiskEnableUuid ?? "(missing)",
            "DiskEnableUuid", at.MasterTarget!.Name, at.MasterTarget!.DiskEnableUuid ?? "(missing)")),
        new("NoStorageVMotion", "MT-03", Reprotect, HasServer, at => Outcome.Needs(
            !at.MasterTarget!.StorageVMotion, "", "MasterTargetStorageVMotion", at.MasterTarget!.Name)),
        new("VMwareTools", "MT-04", Reprotect, HasServer, at => Outcome.Needs(at.MasterTarget!.ToolsInstalled, "", "MasterTargetTools", at.MasterTarget!.Name)),
        new("MasterTargetDatastore", "MT-05", Reprotect, at => HasServer(at) && !StorageRules.IsReadOnly(at.Target.Inventory) && at.MasterTargetHost is not null, at => Outcome.Unless(
            StorageRules.ReasonAgainstAll(at.Target.Inventory, at.MasterTarget!), Words.List(StorageRules.Usable(at.Target.Inventory, at.MasterTarget!.Host)))),
        new("NoSnapshots", "MT-06", Homeward, HasServer, at => Outcome.Needs(!at.MasterTarget!.HasSnapshots, "", "MasterTargetSnapshots", at.MasterTarget!.Name)),
        new("ScsiController", "MT-07", Reprotect, HasServer, at => Outcome.Needs(
            at.MasterTarget!.ScsiControllers.Any(IsLsiLogic) && !at.MasterTarget!.ScsiControllers.Any(IsParavirtual), Words.List(at.MasterTarget!.ScsiControllers),
            "MasterTargetController", at.MasterTarget!.Name, Words.List(at.MasterTarget!.ScsiControllers))),
        new("HostDiscovered", "RP-15", Reprotect, HasServer, at => Outcome.Needs(
            at.MasterTargetHost is { Discovered: true }, at.MasterTarget!.Host, "HostNotDiscovered", at.MasterTarget!.Host, at.MasterTarget!.Name)),
        new("HostIsEsxi", "RP-09", Reprotect, HasHost, at => Outcome.Needs(
            Words.Same(at.MasterTargetHost!.Hypervisor, "ESXi"), at.MasterTargetHost!.Hypervisor, "HostNotEsxi", at.MasterTargetHost!.Name, at.MasterTargetHost!.Hypervisor)),
        new("HostLicence", "RP-09", Reprotect, HasHost, at => Outcome.Needs(
            !Words.Same(at.MasterTargetHost!.Licence, "Free"), at.MasterTargetHost!.Licence, "HostLicence", at.MasterTargetHost!.Name)),
        new("MasterTargetHeartbeat", "MT-10", Reprotect, HasServer, at => Outcome.Needs(
            ServerRules.IsRecent(at.MasterTarget!.LastHeartbeatUtc, at.NowUtc), $"{at.MasterTarget!.LastHeartbeatUtc:u}",
            "MasterTargetHeartbeat", at.MasterTarget!.Name, $"{at.MasterTarget!.LastHeartbeatUtc:u}")),
        new("MasterTargetSetup", "MT-12", Reprotect, at => HasServer(at) && at.MasterTarget!.Setup is not null, LookAtSetup)
        {
            Skippable = true,
        },
        new("RetentionVolume", "MT-09", Reprotect, HasServer, at => Outcome.Unless(
            MasterTargetRules.ReasonAgainstVolumes(at.MasterTarget!, at.Reprotect?.RetentionVolume, at.TargetDiscovery),
            at.Reprotect?.RetentionVolume ?? Words.List(at.MasterTarget!.RetentionVolumes.Select(volume => volume.Name)))),
        new("FreeSlots", "MT-08", Reprotect, HasServer, at => Outcome.Needs(
            at.HasFreeSlots(at.MasterTarget!), $"{at.UsedSlots(at.MasterTarget!)} + {at.DiskCount}",
            "MasterTargetFull", at.MasterTarget!.Name, at.UsedSlots(at.MasterTarget!), MasterTargetRules.MaxDisks, at.DiskCount)),
    ];

    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> All { get; } =
    [
        new("MasterTarget", "TO-05", Homeward, at => at.GoesToVSphere && (at.Operation == ProtectionOperation.Reprotect || at.Facts.MasterTarget is not null), at => Outcome.Needs(
            at.MasterTarget is not null, at.MasterTarget?.Name ?? "",
            "NoMasterTarget", at.Reprotect is null ? at.Facts.MasterTarget! : at.Reprotect.MasterTarget ?? at.OperatingSystem, at.Target.Inventory.Fabric)),
        new("MasterTargetFamily", "MT-01", Reprotect, HasServer, at => Outcome.Needs(
            Words.Same(at.MasterTarget!.OperatingSystem, at.OperatingSystem), at.MasterTarget!.OperatingSystem,
            "MasterTargetFamily", at.MasterTarget!.Name, at.MasterTarget!.OperatingSystem, at.OperatingSystem)),
        .. OfServer,
        new("DiskUuidsDiffer", "RP-12", Reprotect, HasServer, at => Outcome.Needs(
            SharedUuids(at).Length == 0, Words.List(SharedUuids(at)), "DiskUuidsEqual", at.Facts.Item, at.MasterTarget!.Name, Words.List(SharedUuids(at)))),
    ];

    private static bool HasServer(Situation at) => at.GoesToVSphere && at.MasterTarget is not null;

    private static bool HasHost(Situation at) => HasServer(at) && at.MasterTargetHost is not null;

    private static IReadOnlyList<string> MissingSetup(Situation at) =>
        MasterTargetRules.MissingSetup(at.MasterTarget!, at.Target.Inventory.ConfigurationServer);

    // What was stated and is wrong fails; where nothing at all was stated, nobody knows.
    private static Outcome LookAtSetup(Situation at) => at.MasterTarget!.Setup == new MasterTargetSetup()
        ? Outcome.Warns(false, "", "MasterTargetSetupUnknown", at.MasterTarget!.Name, Words.List(MasterTargetRules.SetupFacts(at.MasterTarget!)))
        : Outcome.Needs(MissingSetup(at).Count == 0, Words.List(MissingSetup(at)), "MasterTargetSetup", at.MasterTarget!.Name, Words.List(MissingSetup(at)));

    private static bool IsLsiLogic(string controller) => controller.StartsWith("lsi", StringComparison.OrdinalIgnoreCase);

    private static bool IsParavirtual(string controller) =>
        Words.Same(controller, "pvscsi") || controller.Contains("paravirtual", StringComparison.OrdinalIgnoreCase);

    private static string[] SharedUuids(Situation at) =>
        [.. at.MasterTarget!.DiskUuids.Where(uuid => (at.Replica ?? at.Machine)?.Disks.Any(disk => Words.Same(disk.Uuid, uuid)) == true)];
}
