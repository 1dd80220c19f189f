namespace AsrFailback.Fabrics.Embedded;

/// <summary>
/// <c>site.json</c>: the inventory of an embedded site, edited by hand. Schema: <c>docs/schema/site.schema.json</c>.
/// </summary>
internal sealed record SiteDocument
{
    public const int CurrentVersion = 2;

    public string? Schema { get; init; }

    public required int Version { get; init; }

    public required FabricKind Kind { get; init; }

    public string? VCenter { get; init; }

    public ConfigurationServer? ConfigurationServer { get; init; }

    public Connection? Connection { get; init; }

    public int? FreeMachineQuota { get; init; }

    public string? VmmServer { get; init; }

    public IReadOnlyList<VmmCloud> Clouds { get; init; } = [];

    public IReadOnlyList<EsxiHost> Hosts { get; init; } = [];

    public required IReadOnlyList<DatastoreDocument> Datastores { get; init; }

    public IReadOnlyList<string> Networks { get; init; } = [];

    public IReadOnlyList<Subnet> Subnets { get; init; } = [];

    public IReadOnlyList<MasterTarget> MasterTargets { get; init; } = [];

    public IReadOnlyList<ProcessServer> ProcessServers { get; init; } = [];

    /// <summary>Folder of the cache storage where journals are kept on a site without master targets.</summary>
    public string CacheFolder { get; init; } = "cache";
}

/// <summary>A datastore and the folder that stands for it.</summary>
internal sealed record DatastoreDocument(string Name, string Type, string Folder, IReadOnlyList<string> Hosts)
{
    public IReadOnlyList<string> ReadOnlyHosts { get; init; } = [];

    public bool Accessible { get; init; } = true;
}

/// <summary><c>machines/NAME.json</c>. Schema: <c>docs/schema/machine.schema.json</c>.</summary>
internal sealed record MachineDocument
{
    public const int CurrentVersion = 2;

    public string? Schema { get; init; }

    public required int Version { get; init; }

    public required Guid Uuid { get; init; }

    public required string OperatingSystem { get; init; }

    public string Host { get; init; } = "";

    public required IReadOnlyList<MachineNic> Nics { get; init; }

    public required IReadOnlyList<MachineDisk> Disks { get; init; }

    public long? MemoryBytes { get; init; }

    public int Snapshots { get; init; }

    public bool SnapshotsMerge { get; init; } = true;

    public string? ResourceGroup { get; init; }

    public string? Cloud { get; init; }

    public Guest Guest { get; init; } = Guest.Usual;
}

/// <summary><c>state/site.json</c>: what the engine keeps about the site.</summary>
internal sealed record SiteState(Guid? VaultId, bool Reachable, bool Connected)
{
    public static readonly SiteState Initial = new(null, true, true);

    /// <summary>When somebody asked to read the inventory anew, UTC (TO-10).</summary>
    public DateTimeOffset? RefreshedUtc { get; init; }

    /// <summary>Whether the configuration server's database was ever written (TO-03).</summary>
    public bool HasDatabase { get; init; }
}

/// <summary><c>state/machines/NAME.json</c>: what the engine keeps about a machine.</summary>
internal sealed record MachineState(PowerState Power, long Epoch)
{
    public static readonly MachineState Initial = new(PowerState.Off, 0);

    /// <summary>When it was switched on last, UTC.</summary>
    public DateTimeOffset? BootedUtc { get; init; }

    /// <summary>Its disks hold a part of what is being sent to them: it must not be switched on (FB-06).</summary>
    public bool Inconsistent { get; init; }
}

/// <summary><c>state/merged/NAME.json</c>: files of snapshots that are in the disks of a machine now and still have to go.</summary>
internal sealed record MergedSnapshots(IReadOnlyList<string> Files);
