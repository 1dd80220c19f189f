using Op = AsrFailback.Core.Protection.ProtectionOperation;

namespace AsrFailback.Core.Tests;

/// <summary>What the reference model refuses, and why: every reason at once (invariant 7), as ids of the error catalogue.</summary>
internal static class ReferenceRules
{
    /// <summary>The reasons against a command, in the order of their names; empty when it is carried out.</summary>
    public static IReadOnlyList<string> Refusals(ReferenceItem item, Outside outside, Step command)
    {
        var operation = command.Operation()!.Value;
        return [.. Always(item, outside, operation).Concat(IsPossible(item.Stage, operation, outside.Way) ? Guards(item, outside, operation) : [OutOfPlace(item.Stage, operation)])
            .Concat(Direction(item, outside, command)).Order(StringComparer.Ordinal)];
    }

    /// <summary>The reasons against an operation by what is known of the item alone; of a failover, whichever type there is (FO-04).</summary>
    public static IReadOnlyList<string> Shown(ReferenceItem item, Outside outside, Step command) => Refusals(
        item, outside with { ReplicaLost = false },
        command == Step.Failover && Kinds(outside, item.ComesHome).Contains('P', StringComparison.Ordinal) ? Step.PlannedFailover : command);

    /// <summary>Whether the operation belongs to the stage (DESIGN.md, Phases; disabling gives up an enabling that stopped, too).</summary>
    public static bool IsPossible(Stage stage, Op operation, Way way) => stage switch
    {
        Stage.Bare => operation is Op.Enable or Op.Disable,
        Stage.Replicating => operation is Op.CreatePoint or Op.TestFailover or Op.CleanUpTestFailover or Op.Repair or Op.Failover or Op.Reprotect or Op.Disable or Op.Update,
        Stage.Tentative => operation is Op.Commit or Op.Update or Op.SwitchPoint or Op.CancelFailover, // FO-07
        _ => operation is Op.Reprotect or Op.Disable or Op.Update
            || (operation == Op.CompleteMigration && way != Way.Mirrored) // a migration ends in Azure
            || (operation == Op.Failover && way == Way.Fetched), // FB-05
    };

    private static IEnumerable<string> Always(ReferenceItem item, Outside outside, Op operation)
    {
        if (outside.Outdated)
        {
            yield return "VaultOutdated";
        }

        if (outside.Busy)
        {
            yield return "ItemBusy"; // FO-11
        }

        // A failover that broke off goes on or is given up; meanwhile nothing runs that could be copied.
        if (item.Halfway && operation is (Op.CreatePoint or Op.TestFailover or Op.Repair or Op.Commit))
        {
            yield return item.Stage == Stage.Tentative ? "ChangeUnfinished" : "FailoverUnfinished";
        }
    }

    // RP-08 has a reason of its own for a reprotect of what is not protected any more.
    private static string OutOfPlace(Stage stage, Op operation) =>
        stage == Stage.Bare && operation == Op.Reprotect ? "ProtectionDisabled" : "WrongPhase";

    private static IEnumerable<string> Guards(ReferenceItem item, Outside outside, Op operation)
    {
        (string Reason, bool Holds)[] guards = operation switch
        {
            Op.CreatePoint or Op.Repair => [("ReplicationNotInOrder", outside.Link != ReplicationMode.InOrder)],
            Op.Failover when item.Stage == Stage.Settled => [("MigrationCompleted", item.Migrated), ("MachineAtHome", !item.Away)],
            Op.Failover when item.Torn && IsFetched(item, outside) => [("TestFailoverExists", item.Rehearsed)], // FB-06: it completes the data
            Op.TestFailover or Op.Failover => [("NoRecoveryPoint", !outside.HasPoint), ("TestFailoverExists", item.Rehearsed)], // FB-01
            Op.SwitchPoint or Op.CancelFailover => [("PointsLost", item.Unkept)], // a point is exact or it is not offered
            Op.CleanUpTestFailover => [("NoTestFailover", !item.Rehearsed)],
            Op.Reprotect when item.Stage == Stage.Replicating => [("ReplicaWhole", !(item.Homeward && outside.ReplicaLost)), ("ComesHomeByFailover", IsFetched(item, outside))],
            Op.Reprotect => [("MigrationCompleted", item.Migrated), ("ComesHomeByFailover", IsFetched(item, outside))], // RP-08, FB-05
            Op.CompleteMigration => [("MigrationCompleted", item.Migrated), ("MachineAtHome", !item.Away)],
            Op.Disable when item.Stage == Stage.Replicating => [("TestFailoverExists", item.Rehearsed)],
            _ => [],
        };
        return guards.Where(guard => guard.Holds).Select(guard => guard.Reason);
    }

    private static bool IsFetched(ReferenceItem item, Outside outside) => outside.Way == Way.Fetched && item.Away;

    private static IEnumerable<string> Direction(ReferenceItem item, Outside outside, Step command)
    {
        if (command.Operation() is (Op.TestFailover or Op.Failover) && !Kinds(outside, command == Step.TestFailover ? item.Homeward : item.ComesHome).Contains(Kind(command), StringComparison.Ordinal))
        {
            yield return "UnsupportedDirection";
        }

        if (command == (item.ComesHome ? Step.FailoverFromHome : Step.FailoverToHome))
        {
            yield return "DirectionMismatch"; // FO-05
        }
    }

    private static char Kind(Step command) => command switch { Step.TestFailover => 'T', Step.PlannedFailover => 'P', _ => 'U' };

    /// <summary>FO-04, the matrix between Azure, or a second VMM site, and each kind of home: test, planned, unplanned.</summary>
    public static string Kinds(Outside outside, bool homeward) => (outside.HomeKind, homeward) switch
    {
        (FabricKind.Vmm, _) when outside.Way == Way.Mirrored => "TPU",
        (FabricKind.Vmm or FabricKind.HyperV, false) => "TPU",
        (FabricKind.Vmm or FabricKind.HyperV, true) => "P",
        (FabricKind.VMware or FabricKind.AzureVMwareSolution, true) => "U",
        (FabricKind.VMware or FabricKind.AzureVMwareSolution or FabricKind.Physical, false) => "TU",
        _ => "", // RP-10: nothing fails back to a physical server
    };
}
