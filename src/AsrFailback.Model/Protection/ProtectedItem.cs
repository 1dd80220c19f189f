namespace AsrFailback;

/// <summary>A protected machine in the service's words: a projection of the facts the engine keeps. Immutable.</summary>
public sealed record ProtectedItem
{
    private readonly IReadOnlyList<AsrError> _healthErrors = [];
    private readonly IReadOnlyList<ItemNic> _nics = [];
    private readonly IReadOnlyList<OperationStatus> _operations = [];
    private readonly IReadOnlyList<AllowedOperation> _allowedOperations = [];

    /// <summary>ARM id; its path is fixed when protection is enabled.</summary>
    public required ArmId Id { get; init; }

    /// <summary>Resource name.</summary>
    public required string Name { get; init; }

    /// <summary>Name of the machine.</summary>
    public required string FriendlyName { get; init; }

    /// <summary>The provider path (changes at a reprotect on the VMware path).</summary>
    public required InstanceType InstanceType { get; init; }

    /// <summary>Protection state in the service's words.</summary>
    public required ProtectionState ProtectionState { get; init; }

    /// <summary>Which end is active, in the service's words.</summary>
    public required ActiveLocation ActiveLocation { get; init; }

    /// <summary>What may be done now.</summary>
    public required IReadOnlyList<AllowedOperation> AllowedOperations
    {
        get => _allowedOperations;
        init => _allowedOperations = Indexable.Of(value);
    }

    /// <summary>Every operation, whether it may be started now, and why not.</summary>
    public IReadOnlyList<OperationStatus> Operations
    {
        get => _operations;
        init => _operations = Indexable.Of(value);
    }

    /// <summary>The fabric the machine came from.</summary>
    public required string HomeFabric { get; init; }

    /// <summary>The fabric it fails over to.</summary>
    public required string RecoveryFabric { get; init; }

    /// <summary>The fabric the machine runs on now.</summary>
    public required string ActiveFabric { get; init; }

    /// <summary>How it is protected now: its own policy, or on the way home to a VMware site the failback policy.</summary>
    public required ReplicationPolicy Policy { get; init; }

    /// <summary>Name of <see cref="Policy"/>.</summary>
    public required string PolicyName { get; init; }

    /// <summary>Its own policy, which counts while it is protected away from home and is the one that can be changed.</summary>
    public required ReplicationPolicy ForwardPolicy { get; init; }

    /// <summary>The machines it shares recovery points with; null for none.</summary>
    public string? ReplicationGroup { get; init; }

    /// <summary>The protection group it is in now: the failback group of its own while replication leads home.</summary>
    public required string ProtectionGroup { get; init; }

    /// <summary>Its network interfaces as they were seen at home last, with what they become at the recovery site; empty before they were seen (FO-12).</summary>
    public IReadOnlyList<ItemNic> Nics
    {
        get => _nics;
        init => _nics = Indexable.Of(value);
    }

    /// <summary>Whether a test failover exists.</summary>
    public required bool TestFailoverActive { get; init; }

    /// <summary>When the test failover began, UTC; null without one, or when that was not noted.</summary>
    public DateTimeOffset? TestFailoverStartedUtc { get; init; }

    /// <summary>When a failover that is not committed is taken back by itself if the vault stays open, UTC; null for never (FO-07).</summary>
    public DateTimeOffset? RollBackAtUtc { get; init; }

    /// <summary>What is wrong now, each with its remedy; empty when healthy.</summary>
    public IReadOnlyList<AsrError> HealthErrors
    {
        get => _healthErrors;
        init => _healthErrors = Indexable.Of(value);
    }

    /// <summary>The job that works on this item, or null.</summary>
    public string? CurrentJob { get; init; }
}
