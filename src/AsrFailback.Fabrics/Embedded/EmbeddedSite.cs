using AsrFailback.Core.Errors;
using AsrFailback.Core.Ports;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Fabrics.Embedded;

/// <summary>
/// A site in an ordinary folder with real disk images. <c>site.json</c> and <c>machines/</c> are the inventory and may be
/// edited by hand; they are read anew whenever they changed. <c>state/</c> belongs to the engine. Thread-safe.
/// </summary>
public sealed partial class EmbeddedSite : IFabric, IDiskFabric
{
    private readonly IFileSystem _files;
    private readonly string _root;
    private readonly TimeProvider _clock;
    private readonly SiteFiles _json;
    private readonly object _lock = new();

    /// <summary>Opens a site that is there.</summary>
    /// <exception cref="AsrException"><c>FileMissing</c>, <c>SiteInvalid</c>.</exception>
    public EmbeddedSite(IFileSystem files, string name, string root)
        : this(files, name, root, default) => Kind = ReadSite().Kind;

    /// <summary>Opens a site that was seen before and may be gone now: it is unreachable then.</summary>
    public EmbeddedSite(IFileSystem files, string name, string root, FabricKind kind, TimeProvider? clock = null)
    {
        (_files, Name, _root, Kind, _clock) = (files, name, Path.GetFullPath(root), kind, clock ?? TimeProvider.System);
        _json = new SiteFiles(files, _clock);
    }

    /// <summary>How long an agent takes to register after its machine was switched on (TO-06).</summary>
    public TimeSpan AgentDelay { get; init; }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public FabricKind Kind { get; }

    private string InventoryPath => Path.Combine(_root, "site.json");

    /// <summary>A folder without its inventory: a disk that died, a share that is not mounted. Nothing may be written there.</summary>
    public bool IsGone => !_files.Exists(InventoryPath);

    /// <summary>Whether the site answers now.</summary>
    public bool IsReachable => Outage is null;

    /// <summary>Why the site does not answer; null when it does.</summary>
    public AsrError? Outage => IsGone ? ErrorCatalogue.Error("SiteGone", Name, InventoryPath)
        : ReadState().Reachable ? null : ErrorCatalogue.Error("SiteUnreachable", Name);

    private string SiteStatePath => Path.Combine(_root, "state", "site.json");

    /// <summary>The kind of the site in a folder; null where there is none.</summary>
    /// <exception cref="AsrException"><c>SiteInvalid</c>.</exception>
    public static FabricKind? KindAt(IFileSystem files, string root) =>
        files.Exists(Path.Combine(root, "site.json")) ? new EmbeddedSite(files, "", root).Kind : null;

    /// <summary>Writes the inventory of a new site.</summary>
    internal static void Create(IFileSystem files, string root, SiteDocument site) =>
        SiteJson.Write(files, Path.Combine(Path.GetFullPath(root), "site.json"), site);

    /// <inheritdoc/>
    public InventorySnapshot Snapshot() => Snapshot(null);

    /// <summary>The inventory now, with one machine of it or with all.</summary>
    /// <param name="onlyMachine">The machine; null for all.</param>
    public InventorySnapshot Snapshot(string? onlyMachine)
    {
        if (IsGone)
        {
            return new InventorySnapshot { Fabric = Name, Kind = Kind, Reachable = false, Connected = false };
        }

        var site = ReadSite();
        Machine[] machines = [.. MachineNames(onlyMachine).Select(name => WithPlaces(ReadMachine(name), site))];
        return Surroundings(site) with
        {
            Hosts = [.. site.Hosts.Select(host => Named(host).Left(TakenMemory(host, machines)))],
            Machines = machines,
        };
    }

    // Everything but the machines, and the hosts as if none of them ran.
    private InventorySnapshot Surroundings(SiteDocument site)
    {
        var state = ReadState();
        return new InventorySnapshot
        {
            Fabric = Name,
            Kind = site.Kind,
            Reachable = state.Reachable,
            Connected = state.Connected,
            VCenter = site.VCenter,
            VmmServer = site.VmmServer,
            Clouds = site.Clouds,
            ConfigurationServer = WithDatabase(site),
            Connection = site.Connection,
            RefreshedUtc = state.RefreshedUtc,
            FreeMachineQuota = site.FreeMachineQuota,
            Hosts = [.. site.Hosts.Select(Named)],
            Datastores = [.. site.Datastores.Select(store => new Datastore(store.Name, store.Type, store.Hosts)
            {
                ReadOnlyHosts = store.ReadOnlyHosts, Accessible = store.Accessible, Fabric = Name,
            })],
            Networks = site.Networks,
            Subnets = site.Subnets,
            MasterTargets = [.. site.MasterTargets.Select(server => server with { Fabric = Name })],
            ProcessServers = [.. site.ProcessServers.Select(server => server with { Fabric = Name })],
        };
    }

    private EsxiHost Named(EsxiHost host) => host with { Fabric = Name };

    /// <summary>Notes that somebody asked to read the inventory anew: what was added meanwhile shows (TO-10).</summary>
    public void NoteRefresh()
    {
        lock (_lock)
        {
            RequireReachable();
            _json.Write(SiteStatePath, ReadState() with { RefreshedUtc = _clock.GetUtcNow() });
        }
    }

    /// <inheritdoc/>
    public void Claim(Guid vaultId)
    {
        lock (_lock)
        {
            RequireNotForeign(vaultId);
            if (ReadState() is { VaultId: null } state && !IsGone)
            {
                _json.Write(SiteStatePath, state with { VaultId = vaultId });
            }
        }
    }

    /// <summary>Refuses a site that another vault uses; changes nothing.</summary>
    /// <exception cref="AsrException"><c>ForeignSite</c>.</exception>
    public void RequireNotForeign(Guid vaultId)
    {
        if (ReadState().VaultId is { } owner && owner != vaultId)
        {
            throw ErrorCatalogue.Exception("ForeignSite", _root, owner, vaultId);
        }
    }

    /// <summary>Gives the site free for other vaults; a foreign one stays as it is.</summary>
    public void Release(Guid vaultId)
    {
        lock (_lock)
        {
            if (ReadState() is { } state && state.VaultId == vaultId)
            {
                _json.Write(SiteStatePath, state with { VaultId = null });
            }
        }
    }

    /// <summary>Rehearses an outage: an unreachable site answers nothing, an unconnected one takes no replication.</summary>
    /// <param name="reachable">Whether it answers.</param>
    /// <param name="connected">Whether its link is up.</param>
    /// <param name="keepOff">Machines that were failed over meanwhile: they do not come back running (invariant 5).</param>
    public void SetCondition(bool reachable, bool connected, IReadOnlyCollection<string>? keepOff = null)
    {
        lock (_lock)
        {
            if (IsGone)
            {
                throw new AsrException(Outage!);
            }

            foreach (var machine in keepOff ?? [])
            {
                WriteMachineState(machine, ReadMachineState(machine) with { Power = PowerState.Off });
            }

            _json.Write(SiteStatePath, ReadState() with { Reachable = reachable, Connected = connected });
        }
    }

    /// <inheritdoc/>
    public void PowerOn(string machine, long epoch) => SetPower(machine, state => state.Inconsistent
        ? throw ErrorCatalogue.Exception("HomeInconsistent", machine, Name)
        : state.Power == PowerState.On && state.Epoch == epoch
        ? state
        : new MachineState(PowerState.On, epoch) { BootedUtc = _clock.GetUtcNow() });

    /// <summary>Notes whether the disks of a machine hold only a part of what is being sent to them: then it cannot be switched on (FB-06).</summary>
    /// <param name="machine">Its name.</param>
    /// <param name="inconsistent">Whether they do.</param>
    /// <exception cref="AsrException"><c>MachineNotFound</c>, <c>SiteUnreachable</c>.</exception>
    public void SetInconsistent(string machine, bool inconsistent) => SetPower(machine, state => state with { Inconsistent = inconsistent });

    /// <inheritdoc/>
    public void PowerOff(string machine) => SetPower(machine, state => state with { Power = PowerState.Off });

    /// <summary>Writes down an epoch under which a machine of this name did not run here: what knows of an older one must not act on it (invariant 5).</summary>
    /// <param name="machine">Its name; it may be gone.</param>
    /// <param name="epoch">The epoch.</param>
    /// <exception cref="AsrException"><c>SiteUnreachable</c>.</exception>
    public void Fence(string machine, long epoch)
    {
        lock (_lock)
        {
            RequireReachable();
            var state = ReadMachineState(machine);
            if (state.Epoch != epoch)
            {
                WriteMachineState(machine, state with { Epoch = epoch });
            }
        }
    }

    /// <inheritdoc/>
    public Machine EnsureMachine(Machine like, string? host = null, string? datastore = null)
    {
        RequireReachable();
        var site = ReadSite();
        var path = MachinePath(like.Name);
        var store = _files.Exists(path) ? site.Datastores[0] : StoreFor(site, datastore);
        var disks = _files.Exists(path) ? ReadMachine(like.Name).Disks : [.. like.Disks.Select(disk => disk with { File = FileOf(site.Kind, store.Folder, like.Name, disk) })];
        foreach (var disk in disks)
        {
            EnsureDisk(disk);
        }

        if (!_files.Exists(path))
        {
            _files.Delete(MachineStatePath(like.Name));
            WriteMachine(like.Name, new MachineDocument
            {
                Version = MachineDocument.CurrentVersion,
                Uuid = like.Uuid,
                OperatingSystem = like.OperatingSystem,
                Host = host ?? (store.Hosts.Count > 0 ? store.Hosts[0] : ""),
                Nics = Attached(like.Nics, site.Networks),
                Cloud = site.Clouds.Count > 0 ? site.Clouds[0].Name : null,
                Disks = disks,
                MemoryBytes = like.MemoryBytes,
                Guest = like.Guest,
            });
        }

        return ReadMachine(like.Name);
    }

    // What names no network of the site gets the first one.
    private static IReadOnlyList<MachineNic> Attached(IReadOnlyList<MachineNic> nics, IReadOnlyList<string> networks) =>
        [.. nics.Select(nic => nic with { Network = networks.FirstOrDefault(network => IsNamed(network, nic.Network ?? "")) ?? (networks.Count > 0 ? networks[0] : null) })];

    /// <summary>Gives a machine its network interfaces, with their networks and addresses.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="nics">All its interfaces.</param>
    /// <exception cref="AsrException"><c>MachineNotFound</c>, <c>SiteInvalid</c>, <c>SiteUnreachable</c>.</exception>
    public void SetNics(string machine, IReadOnlyList<MachineNic> nics)
    {
        lock (_lock)
        {
            RequireReachable();
            var document = ReadDocument(machine) ?? throw ErrorCatalogue.Exception("MachineNotFound", machine, Name);
            if (!document.Nics.SequenceEqual(nics))
            {
                WriteMachine(machine, document with { Nics = nics });
            }
        }
    }

    /// <inheritdoc/>
    public void RemoveMachine(string machine)
    {
        SitePath.RequireName(_root, machine);
        RequireReachable();
        _files.Delete(MachinePath(machine));
        _files.Delete(MachineStatePath(machine));
        _files.FlushFolder(Path.GetDirectoryName(MachinePath(machine))!);
        NoteWritten(machine);
    }

    /// <summary>One machine of the site, whether it is reachable or not.</summary>
    /// <exception cref="AsrException"><c>MachineNotFound</c>, <c>SiteInvalid</c>.</exception>
    public Machine GetMachine(string name) => ReadMachine(name);

    /// <summary>One machine of the site, or null when there is none of that name.</summary>
    /// <exception cref="AsrException"><c>SiteInvalid</c>.</exception>
    public Machine? FindMachine(string name) => _files.Exists(MachinePath(name)) ? ReadMachine(name) : null;

    /// <summary>The epoch in which a machine last ran here; 0 when it never did, or the site is not there.</summary>
    public long EpochOf(string machine) => IsGone ? 0 : ReadMachineState(machine).Epoch;

    /// <inheritdoc/>
    public string AgentFolder(string machine) => Path.Combine(_root, "agent", SitePath.RequireName(_root, machine));

    /// <inheritdoc/>
    public string RetentionFolder(string machine, string? masterTarget = null, string? volume = null)
    {
        SitePath.RequireName(_root, machine);
        var site = ReadSite();
        var server = site.MasterTargets.FirstOrDefault(candidate => masterTarget is null || IsNamed(candidate.Name, masterTarget));
        if (server is null && masterTarget is not null && site.MasterTargets.Count > 0)
        {
            throw ErrorCatalogue.Exception("NoMasterTarget", masterTarget, Name);
        }

        var chosen = server?.RetentionVolumes.FirstOrDefault(candidate => volume is null || IsNamed(candidate.Name, volume));
        return chosen is null && volume is not null && server is not null
            ? throw ErrorCatalogue.Exception("RetentionVolumeMissing", volume, server.Name, "")
            : Path.Combine(SitePath.Resolve(_root, chosen?.Folder ?? site.CacheFolder), machine);
    }

    /// <summary>Whether the site can take replication now.</summary>
    public bool TakesReplication => !IsGone && ReadState() is { Reachable: true, Connected: true };

    private static bool IsNamed(string name, string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);

    private void SetPower(string machine, Func<MachineState, MachineState> change)
    {
        lock (_lock)
        {
            RequireReachable();
            ReadMachine(machine);
            WriteMachineState(machine, change(ReadMachineState(machine)));
        }
    }

    private void RequireReachable()
    {
        if (Outage is { } outage)
        {
            throw new AsrException(outage);
        }
    }

    private SiteDocument ReadSite()
    {
        return _json.TryRead<SiteDocument>(InventoryPath, SiteUpgrade.Apply, site => SiteRules.Require(_root, InventoryPath, site))
            ?? throw ErrorCatalogue.Exception("FileMissing", InventoryPath, "a site's folder has one");
    }

    private IEnumerable<string> MachineNames(string? only) => only is null
        ? _files.List(Path.Combine(_root, "machines"), "*.json").Select(path => Path.GetFileNameWithoutExtension(path) is var name && SitePath.IsName(name)
            ? name
            : throw ErrorCatalogue.Exception("NameInvalid", path))
        : _files.Exists(MachinePath(only)) ? [only] : [];

    private Machine ReadMachine(string name)
    {
        var document = ReadDocument(name) ?? throw ErrorCatalogue.Exception("MachineNotFound", name, Name);
        var state = ReadMachineState(name);
        return new Machine(
            name, document.Uuid, document.OperatingSystem, document.Host, document.Nics, document.Disks, state.Power, state.Epoch)
        {
            Fabric = Name,
            MemoryBytes = document.MemoryBytes,
            Snapshots = document.Snapshots,
            SnapshotsMerge = document.SnapshotsMerge,
            ResourceGroup = document.ResourceGroup,
            Cloud = document.Cloud,
            Guest = document.Guest,
            BootedUtc = state.BootedUtc,
            Inconsistent = state.Inconsistent,
            AgentRegisteredUtc = RegisteredUtc(document.Guest, state),
        };
    }

    private MachineDocument? ReadDocument(string name)
    {
        var path = MachinePath(name);
        return _json.TryRead<MachineDocument>(path, MachineUpgrade.Apply, machine => SiteRules.Require(_root, path, machine));
    }

    // A machine that ran before boots were recorded has had the time.
    private DateTimeOffset? RegisteredUtc(Guest guest, MachineState state)
    {
        var booted = state.BootedUtc ?? DateTimeOffset.UnixEpoch;
        return guest.AgentInstalled && state.Power == PowerState.On && booted <= _clock.GetUtcNow() - AgentDelay ? booted + AgentDelay : null;
    }

    private Machine WithPlaces(Machine machine, SiteDocument site) => machine with
    {
        Disks = [.. machine.Disks.Select(disk => disk with
        {
            Present = IsTestMachine(machine) || IsWhole(disk.File),
            Datastore = site.Datastores.FirstOrDefault(store => disk.File.StartsWith(store.Folder + "/", StringComparison.Ordinal))?.Name,
        })],
    };

    private static long TakenMemory(EsxiHost host, IReadOnlyList<Machine> machines) =>
        machines.Where(machine => machine.Power == PowerState.On && IsNamed(machine.Host, host.Name)).Sum(machine => machine.MemoryBytes ?? 0);

    private SiteState ReadState() => _json.TryRead<SiteState>(SiteStatePath) ?? SiteState.Initial;

    private MachineState ReadMachineState(string name) => _json.TryRead<MachineState>(MachineStatePath(name)) ?? MachineState.Initial;

    private void WriteMachine(string name, MachineDocument document)
    {
        _json.Write(MachinePath(name), document);
        NoteWritten(name);
    }

    private void WriteMachineState(string name, MachineState state)
    {
        _json.Write(MachineStatePath(name), state);
        NoteWritten(name);
    }

    private string MachinePath(string name) => Path.Combine(_root, "machines", SitePath.RequireName(_root, name) + ".json");

    private string MachineStatePath(string name) => Path.Combine(_root, "state", "machines", SitePath.RequireName(_root, name) + ".json");
}
