using AsrFailback.Core.Errors;

namespace AsrFailback.Core.Protection;

/// <summary>What surrounds the phase when a command is judged.</summary>
/// <param name="ListedPoints">Number of listed recovery points.</param>
/// <param name="Mode">What replication is doing.</param>
/// <param name="BusyWith">Name of another unfinished job on the item, or null.</param>
public sealed record Surroundings(int ListedPoints, ReplicationMode Mode, string? BusyWith);

/// <summary>Judges an operation: pure, and complete. All reasons at once, never only the first (invariant 7).</summary>
public static class ProtectionRules
{
    /// <summary>Every check of an operation against the phase table and its guards.</summary>
    public static IReadOnlyList<CheckResult> Check(ProtectionFacts facts, ProtectionOperation operation, Surroundings around)
    {
        var row = PhaseTable.Find(facts.Phase, operation);
        var checks = new List<CheckResult>
        {
            CheckResult.Of("NotBusy", "FO-11", around.BusyWith is null, () => ErrorCatalogue.Error("ItemBusy", facts.Item, around.BusyWith!)),
            CheckResult.Of("Phase", "FO-07", row is not null, () => WrongPhase(facts, operation)),
        };
        if (operation is ProtectionOperation.CreatePoint or ProtectionOperation.TestFailover)
        {
            checks.Add(CheckResult.Of("NotSwitching", "FO-11", !facts.Switching && !facts.ShutDown, () => ErrorCatalogue.Error("FailoverUnfinished", facts.Item)));
        }

        if (operation == ProtectionOperation.TestFailover)
        {
            checks.Add(CheckResult.Of(
                "Direction", "FO-04", facts.SourceSide == Side.Home,
                () => ErrorCatalogue.Error("UnsupportedDirection", facts.RecoveryFabric, facts.HomeFabric, "Unplanned")));
        }

        if (row is not null)
        {
            checks.AddRange(CheckGuards(facts, row.Guards, around));
        }

        return checks;
    }

    /// <summary>Every operation of the phase table, with the reasons against it. What only the sites know is not looked at.</summary>
    public static IReadOnlyList<OperationStatus> OperationsOf(ProtectionFacts facts, Surroundings around) =>
    [
        .. Enum.GetValues<ProtectionOperation>().Where(operation => operation != ProtectionOperation.Enable).Select(operation =>
            new OperationStatus(operation.ToString(), [.. Check(facts, operation, around).Where(check => !check.Passed).Select(check => check.Finding!)])),
    ];

    /// <summary>What is wrong with an item that nobody works on; null when it is as its phase says.</summary>
    public static AsrError? HealthOf(ProtectionFacts facts, string? busyWith) =>
        busyWith is null && (facts.Switching || facts.ShutDown) ? ErrorCatalogue.Error("FailoverUnfinished", facts.Item) : null;

    private static IEnumerable<CheckResult> CheckGuards(ProtectionFacts facts, Guards guards, Surroundings around)
    {
        if (guards.HasFlag(Guards.HasPoint))
        {
            yield return CheckResult.Of("HasRecoveryPoint", "FB-01", around.ListedPoints > 0, () => ErrorCatalogue.Error("NoRecoveryPoint", facts.Item));
        }

        if (guards.HasFlag(Guards.NoTestFailover))
        {
            yield return CheckResult.Of("NoTestFailover", "FO-01", facts.TestFailover is null, () => ErrorCatalogue.Error("TestFailoverExists", facts.Item));
        }

        if (guards.HasFlag(Guards.TestFailover))
        {
            yield return CheckResult.Of("TestFailoverExists", "FO-01", facts.TestFailover is not null, () => ErrorCatalogue.Error("NoTestFailover", facts.Item));
        }

        if (guards.HasFlag(Guards.InOrder))
        {
            yield return CheckResult.Of(
                "ReplicationInOrder", "RP-14", around.Mode == ReplicationMode.InOrder,
                () => ErrorCatalogue.Error("ReplicationNotInOrder", facts.Item, around.Mode));
        }
    }

    private static AsrError WrongPhase(ProtectionFacts facts, ProtectionOperation operation) =>
        ErrorCatalogue.Error("WrongPhase", facts.Item, operation, facts.Phase, string.Join(", ", PhaseTable.PhasesOf(operation)));
}
