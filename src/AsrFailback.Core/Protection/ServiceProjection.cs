using AsrFailback.Core.Readiness;

namespace AsrFailback.Core.Protection;

/// <summary>
/// The service's words for our facts. Rows marked <em>seen</em> are the recorded exchanges; the others are our choice, the service's own
/// words where it was never seen. On the classic VMware path the words swap at a reprotect: the side that replicates is always called
/// primary. On the Hyper-V paths they do not: home is primary.
/// </summary>
public static class ServiceProjection
{
    /// <summary>The provider path; that of VMware follows the direction of replication.</summary>
    public static InstanceType InstanceTypeOf(ProtectionFacts facts) => facts.Path switch
    {
        ProviderPath.HyperVReplicaAzure => InstanceType.HyperVReplicaAzure, // seen
        ProviderPath.HyperVReplica => InstanceType.HyperVReplica,
        _ => facts.SourceSide == Side.Home ? InstanceType.InMageAzureV2 : InstanceType.InMage, // seen
    };

    /// <summary>Where the machine runs: primary is the side that replicates on the VMware path, home on the Hyper-V paths.</summary>
    public static ActiveLocation ActiveLocationOf(ProtectionFacts facts) =>
        facts.ActiveSide == (facts.Path == ProviderPath.InMage ? facts.SourceSide : Side.Home) ? ActiveLocation.Primary : ActiveLocation.Recovery;

    /// <summary>The protection state.</summary>
    /// <param name="facts">The item.</param>
    /// <param name="hasPoint">Whether a recovery point is listed.</param>
    public static ProtectionState ProtectionStateOf(ProtectionFacts facts, bool hasPoint) => facts.Phase switch
    {
        Phase.Protected when !hasPoint => ProtectionState.InitialReplicationInProgress, // ours
        Phase.Protected => ProtectionState.Protected, // seen, both directions
        Phase.CommitPending when facts.LastFailover == FailoverType.Planned => ProtectionState.PlannedFailoverCommitPending, // ours
        Phase.CommitPending => ProtectionState.UnplannedFailoverCommitPending, // ours
        Phase.Committed when facts.LastFailover == FailoverType.Planned => ProtectionState.PlannedFailoverCommitted, // ours
        Phase.Committed => ProtectionState.UnplannedFailoverCommitted, // seen, both directions
        _ => ProtectionState.Unprotected, // ours
    };

    /// <summary>What the service would list as allowed; which failovers there are is the direction's (FO-04).</summary>
    public static IReadOnlyList<AllowedOperation> AllowedOperationsOf(ProtectionFacts facts, bool hasPoint) => facts.Phase switch
    {
        Phase.Protected when facts.TestFailover is not null => [AllowedOperation.TestFailoverCleanup], // ours
        Phase.Protected when facts.HomeInconsistent => [AllowedOperation.FinalizeFailback], // ours
        Phase.Protected when !hasPoint => [AllowedOperation.DisableProtection], // ours
        Phase.Protected => FailoversOf(facts), // seen, both directions of the VMware path
        Phase.CommitPending when facts.PointsKept => [AllowedOperation.Commit, AllowedOperation.ChangePit, AllowedOperation.CancelFailover], // ours
        Phase.CommitPending => [AllowedOperation.Commit], // ours
        Phase.Committed when facts.MigrationCompleted => [AllowedOperation.DisableProtection], // ours
        Phase.Committed when facts.Path == ProviderPath.InMage => [AllowedOperation.CompleteMigration, AllowedOperation.DisableProtection, AllowedOperation.SwitchProtection], // seen, both directions
        Phase.Committed when facts.BringsDataHome => [AllowedOperation.CompleteMigration, AllowedOperation.DisableProtection, AllowedOperation.Failback], // ours
        Phase.Committed => [AllowedOperation.DisableProtection, AllowedOperation.ReverseReplicate], // ours
        _ => [], // ours
    };

    private static IReadOnlyList<AllowedOperation> FailoversOf(ProtectionFacts facts)
    {
        var kinds = DirectionMatrix.Between(facts.KindOf(facts.SourceSide), facts.KindOf(facts.TargetSide));
        return
        [
            .. kinds.HasFlag(FailoverKinds.Planned) ? [AllowedOperation.PlannedFailover] : Array.Empty<AllowedOperation>(),
            .. kinds.HasFlag(FailoverKinds.Unplanned) ? [AllowedOperation.UnplannedFailover] : Array.Empty<AllowedOperation>(),
            AllowedOperation.DisableProtection,
            .. kinds.HasFlag(FailoverKinds.Test) ? [AllowedOperation.TestFailover] : Array.Empty<AllowedOperation>(),
        ];
    }

    /// <summary>The whole item.</summary>
    public static ProtectedItem Project(ProtectionFacts facts, ArmId vault, bool hasPoint, string? currentJob) => new()
    {
        Id = vault.Child("replicationFabrics", facts.OriginFabric)
            .Child("replicationProtectionContainers", "local").Child("replicationProtectedItems", facts.Item),
        Name = facts.Item,
        FriendlyName = facts.Item,
        InstanceType = InstanceTypeOf(facts),
        ProtectionState = ProtectionStateOf(facts, hasPoint),
        ActiveLocation = ActiveLocationOf(facts),
        AllowedOperations = AllowedOperationsOf(facts, hasPoint),
        HomeFabric = facts.HomeFabric,
        RecoveryFabric = facts.RecoveryFabric,
        Policy = facts.PolicyInForce,
        PolicyName = Policies.NameToward(facts, facts.TargetSide),
        ForwardPolicy = facts.Policy,
        ReplicationGroup = facts.ReplicationGroup,
        ProtectionGroup = ProtectionGroups.Of(facts),
        ActiveFabric = facts.FabricOf(facts.ActiveSide),
        TestFailoverActive = facts.TestFailover is not null,
        TestFailoverStartedUtc = facts.TestFailover?.StartedUtc,
        CurrentJob = currentJob,
    };
}
