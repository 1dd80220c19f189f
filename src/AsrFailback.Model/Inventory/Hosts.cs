using System.Text.Json.Serialization;

namespace AsrFailback;

/// <summary>A datastore.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type"><c>VMFS</c>, <c>vSAN</c>, <c>NFS</c>; <c>StorageAccount</c> in Azure, <c>Volume</c> elsewhere.</param>
/// <param name="Hosts">The hosts that mount it read/write.</param>
public sealed record Datastore(string Name, string Type, IReadOnlyList<string> Hosts)
{
    /// <summary>The hosts that mount it read-only (RP-02).</summary>
    public IReadOnlyList<string> ReadOnlyHosts { get; init; } = [];

    /// <summary>Whether it can be used now (ER 8061).</summary>
    public bool Accessible { get; init; } = true;

    /// <summary>The fabric it belongs to; filled in by queries, not stored with it.</summary>
    [JsonIgnore]
    public string Fabric { get; init; } = "";
}

/// <summary>A host of a site.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Licence"><c>Licensed</c>, <c>Evaluation</c> or <c>Free</c> (RP-09).</param>
public sealed record EsxiHost(string Name, string Licence)
{
    /// <summary><c>ESXi</c>, or what else runs its machines (RP-09).</summary>
    public string Hypervisor { get; init; } = "ESXi";

    /// <summary>Its operating system, for example <c>Windows Server 2012 R2</c>; null when it is not known (FB-07).</summary>
    public string? OperatingSystem { get; init; }

    /// <summary>Names of its virtual switches; empty where they are not known (FB-07).</summary>
    public IReadOnlyList<string> Switches { get; init; } = [];

    /// <summary>Whether the configuration server has discovered it (RP-15).</summary>
    public bool Discovered { get; init; } = true;

    /// <summary>Memory that machines can still be given, in bytes; null when it is not known (ER 8038).</summary>
    public long? FreeMemoryBytes { get; init; }

    /// <summary>The fabric it belongs to; filled in by queries, not stored with it.</summary>
    [JsonIgnore]
    public string Fabric { get; init; } = "";

    /// <summary>The same host when machines that run on it have taken theirs.</summary>
    /// <param name="takenBytes">Their memory, in bytes.</param>
    public EsxiHost Left(long takenBytes) => this with { FreeMemoryBytes = FreeMemoryBytes is { } bytes ? Math.Max(0, bytes - takenBytes) : null };
}

/// <summary>A network of a site.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Fabric">The fabric it belongs to.</param>
public sealed record Network(string Name, string Fabric)
{
    /// <summary>The prefixes of its addresses, for example <c>10.1.0.0/24</c>; empty where they are not known (FO-12).</summary>
    public IReadOnlyList<string> Prefixes { get; init; } = [];
}

/// <summary>Addresses of a network (FO-12).</summary>
/// <param name="NetworkName">The network's name.</param>
/// <param name="Prefix">The prefix of its addresses, for example <c>10.1.0.0/24</c>.</param>
public sealed record Subnet(string NetworkName, string Prefix);
