namespace AsrFailback;

/// <summary>Everything the checks look at, of one site, at one moment; any home can fill it. Immutable.</summary>
public sealed record InventorySnapshot
{
    /// <summary>The fabric's name.</summary>
    public required string Fabric { get; init; }

    /// <summary>Its kind.</summary>
    public required FabricKind Kind { get; init; }

    /// <summary>Whether the site answers at all.</summary>
    public required bool Reachable { get; init; }

    /// <summary>Whether the site-to-site link is up (TO-07).</summary>
    public required bool Connected { get; init; }

    /// <summary>How it is connected to Azure; null when it is not known (TO-07).</summary>
    public Connection? Connection { get; init; }

    /// <summary>Name of the vCenter; null without one.</summary>
    public string? VCenter { get; init; }

    /// <summary>Its configuration server; null where there is none.</summary>
    public ConfigurationServer? ConfigurationServer { get; init; }

    /// <summary>When its inventory was read anew on request, UTC; null when it never was (TO-10).</summary>
    public DateTimeOffset? RefreshedUtc { get; init; }

    /// <summary>Machines that the subscription still allows; null when that is not known.</summary>
    public int? FreeMachineQuota { get; init; }

    /// <summary>Hosts.</summary>
    public IReadOnlyList<EsxiHost> Hosts { get; init; } = [];

    /// <summary>Datastores.</summary>
    public IReadOnlyList<Datastore> Datastores { get; init; } = [];

    /// <summary>Networks, by name.</summary>
    public IReadOnlyList<string> Networks { get; init; } = [];

    /// <summary>Addresses of its networks, as far as they are known (FO-12).</summary>
    public IReadOnlyList<Subnet> Subnets { get; init; } = [];

    /// <summary>Master targets.</summary>
    public IReadOnlyList<MasterTarget> MasterTargets { get; init; } = [];

    /// <summary>Process servers.</summary>
    public IReadOnlyList<ProcessServer> ProcessServers { get; init; } = [];

    /// <summary>Name of the VMM server; null without one. Sites of one server are clouds that replicate to each other (FO-04).</summary>
    public string? VmmServer { get; init; }

    /// <summary>Clouds of a VMM site (FO-06).</summary>
    public IReadOnlyList<VmmCloud> Clouds { get; init; } = [];

    /// <summary>Machines.</summary>
    public IReadOnlyList<Machine> Machines { get; init; } = [];
}
