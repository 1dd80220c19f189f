using AsrFailback.Core.Errors;
using AsrFailback.Core.Readiness;

namespace AsrFailback.Core.Protection;

/// <summary>Judges an operation by the facts alone: pure, and complete. All reasons at once, never only the first (invariant 7).</summary>
public static class ProtectionRules
{
    /// <summary>Every check of an operation against the phase table and its guards.</summary>
    public static IReadOnlyList<CheckResult> Check(ProtectionFacts facts, ProtectionOperation operation, Surroundings around) =>
        ReadinessRules.Evaluate(PhaseChecks.All, new Situation { Facts = facts, Operation = operation, Around = around });

    /// <summary>Every operation of the phase table, with the reasons against it. What only the sites know is not looked at.</summary>
    public static IReadOnlyList<OperationStatus> OperationsOf(ProtectionFacts facts, Surroundings around) =>
    [
        .. Enum.GetValues<ProtectionOperation>().Where(operation => operation != ProtectionOperation.Enable).Select(operation =>
            new OperationStatus(operation.ToString(), [.. ReadinessRules.ReasonsAgainst(PhaseChecks.All, new Situation { Facts = facts, Operation = operation, Around = around })])),
    ];

    /// <summary>What is wrong with an item that nobody works on; null when it is as its phase says. A plan that keeps it does not work on it.</summary>
    public static AsrError? HealthOf(ProtectionFacts facts, Job? busyWith) =>
        busyWith is not null && busyWith.TargetObjectType != TargetObjectType.RecoveryPlan ? null
        : facts.Switching || facts.ShutDown ? Unfinished(facts)
        : facts.HomeInconsistent ? ErrorCatalogue.Error("HomeInconsistent", facts.Item, facts.HomeFabric) : null;

    /// <summary>What is told of a failover, or of a change before its commit, that did not come to its end.</summary>
    public static AsrError Unfinished(ProtectionFacts facts) => ErrorCatalogue.Error(facts.Phase == Phase.CommitPending ? "ChangeUnfinished" : "FailoverUnfinished", facts.Item);
}
