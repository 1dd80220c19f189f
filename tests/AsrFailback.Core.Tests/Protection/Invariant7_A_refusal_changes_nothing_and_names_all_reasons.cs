using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Tests;

/// <summary>
/// The pure part of invariant 7: all reasons at once, each with code, causes and remedy. To see it fail, return from
/// <c>ReadinessRules.Evaluate</c> at the first failed check, or build the refusal from <c>reasons[0]</c> alone.
/// </summary>
public sealed class Invariant7_A_refusal_changes_nothing_and_names_all_reasons
{
    [Fact]
    [Requirement("FB-01")]
    public void Every_combination_of_facts_yields_exactly_the_reasons_that_hold()
    {
        var wrong = from phase in Enum.GetValues<Phase>()
                    from operation in Enum.GetValues<ProtectionOperation>()
                    from points in new[] { 0, 1 }
                    from tested in new[] { false, true }
                    from mode in Enum.GetValues<ReplicationMode>()
                    from busy in new[] { false, true }
                    from source in Enum.GetValues<Side>()
                    from switching in new[] { false, true }
                    from shutDown in new[] { false, true }
                    from migrated in new[] { false, true }
                    let facts = Facts.In(phase, source, source) with
                    {
                        TestFailover = tested ? Facts.Test : null, Switching = switching, ShutDown = shutDown, MigrationCompleted = migrated,
                    }
                    let around = new Surroundings(points, mode, busy ? Facts.Job : null)
                    let found = ProtectionRules.Check(facts, operation, around).Where(check => !check.Passed).Select(check => check.Finding!.Id).Order()
                    where !found.SequenceEqual(Expected(facts, operation, around).Order())
                    select $"{phase} {operation} {around} {source}: {string.Join(' ', found)}";

        Assert.Empty(wrong);
    }

    [Fact]
    public void A_refusal_for_several_reasons_carries_all_of_them()
    {
        AsrError[] reasons = [ErrorCatalogue.Error("NoRecoveryPoint", "web01"), ErrorCatalogue.Error("TestFailoverExists", "web01")];

        var refusal = ErrorCatalogue.Refusal("Failover", "web01", reasons);

        Assert.Equal("Refused", refusal.Error.Id);
        Assert.Equal(reasons, refusal.Error.Reasons);
        Assert.Contains("2 reasons", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_for_one_reason_is_that_reason()
    {
        var reason = ErrorCatalogue.Error("MachineNotRunning", "web01", "azure");

        var refusal = ErrorCatalogue.Refusal("Reprotect", "web01", [reason]);

        Assert.Equal(("MachineNotRunning", "78093"), (refusal.Error.Id, refusal.Error.Code));
        Assert.Equal(reason, Assert.Single(refusal.Error.Reasons));
    }

    [Fact]
    [Requirement("ER-Own")]
    public void Every_reason_has_code_message_causes_and_remedy()
    {
        var around = new Surroundings(0, ReplicationMode.Stopped, Facts.Job);
        var worst = Facts.Web01 with { SourceSide = Side.Recovery, TestFailover = Facts.Test, MigrationCompleted = true, Switching = true };
        var reasons = from operation in Enum.GetValues<ProtectionOperation>()
                      from phase in Enum.GetValues<Phase>()
                      from check in ProtectionRules.Check(worst with { Phase = phase }, operation, around)
                      where !check.Passed
                      select check.Finding!;

        Assert.All(reasons, reason => Assert.DoesNotContain("", new[] { reason.Code, reason.Message, reason.PossibleCauses, reason.RecommendedAction }));
    }

    // The same rules once more, written down independently of the code.
    private static IEnumerable<string> Expected(ProtectionFacts facts, ProtectionOperation operation, Surroundings around)
    {
        var allowed = (facts.Phase, operation) is (Phase.Unprotected, ProtectionOperation.Enable or ProtectionOperation.Disable)
            or (Phase.CommitPending, ProtectionOperation.Commit or ProtectionOperation.SwitchPoint or ProtectionOperation.CancelFailover)
            or (not Phase.Unprotected, ProtectionOperation.Update)
            or (Phase.Committed, ProtectionOperation.Reprotect or ProtectionOperation.CompleteMigration or ProtectionOperation.Disable)
            or (Phase.Protected, ProtectionOperation.CreatePoint or ProtectionOperation.TestFailover or ProtectionOperation.CleanUpTestFailover
                or ProtectionOperation.Failover or ProtectionOperation.Reprotect or ProtectionOperation.Disable or ProtectionOperation.Repair);
        var needsOrder = operation is ProtectionOperation.CreatePoint or ProtectionOperation.Repair;
        var needsPoint = operation is ProtectionOperation.TestFailover or ProtectionOperation.Failover;
        var needsNoTest = needsPoint || (operation == ProtectionOperation.Disable && facts.Phase == Phase.Protected);
        (string Id, bool Holds)[] reasons =
        [
            ("ItemBusy", around.BusyWith is not null),
            ("ProtectionDisabled", !allowed && facts.Phase == Phase.Unprotected && operation == ProtectionOperation.Reprotect),
            ("WrongPhase", !allowed && !(facts.Phase == Phase.Unprotected && operation == ProtectionOperation.Reprotect)),
            ("MigrationCompleted", allowed && facts.Phase == Phase.Committed && facts.MigrationCompleted && operation is ProtectionOperation.Reprotect or ProtectionOperation.CompleteMigration),
            ("ReplicaWhole", facts.Phase == Phase.Protected && operation == ProtectionOperation.Reprotect),
            ("MachineAtHome", allowed && operation == ProtectionOperation.CompleteMigration && facts.ActiveSide == Side.Home),
            (facts.Phase == Phase.CommitPending ? "ChangeUnfinished" : "FailoverUnfinished",
                (facts.Switching || facts.ShutDown) && (needsOrder || operation is ProtectionOperation.TestFailover or ProtectionOperation.Commit)),
            ("PointsLost", allowed && !facts.PointsKept && (operation is ProtectionOperation.SwitchPoint or ProtectionOperation.CancelFailover)),
            ("UnsupportedDirection", operation == ProtectionOperation.TestFailover && facts.SourceSide == Side.Recovery),
            ("NoRecoveryPoint", allowed && needsPoint && around.ListedPoints == 0),
            ("TestFailoverExists", allowed && needsNoTest && facts.TestFailover is not null),
            ("NoTestFailover", allowed && operation == ProtectionOperation.CleanUpTestFailover && facts.TestFailover is null),
            ("ReplicationNotInOrder", allowed && needsOrder && around.Mode != ReplicationMode.InOrder),
        ];
        return reasons.Where(reason => reason.Holds).Select(reason => reason.Id);
    }
}
