using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Readiness;

/// <summary>What must hold before a failover is made final (FB-04), or taken back. The source is the side the machine runs on now.</summary>
public static class CommitChecks
{
    private static readonly ProtectionOperation[] Commit = [ProtectionOperation.Commit];
    private static readonly ProtectionOperation[] Cancel = [ProtectionOperation.CancelFailover];

    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> All { get; } =
    [
        new("OtherSideOff", "FB-04", Commit, at => at.SeesTarget, at => Outcome.Needs(
            at.Replica is not { Power: PowerState.On }, $"{at.Replica?.Power}", "OtherSideRuns", at.Facts.Item, at.Target.Inventory.Fabric)),
        new("MachineVerified", "FB-04", Commit, at => at.SeesSource, at => Outcome.Warns(
            at.Machine is { Power: PowerState.On, Guest.Answers: true }, $"{at.Machine?.Power}", "MachineNotRunning", at.Facts.Item, at.Source.Inventory.Fabric)),
        new("OldSourceWhole", "FO-07", Cancel, at => at.SeesTarget, at => Outcome.Needs(
            at.Replica?.Disks.All(disk => disk.Present) == true, at.Target.Inventory.Fabric, "OldSourceGone", at.Facts.Item, at.Target.Inventory.Fabric)),
    ];
}
