using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Readiness;

/// <summary>
/// What has changed at the sites since replication turned home, and would stop or harm the failback: seen at every look at
/// an item's health (RP-04, RP-05, MT-03, MT-06, MT-11, FB-08), and whether its cloud is encrypted as it was (FO-06). Pure.
/// </summary>
public static class HealthRules
{
    /// <summary>Everything that is wrong, each with its remedy.</summary>
    /// <param name="facts">The item.</param>
    /// <param name="home">The site it came from.</param>
    public static IReadOnlyList<AsrError> Check(ProtectionFacts facts, SiteView home)
    {
        var replicatesHome = facts is { Phase: Phase.Protected, SourceSide: Side.Recovery, Switching: false } && (facts.HomeKind.IsVSphere() || facts.HomeKind.IsHyperV());
        var replica = home.Inventory.Reachable && replicatesHome ? CheckReplica(facts, home, home.Find(facts.Item)) : [];
        return [.. replica.Append(ReasonEncryptedOtherwise(facts, home)).OfType<AsrError>().DistinctBy(error => error.Message)];
    }

    // What was decided when it was protected is not changed silently; the keys of its data are wrapped with that certificate (FO-06).
    private static AsrError? ReasonEncryptedOtherwise(ProtectionFacts facts, SiteView home)
    {
        if (home.Inventory is not { Reachable: true, Kind: FabricKind.Vmm } || facts is { Phase: Phase.Unprotected } or not { RecoveryKind: FabricKind.Azure } || home.Find(facts.Item) is not { } machine)
        {
            return null;
        }

        var (now, then) = (EncryptionChecks.ThumbprintOf(machine, home.Inventory) ?? "-", facts.Encryption?.Thumbprint ?? "-");
        return Words.Same(now, then) ? null : ErrorCatalogue.Error("CloudEncryptionChanged", facts.Item, machine.Cloud ?? "-", now, then);
    }

    /// <summary>What ran at a site that its home has moved away from (invariant 5).</summary>
    public static IEnumerable<AsrError> CheckLeft(ProtectionFacts facts) =>
        facts.Left.Where(left => left.Ran).Select(left => ErrorCatalogue.Error("OldMachinePoweredOn", facts.Item, left.Fabric, facts.FabricOf(facts.ActiveSide)));

    private static IEnumerable<AsrError?> CheckReplica(ProtectionFacts facts, SiteView home, Machine? machine)
    {
        yield return facts.ReplicaRan || (machine is { Power: PowerState.On } && facts.ActiveSide == Side.Recovery)
            ? ErrorCatalogue.Error("HomeMachinePoweredOn", facts.Item, home.Inventory.Fabric) : null;
        yield return machine?.Disks.Any(disk => !disk.Present) == true
            ? ErrorCatalogue.Error("ReplicaDiskMissing", facts.Item, Words.List(machine.Disks.Where(disk => !disk.Present).Select(disk => disk.File)), home.Inventory.Fabric) : null;
        var server = home.Inventory.MasterTargets.FirstOrDefault(candidate => Words.Same(candidate.Name, facts.MasterTarget));
        yield return machine is null ? ReasonMissing(facts, home) : null;
        yield return machine is { Snapshots: > 0 } ? ErrorCatalogue.Error("SnapshotsAppeared", facts.Item, machine.Snapshots) : null;
        yield return machine is not null && facts.Placement is not null ? PlacementRules.ReasonMoved(facts, machine) : null;
        if (server is null)
        {
            yield return facts.MasterTarget is { } name ? ErrorCatalogue.Error("NoMasterTarget", name, home.Inventory.Fabric) : null;
            yield break;
        }

        yield return server.HasSnapshots ? ErrorCatalogue.Error("MasterTargetSnapshots", server.Name) : null;
        yield return facts.Placement?.MasterTarget is { } before && !Words.Same(before, server.Datastore)
            ? ErrorCatalogue.Error("MasterTargetMoved", server.Name, before, server.Datastore ?? "?") : null;
        foreach (var disk in machine?.Disks ?? [])
        {
            yield return disk.Datastore is not null && home.FindDatastore(disk.Datastore) is { } store ? StorageRules.ReasonAgainst(store, server.Host) : null;
        }
    }

    // A machine is known by its identity: one that was renamed is not gone (MT-11).
    private static AsrError ReasonMissing(ProtectionFacts facts, SiteView home) =>
        facts.Placement?.Machine is { } uuid && home.Find(uuid) is { } renamed
            ? ErrorCatalogue.Error("ReplicaRenamed", facts.Item, home.Inventory.Fabric, renamed.Name)
            : ErrorCatalogue.Error("MachineNotFound", facts.Item, home.Inventory.Fabric);
}
