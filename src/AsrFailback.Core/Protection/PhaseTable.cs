namespace AsrFailback.Core.Protection;

/// <summary>The commands the phase table knows.</summary>
public enum ProtectionOperation
{
    /// <summary>Enable protection.</summary>
    Enable,

    /// <summary>Create a recovery point.</summary>
    CreatePoint,

    /// <summary>Start a test failover.</summary>
    TestFailover,

    /// <summary>Clean a test failover up.</summary>
    CleanUpTestFailover,

    /// <summary>Fail over, in the direction of the replication.</summary>
    Failover,

    /// <summary>Commit the failover.</summary>
    Commit,

    /// <summary>Reprotect.</summary>
    Reprotect,

    /// <summary>Disable protection.</summary>
    Disable,

    /// <summary>Declare a migration complete.</summary>
    CompleteMigration,

    /// <summary>Read the whole replica and fetch damaged blocks again.</summary>
    Repair,

    /// <summary>Change the policy.</summary>
    Update,

    /// <summary>Bring a machine that failed over to another recovery point.</summary>
    SwitchPoint,

    /// <summary>Take a failover back before its commit.</summary>
    CancelFailover,
}

/// <summary>What a guard requires of the facts around the phase.</summary>
[Flags]
public enum Guards
{
    /// <summary>Nothing more.</summary>
    None = 0,

    /// <summary>At least one recovery point is listed (FB-01).</summary>
    HasPoint = 1,

    /// <summary>No test failover exists.</summary>
    NoTestFailover = 2,

    /// <summary>A test failover exists.</summary>
    TestFailover = 4,

    /// <summary>Replication follows in order; no synchronisation is running.</summary>
    InOrder = 8,

    /// <summary>The migration was not declared complete (RP-08).</summary>
    NotMigrated = 16,

    /// <summary>The machine runs away from its home.</summary>
    AwayFromHome = 32,

    /// <summary>The replica that the machine replicates home to is lost.</summary>
    ReplicaLost = 64,

    /// <summary>What the machine overwrites since its failover is kept (FO-07).</summary>
    PointsKept = 128,

    /// <summary>Replication may be turned around: a machine in Azure that comes home to Hyper-V fails back instead (FB-05).</summary>
    TurnsAround = 256,
}

/// <summary>One row: in a phase, an operation leads to the next phase if its guards hold.</summary>
/// <param name="Phase">Phase before.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Next">Phase after.</param>
/// <param name="Guards">What must hold.</param>
public sealed record Transition(Phase Phase, ProtectionOperation Operation, Phase Next, Guards Guards)
{
    /// <summary>The paths it is possible on; empty for every one.</summary>
    public IReadOnlyList<ProviderPath> Paths { get; init; } = [];

    /// <summary>Whether it is possible on a path.</summary>
    public bool IsOn(ProviderPath path) => Paths.Count == 0 || Paths.Contains(path);
}

/// <summary>
/// The one state-machine table: phase × operation → next phase. A cell that is not listed is a refusal. It holds for
/// both directions, because facts are side-neutral (FO-07, FO-08, RP-14, FB-01, FB-04), and on every path that a row does not leave out.
/// </summary>
public static class PhaseTable
{
    /// <summary>Every allowed cell.</summary>
    public static IReadOnlyList<Transition> Transitions { get; } =
    [
        new(Phase.Unprotected, ProtectionOperation.Enable, Phase.Protected, Guards.None),
        new(Phase.Unprotected, ProtectionOperation.Disable, Phase.Unprotected, Guards.None), // an enabling that was stopped
        new(Phase.Protected, ProtectionOperation.CreatePoint, Phase.Protected, Guards.InOrder),
        new(Phase.Protected, ProtectionOperation.TestFailover, Phase.Protected, Guards.HasPoint | Guards.NoTestFailover),
        new(Phase.Protected, ProtectionOperation.CleanUpTestFailover, Phase.Protected, Guards.TestFailover),
        new(Phase.Protected, ProtectionOperation.Failover, Phase.CommitPending, Guards.HasPoint | Guards.NoTestFailover),
        new(Phase.Protected, ProtectionOperation.Reprotect, Phase.Protected, Guards.ReplicaLost | Guards.TurnsAround),
        new(Phase.Protected, ProtectionOperation.Repair, Phase.Protected, Guards.InOrder),
        new(Phase.Protected, ProtectionOperation.Update, Phase.Protected, Guards.None),
        new(Phase.Protected, ProtectionOperation.Disable, Phase.Unprotected, Guards.NoTestFailover),
        new(Phase.CommitPending, ProtectionOperation.Update, Phase.CommitPending, Guards.None),
        new(Phase.CommitPending, ProtectionOperation.SwitchPoint, Phase.CommitPending, Guards.PointsKept),
        new(Phase.CommitPending, ProtectionOperation.CancelFailover, Phase.Protected, Guards.PointsKept),
        new(Phase.CommitPending, ProtectionOperation.Commit, Phase.Committed, Guards.None),
        new(Phase.Committed, ProtectionOperation.Reprotect, Phase.Protected, Guards.NotMigrated | Guards.TurnsAround),
        new(Phase.Committed, ProtectionOperation.Failover, Phase.CommitPending, Guards.NotMigrated | Guards.AwayFromHome) { Paths = [ProviderPath.HyperVReplicaAzure] },
        new(Phase.Committed, ProtectionOperation.CompleteMigration, Phase.Committed, Guards.NotMigrated | Guards.AwayFromHome) { Paths = [ProviderPath.InMage, ProviderPath.HyperVReplicaAzure] },
        new(Phase.Committed, ProtectionOperation.Update, Phase.Committed, Guards.None),
        new(Phase.Committed, ProtectionOperation.Disable, Phase.Unprotected, Guards.None),
    ];

    /// <summary>The row of a cell, or null when the operation is refused in that phase.</summary>
    public static Transition? Find(ProviderPath path, Phase phase, ProtectionOperation operation) =>
        Transitions.FirstOrDefault(row => row.Phase == phase && row.Operation == operation && row.IsOn(path));

    /// <summary>The phases in which an operation is possible at all: the remedy of a refusal.</summary>
    public static IEnumerable<Phase> PhasesOf(ProviderPath path, ProtectionOperation operation) =>
        Transitions.Where(row => row.Operation == operation && row.IsOn(path)).Select(row => row.Phase);
}
