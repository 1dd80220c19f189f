namespace AsrFailback;

/// <summary>Protection state of an item, in the service's words; unknown words survive. Thread-safe (immutable).</summary>
/// <param name="Value">The word as the service writes it.</param>
public readonly record struct ProtectionState(string Value)
{
    /// <summary>Not protected.</summary>
    public static readonly ProtectionState Unprotected = new("Unprotected");

    /// <summary>Replicating and able to fail over.</summary>
    public static readonly ProtectionState Protected = new("Protected");

    /// <summary>Initial replication has not completed.</summary>
    public static readonly ProtectionState InitialReplicationInProgress = new("InitialReplicationInProgress");

    /// <summary>Failed over; waits for the commit (FO-07).</summary>
    public static readonly ProtectionState UnplannedFailoverCommitPending = new("UnplannedFailoverCommitPending");

    /// <summary>Failed over and committed; not protected (FO-08).</summary>
    public static readonly ProtectionState UnplannedFailoverCommitted = new("UnplannedFailoverCommitted");

    /// <summary>Failed over without loss; waits for the commit (FO-02).</summary>
    public static readonly ProtectionState PlannedFailoverCommitPending = new("PlannedFailoverCommitPending");

    /// <summary>Failed over without loss and committed (FO-02).</summary>
    public static readonly ProtectionState PlannedFailoverCommitted = new("PlannedFailoverCommitted");

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Which end of the current replication is active, in the service's words.</summary>
/// <param name="Value">The word as the service writes it.</param>
public readonly record struct ActiveLocation(string Value)
{
    /// <summary>The end that replicates.</summary>
    public static readonly ActiveLocation Primary = new("Primary");

    /// <summary>The end that is replicated to.</summary>
    public static readonly ActiveLocation Recovery = new("Recovery");

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>The provider path of an item, in the service's words.</summary>
/// <param name="Value">The word as the service writes it.</param>
public readonly record struct InstanceType(string Value)
{
    /// <summary>VMware or physical to Azure, classic.</summary>
    public static readonly InstanceType InMageAzureV2 = new("InMageAzureV2");

    /// <summary>Azure to VMware, classic.</summary>
    public static readonly InstanceType InMage = new("InMage");

    /// <summary>A Hyper-V or VMM site and Azure, in both directions.</summary>
    public static readonly InstanceType HyperVReplicaAzure = new("HyperVReplicaAzure");

    /// <summary>Two VMM sites or clouds, in both directions.</summary>
    public static readonly InstanceType HyperVReplica = new("HyperVReplica2012R2");

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>An operation the service lists as allowed on an item.</summary>
/// <param name="Value">The word as the service writes it.</param>
public readonly record struct AllowedOperation(string Value)
{
    /// <summary>Fail over without loss.</summary>
    public static readonly AllowedOperation PlannedFailover = new("PlannedFailover");

    /// <summary>Fail over from Azure to Hyper-V.</summary>
    public static readonly AllowedOperation Failback = new("Failback");

    /// <summary>Complete a failover from Azure whose data is at home.</summary>
    public static readonly AllowedOperation FinalizeFailback = new("FinalizeFailback");

    /// <summary>Replicate in the other direction, on the Hyper-V path.</summary>
    public static readonly AllowedOperation ReverseReplicate = new("ReverseReplicate");

    /// <summary>Fail over without a planned shutdown.</summary>
    public static readonly AllowedOperation UnplannedFailover = new("UnplannedFailover");

    /// <summary>Stop protecting.</summary>
    public static readonly AllowedOperation DisableProtection = new("DisableProtection");

    /// <summary>Start a test failover.</summary>
    public static readonly AllowedOperation TestFailover = new("TestFailover");

    /// <summary>Remove the machines of a test failover.</summary>
    public static readonly AllowedOperation TestFailoverCleanup = new("TestFailoverCleanup");

    /// <summary>Commit a failover.</summary>
    public static readonly AllowedOperation Commit = new("Commit");

    /// <summary>Go to another recovery point before the commit.</summary>
    public static readonly AllowedOperation ChangePit = new("ChangePit");

    /// <summary>Take a failover back before the commit.</summary>
    public static readonly AllowedOperation CancelFailover = new("CancelFailover");

    /// <summary>Reprotect: replicate in the other direction.</summary>
    public static readonly AllowedOperation SwitchProtection = new("SwitchProtection");

    /// <summary>Declare a migration complete.</summary>
    public static readonly AllowedOperation CompleteMigration = new("CompleteMigration");

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>State of a job or of one of its tasks, in the service's words.</summary>
/// <param name="Value">The word as the service writes it.</param>
public readonly record struct JobState(string Value)
{
    /// <summary>Recorded, not yet started.</summary>
    public static readonly JobState NotStarted = new("NotStarted");

    /// <summary>Running, or stopped in the middle and to be continued.</summary>
    public static readonly JobState InProgress = new("InProgress");

    /// <summary>Waits for somebody: a manual action of a plan.</summary>
    public static readonly JobState Suspended = new("Suspended");

    /// <summary>Done.</summary>
    public static readonly JobState Succeeded = new("Succeeded");

    /// <summary>Ended with an error.</summary>
    public static readonly JobState Failed = new("Failed");

    /// <summary>Done for some machines of a plan, not for all.</summary>
    public static readonly JobState PartiallySucceeded = new("PartiallySucceeded");

    /// <summary>Done for all machines of a plan, although an action of it failed.</summary>
    public static readonly JobState CompletedWithInformation = new("CompletedWithInformation");

    /// <summary>Stopped by the caller.</summary>
    public static readonly JobState Cancelled = new("Cancelled");

    /// <summary>The service's word for a skipped task.</summary>
    public static readonly JobState Other = new("Other");

    /// <summary>Whether nothing more will happen.</summary>
    public bool IsFinal =>
        this == Succeeded || this == CompletedWithInformation || this == PartiallySucceeded || this == Failed || this == Cancelled || this == Other;

    /// <inheritdoc/>
    public override string ToString() => Value;
}
