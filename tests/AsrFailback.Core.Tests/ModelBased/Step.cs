using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Tests;

/// <summary>One step of a walk through the life cycle: a command somebody gives, or something that happens to an item.</summary>
internal enum Step
{
    Enable,
    CreatePoint,
    TestFailover,
    CleanUp,
    Failover,
    PlannedFailover,
    FailoverFromHome,
    FailoverToHome,
    Commit,
    SwitchPoint,
    CancelFailover,
    Reprotect,
    Disable,
    CompleteMigration,
    Repair,
    Update,

    // What follows is no command: it happens.
    SynchronisationBegins,
    SynchronisationEnds,
    LinkBreaks,
    QueueIsGivenUp,
    ReplicationStops,
    PointsAreLost,
    ReplicaIsLost,
    ReplicaIsFound,
    FailoverBreaksOffEarly,
    FailoverBreaksOff,
    NothingIsKept,
    DataSyncBegins,
    DataIsSentHome,
    DataSyncIsGivenUp,
    JobBegins,
    JobEnds,
    VaultGrowsOld,
    VaultIsReplaced,
}

/// <summary>What the steps are to the product.</summary>
internal static class Steps
{
    /// <summary>The operation of a command; null for what happens.</summary>
    public static ProtectionOperation? Operation(this Step step) => step switch
    {
        Step.Enable => ProtectionOperation.Enable,
        Step.CreatePoint => ProtectionOperation.CreatePoint,
        Step.TestFailover => ProtectionOperation.TestFailover,
        Step.CleanUp => ProtectionOperation.CleanUpTestFailover,
        Step.Failover or Step.PlannedFailover or Step.FailoverFromHome or Step.FailoverToHome => ProtectionOperation.Failover,
        Step.Commit => ProtectionOperation.Commit,
        Step.SwitchPoint => ProtectionOperation.SwitchPoint,
        Step.CancelFailover => ProtectionOperation.CancelFailover,
        Step.Reprotect => ProtectionOperation.Reprotect,
        Step.Disable => ProtectionOperation.Disable,
        Step.CompleteMigration => ProtectionOperation.CompleteMigration,
        Step.Repair => ProtectionOperation.Repair,
        Step.Update => ProtectionOperation.Update,
        _ => null,
    };

    /// <summary>The command that a step gives; null where only the operation is asked about.</summary>
    public static ItemCommand? Command(this Step step, string item) => step switch
    {
        Step.Failover => new StartFailover(item, null, true),
        Step.PlannedFailover => new StartFailover(item, null, true) { Type = FailoverType.Planned },
        Step.FailoverFromHome => new StartFailover(item, null, true) { Direction = FailoverDirection.FromHome },
        Step.FailoverToHome => new StartFailover(item, null, true) { Direction = FailoverDirection.ToHome },
        Step.TestFailover => new StartTestFailover(item, null, null),
        Step.Reprotect => new Reprotect(item),
        _ => null,
    };

    /// <summary>All commands.</summary>
    public static IReadOnlyList<Step> Commands { get; } = [.. Enum.GetValues<Step>().Where(step => step.Operation() is not null)];
}
