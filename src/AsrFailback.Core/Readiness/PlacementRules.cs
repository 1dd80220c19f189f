using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Readiness;

/// <summary>Whether disks still lie where they lay when replication turned home (MT-03, FB-08).</summary>
public static class PlacementRules
{
    /// <summary>Where the disks lie now.</summary>
    public static Placement Of(MasterTarget? masterTarget, Machine machine) => new(
        masterTarget?.Datastore, machine.Disks.ToDictionary(disk => disk.Name, disk => disk.Datastore ?? "")) { Machine = machine.Uuid };

    /// <summary>Which disks of a machine lie elsewhere now; null when none does.</summary>
    public static AsrError? ReasonMoved(ProtectionFacts facts, Machine machine)
    {
        var moved = machine.Disks
            .Where(disk => facts.Placement!.Disks.GetValueOrDefault(disk.Name) is { Length: > 0 } before && !Words.Same(before, disk.Datastore))
            .Select(disk => $"{disk.Name}: {facts.Placement!.Disks[disk.Name]} → {disk.Datastore ?? "?"}").ToArray();
        return moved.Length == 0 ? null : ErrorCatalogue.Error("DisksMoved", facts.Item, Words.List(moved));
    }
}
