namespace AsrFailback.Core.Protection;

/// <summary>How two sites replicate, which decides how machines fail over between them and come home (FO-04).</summary>
public enum ProviderPath
{
    /// <summary>ESXi hosts or physical servers and Azure: a reprotect turns replication around, an unplanned failover comes home (FB-02).</summary>
    InMage,

    /// <summary>A Hyper-V or VMM site and Azure: a planned failover brings the data home, too (FB-05).</summary>
    HyperVReplicaAzure,

    /// <summary>Two VMM sites, or two clouds of one server: replication is reversed between equals (FO-09).</summary>
    HyperVReplica,
}

/// <summary>Which path a pair of sites has.</summary>
public static class ProviderPaths
{
    /// <summary>The path between two kinds of site.</summary>
    /// <param name="home">Kind of the home fabric.</param>
    /// <param name="recovery">Kind of the recovery fabric.</param>
    public static ProviderPath Between(FabricKind home, FabricKind recovery) =>
        !home.IsHyperV() ? ProviderPath.InMage : recovery == FabricKind.Azure ? ProviderPath.HyperVReplicaAzure : ProviderPath.HyperVReplica;
}
