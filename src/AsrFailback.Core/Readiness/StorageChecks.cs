using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Readiness;

/// <summary>Where the machine's disks are at home, or would be.</summary>
public static class StorageChecks
{
    private static readonly ProtectionOperation[] Reprotect = [ProtectionOperation.Reprotect];

    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> All { get; } =
    [
        new("OriginalDatastore", "RP-02", Reprotect, at => SeesStorage(at) && at.Replica is not null, at => Outcome.Unless(
            AllReasons.Of(at.Replica!.Disks.Select(disk => ReasonAgainstOriginal(at, disk))),
            Words.List(OriginalStores(at).Select(store => $"{store.Name} {StorageRules.Seen(store, at.MasterTarget!.Host)}")))),
        new("NewMachineDatastore", "RP-03", Reprotect, at => SeesStorage(at) && at.Replica is null, at => Outcome.Unless(
            ReasonAgainstNewStore(at), NewMachineDatastore(at)?.Name ?? at.Reprotect?.Datastore ?? "")),
        new("DatastoreUsed", "RP-03", Reprotect, at => at.GoesToVSphere && at.Replica is not null && at.Reprotect?.Datastore is not null, at => Outcome.Warns(
            at.Replica!.Disks.All(disk => Words.Same(disk.Datastore, at.Reprotect!.Datastore)), at.Reprotect!.Datastore!,
            "DatastoreIgnored", at.Facts.Item, at.Reprotect!.Datastore!)),
        new("ReplicaDatastore", "ER-8061", [ProtectionOperation.Failover], at => at.GoesToVSphere && at.MasterTarget is not null && at.Replica is not null, at => Outcome.Unless(
            AllReasons.Of(OriginalStores(at).Select(store => StorageRules.ReasonAgainst(store, at.MasterTarget!.Host))),
            Words.List(OriginalStores(at).Select(store => store.Name)))),
        new("DisksInPlace", "FB-08", [ProtectionOperation.Failover], at => at.GoesToVSphere && at.Facts.Placement is not null && at.Replica is not null, at => Outcome.Unless(
            PlacementRules.ReasonMoved(at.Facts, at.Replica!), ""))
        {
            Skippable = true,
        },
    ];

    /// <summary>The datastore of a machine that is made anew: the named one, the master target's own, or the first it can use.</summary>
    public static Datastore? NewMachineDatastore(Situation at) =>
        at.Target.FindDatastore(at.Reprotect?.Datastore ?? at.MasterTarget!.Datastore ?? StorageRules.Usable(at.Target.Inventory, at.MasterTarget!.Host).FirstOrDefault());

    // Where no datastore can be used at all, that is said once, of the master target.
    private static bool SeesStorage(Situation at) =>
        at.GoesToVSphere && at.MasterTarget is not null && at.MasterTargetHost is not null && !StorageRules.IsReadOnly(at.Target.Inventory)
        && StorageRules.Usable(at.Target.Inventory, at.MasterTarget.Host).Any();

    private static IEnumerable<Datastore> OriginalStores(Situation at) =>
        at.Replica!.Disks.Select(disk => at.Target.FindDatastore(disk.Datastore)).OfType<Datastore>().Distinct();

    private static AsrError? ReasonAgainstOriginal(Situation at, MachineDisk disk) => at.Target.FindDatastore(disk.Datastore) is { } store
        ? StorageRules.ReasonAgainst(store, at.MasterTarget!.Host)
        : ErrorCatalogue.Error("DatastoreNotFound", disk.Datastore ?? disk.File, at.Target.Inventory.Fabric);

    private static AsrError? ReasonAgainstNewStore(Situation at) => NewMachineDatastore(at) is { } store
        ? StorageRules.ReasonAgainst(store, at.MasterTarget!.Host)
        : ErrorCatalogue.Error("DatastoreNotFound", at.Reprotect?.Datastore ?? at.MasterTarget!.Datastore ?? "", at.Target.Inventory.Fabric);
}
