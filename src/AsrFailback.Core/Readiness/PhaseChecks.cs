using AsrFailback.Core.Jobs;
using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Readiness;

/// <summary>What the facts alone say: the phase table, its guards, the direction.</summary>
public static class PhaseChecks
{
    private static readonly ProtectionOperation[] Every = Enum.GetValues<ProtectionOperation>();

    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> All { get; } =
    [
        new("VaultNewest", "FO-11", Every, _ => true, at => Outcome.Unless(at.Around.Outdated, "")),
        new("NotBusy", "FO-11", Every, _ => true, at => Outcome.Unless(
            at.Around.BusyWith is { } job ? BusyError.Of(at.Facts.Item, job) : null, at.Around.BusyWith?.Name ?? "")),
        new("Phase", "FO-07", Every, _ => true, LookAtPhase),
        new("NotSwitching", "FO-11", [ProtectionOperation.CreatePoint, ProtectionOperation.TestFailover, ProtectionOperation.Repair, ProtectionOperation.Commit], _ => true, at => Outcome.Unless(
            at.Facts.Switching || at.Facts.ShutDown ? ProtectionRules.Unfinished(at.Facts) : null, "")),
        new("Direction", "FO-04", [ProtectionOperation.TestFailover, ProtectionOperation.Failover], _ => true, LookAtDirection),
        new("ExpectedDirection", "FO-05", [ProtectionOperation.Failover], at => at.Failover?.Direction is not null, at => Outcome.Needs(
            (at.Failover!.Direction == FailoverDirection.ToHome) == (at.Facts.FailoverFrom == Side.Recovery), at.Facts.FabricOf(at.Facts.FailoverFrom.Other()),
            "DirectionMismatch", at.Facts.Item, at.Facts.FabricOf(at.Facts.FailoverFrom), at.Facts.FabricOf(at.Facts.FailoverFrom.Other()))),
        new("HasRecoveryPoint", "FB-01", Every, Guarded(Guards.HasPoint), at => Outcome.Needs(
            at.Around.ListedPoints > 0 || at.BringsDataHome, $"{at.Around.ListedPoints}", "NoRecoveryPoint", at.Facts.Item)),
        new("NoTestFailover", "FO-01", Every, Guarded(Guards.NoTestFailover), at => Outcome.Needs(
            at.Facts.TestFailover is null, at.Facts.TestFailover?.Machine ?? "", "TestFailoverExists", at.Facts.Item)),
        new("TestFailoverExists", "FO-01", Every, Guarded(Guards.TestFailover), at => Outcome.Needs(
            (at.Facts.TestFailover?.Machine ?? at.Around.LeftTestMachine) is not null, at.Facts.TestFailover?.Machine ?? at.Around.LeftTestMachine ?? "", "NoTestFailover", at.Facts.Item)),
        new("ReplicationInOrder", "RP-14", Every, Guarded(Guards.InOrder), at => Outcome.Needs(
            at.Around.Mode == ReplicationMode.InOrder, $"{at.Around.Mode}", "ReplicationNotInOrder", at.Facts.Item, at.Around.Mode)),
        new("NotMigrated", "RP-08", Every, Guarded(Guards.NotMigrated), at => Outcome.Needs(
            !at.Facts.MigrationCompleted, "", "MigrationCompleted", at.Facts.Item)),
        new("ReplicaLost", "RP-03", Every, Guarded(Guards.ReplicaLost), at => Outcome.Needs(
            at.MovesHome || (at.Facts.SourceSide == Side.Recovery && at.SeesTarget && at.Replica?.Disks.All(disk => disk.Present) != true), "", "ReplicaWhole", at.Facts.Item)),
        new("TurnsAround", "FB-05", Every, Guarded(Guards.TurnsAround), at => Outcome.Needs(
            at.Facts.Path != ProviderPath.HyperVReplicaAzure || at.Facts.ActiveSide == Side.Home, $"{at.Facts.HomeKind}", "ComesHomeByFailover", at.Facts.Item, at.Facts.HomeFabric)),
        new("PointsKept", "FO-07", Every, Guarded(Guards.PointsKept), at => Outcome.Needs(
            at.Facts.PointsKept, "", "PointsLost", at.Facts.Item)),
        new("AwayFromHome", "RP-08", Every, Guarded(Guards.AwayFromHome), at => Outcome.Needs(
            at.Facts.ActiveSide == Side.Recovery, at.Facts.FabricOf(at.Facts.ActiveSide), "MachineAtHome", at.Facts.Item, at.Facts.HomeFabric)),
    ];

    private static Func<Situation, bool> Guarded(Guards guard) =>
        at => PhaseTable.Find(at.Facts.Path, at.Facts.Phase, at.Operation)?.Guards.HasFlag(guard) == true;

    private static Outcome LookAtPhase(Situation at)
    {
        var (facts, operation) = (at.Facts, at.Operation);
        return (facts.Phase, operation) is (Phase.Unprotected, ProtectionOperation.Reprotect)
            ? Outcome.Needs(false, $"{facts.Phase}", "ProtectionDisabled", facts.Item)
            : Outcome.Needs(
                PhaseTable.Find(facts.Path, facts.Phase, operation) is not null, $"{facts.Phase}",
                "WrongPhase", facts.Item, operation, facts.Phase, string.Join(", ", PhaseTable.PhasesOf(facts.Path, operation)));
    }

    private static Outcome LookAtDirection(Situation at)
    {
        var facts = at.Facts;
        var asked = at.Operation == ProtectionOperation.TestFailover ? FailoverKinds.Test : at.Failover?.Type switch
        {
            null => FailoverKinds.Planned | FailoverKinds.Unplanned, // whichever there is
            FailoverType.Planned => FailoverKinds.Planned,
            _ => FailoverKinds.Unplanned,
        };
        var source = at.Operation == ProtectionOperation.TestFailover ? facts.SourceSide : facts.FailoverFrom;
        var supported = DirectionMatrix.Between(facts.KindOf(source), facts.KindOf(source.Other()));
        var (from, to) = (facts.FabricOf(source), facts.FabricOf(source.Other()));
        return Outcome.Needs((supported & asked) != FailoverKinds.None, $"{from} → {to}", "UnsupportedDirection", asked, from, to, supported);
    }
}
