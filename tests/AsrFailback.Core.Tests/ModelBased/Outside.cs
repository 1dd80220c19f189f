using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Tests;

/// <summary>How machines go between two sites and come home.</summary>
internal enum Way
{
    /// <summary>ESXi or physical, and Azure: a reprotect turns replication around (FB-02).</summary>
    Turned,

    /// <summary>Hyper-V or VMM, and Azure: the failover home fetches the data (FB-05).</summary>
    Fetched,

    /// <summary>Two VMM sites or clouds: the same in both directions (FO-09).</summary>
    Mirrored,
}

/// <summary>What surrounds an item. It is told to the reference and to the product alike: neither decides it.</summary>
internal sealed record Outside
{
    public static readonly Outside Quiet = new();

    public bool HasPoint { get; init; }

    public ReplicationMode Link { get; init; } = ReplicationMode.Stopped;

    public bool ReplicaLost { get; init; }

    public bool Busy { get; init; }

    public bool Outdated { get; init; }

    public FabricKind HomeKind { get; init; } = FabricKind.VMware;

    public FabricKind RecoveryKind { get; init; } = FabricKind.Azure;

    /// <summary>What the requirements say of a failover between these two kinds of site (FO-04).</summary>
    public Way Way => RecoveryKind != FabricKind.Azure ? Way.Mirrored : HomeKind is FabricKind.HyperV or FabricKind.Vmm ? Way.Fetched : Way.Turned;

    /// <summary>What is around an item after something happened.</summary>
    public Outside After(Step step) => step switch
    {
        Step.SynchronisationBegins => this with { Link = ReplicationMode.Synchronizing },
        Step.SynchronisationEnds or Step.DataIsSentHome => this with { Link = ReplicationMode.InOrder, HasPoint = true },
        Step.LinkBreaks => this with { Link = ReplicationMode.Disconnected },
        Step.QueueIsGivenUp => this with { Link = ReplicationMode.IntentOnly },
        Step.ReplicationStops or Step.DataSyncIsGivenUp => this with { Link = ReplicationMode.Stopped },
        Step.PointsAreLost => this with { HasPoint = false },
        Step.ReplicaIsLost => this with { ReplicaLost = true },
        Step.ReplicaIsFound => this with { ReplicaLost = false },
        Step.JobBegins => this with { Busy = true },
        Step.JobEnds => this with { Busy = false },
        Step.VaultGrowsOld => this with { Outdated = true },
        Step.VaultIsReplaced => this with { Outdated = false },
        _ => this,
    };

    /// <summary>What is around an item after a command that was carried out.</summary>
    public Outside After(ProtectionOperation done) => done switch
    {
        ProtectionOperation.Enable or ProtectionOperation.Reprotect => this with { HasPoint = false, Link = ReplicationMode.Synchronizing, ReplicaLost = false },
        ProtectionOperation.CancelFailover => this with { Link = ReplicationMode.Synchronizing },
        ProtectionOperation.Failover => this with { Link = ReplicationMode.Stopped },
        ProtectionOperation.Disable => this with { HasPoint = false, Link = ReplicationMode.Stopped },
        _ => this,
    };
}
