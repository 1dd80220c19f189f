namespace AsrFailback.Core.Protection;

/// <summary>
/// The service's words for our facts, on the classic VMware path. Rows marked <em>seen</em> are the recorded exchanges;
/// the others are our choice, the service's own words where it was never seen. On this path the words swap at a
/// reprotect: the side that replicates is always called primary.
/// </summary>
public static class ServiceProjection
{
    private static readonly AllowedOperation[] CommittedOperations =
        [new("CompleteMigration"), AllowedOperation.DisableProtection, AllowedOperation.SwitchProtection];

    /// <summary>The provider path: it follows the direction of replication.</summary>
    public static InstanceType InstanceTypeOf(ProtectionFacts facts) =>
        facts.SourceSide == Side.Home ? InstanceType.InMageAzureV2 : InstanceType.InMage;

    /// <summary>Primary while the machine runs on the side that replicates, Recovery after a failover.</summary>
    public static ActiveLocation ActiveLocationOf(ProtectionFacts facts) =>
        facts.ActiveSide == facts.SourceSide ? ActiveLocation.Primary : ActiveLocation.Recovery;

    /// <summary>The protection state.</summary>
    /// <param name="facts">The item.</param>
    /// <param name="hasPoint">Whether a recovery point is listed.</param>
    public static ProtectionState ProtectionStateOf(ProtectionFacts facts, bool hasPoint) => facts.Phase switch
    {
        Phase.Protected when !hasPoint => ProtectionState.InitialReplicationInProgress, // ours
        Phase.Protected => ProtectionState.Protected, // seen, both directions
        Phase.CommitPending => ProtectionState.UnplannedFailoverCommitPending, // ours
        Phase.Committed => ProtectionState.UnplannedFailoverCommitted, // seen, both directions
        _ => ProtectionState.Unprotected, // ours
    };

    /// <summary>What the service would list as allowed. Test failover exists only toward Azure (FO-04).</summary>
    public static IReadOnlyList<AllowedOperation> AllowedOperationsOf(ProtectionFacts facts, bool hasPoint) => facts.Phase switch
    {
        Phase.Protected when facts.TestFailover is not null => [AllowedOperation.TestFailoverCleanup], // ours
        Phase.Protected when !hasPoint => [AllowedOperation.DisableProtection], // ours
        Phase.Protected when facts.SourceSide == Side.Recovery => [AllowedOperation.UnplannedFailover, AllowedOperation.DisableProtection], // seen
        Phase.Protected => [AllowedOperation.UnplannedFailover, AllowedOperation.DisableProtection, AllowedOperation.TestFailover], // seen
        Phase.CommitPending when facts.PointsKept => [AllowedOperation.Commit, AllowedOperation.ChangePit, AllowedOperation.CancelFailover], // ours
        Phase.CommitPending => [AllowedOperation.Commit], // ours
        Phase.Committed when facts.MigrationCompleted => [AllowedOperation.DisableProtection], // ours
        Phase.Committed => CommittedOperations, // seen, both directions
        _ => [], // ours
    };

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
