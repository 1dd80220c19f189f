using AsrFailback.Core.Errors;
using AsrFailback.Core.Ports;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Fabrics.Embedded;

/// <summary>
/// A site in an ordinary folder with real disk images. <c>site.json</c> and <c>machines/</c> are the inventory and may be
/// edited by hand; they are read anew each time. <c>state/</c> belongs to the engine. Thread-safe.
/// </summary>
public sealed partial class EmbeddedSite : IFabric, IDiskFabric
{
    private readonly IFileSystem _files;
    private readonly string _root;
    private readonly object _lock = new();

    /// <summary>Opens a site that is there.</summary>
    /// <exception cref="AsrException"><c>FileMissing</c>, <c>SiteInvalid</c>.</exception>
    public EmbeddedSite(IFileSystem files, string name, string root)
        : this(files, name, root, default) => Kind = ReadSite().Kind;

    /// <summary>Opens a site that was seen before and may be gone now: it is unreachable then.</summary>
    public EmbeddedSite(IFileSystem files, string name, string root, FabricKind kind) =>
        (_files, Name, _root, Kind) = (files, name, Path.GetFullPath(root), kind);

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
    public InventorySnapshot Snapshot()
    {
        if (IsGone)
        {
            return new InventorySnapshot { Fabric = Name, Kind = Kind, Reachable = false, Connected = false };
        }

        var site = ReadSite();
        var state = ReadState();
        return new InventorySnapshot
        {
            Fabric = Name,
            Kind = site.Kind,
            Reachable = state.Reachable,
            Connected = state.Connected,
            VCenter = site.VCenter,
            ConfigurationServer = site.ConfigurationServer,
            Hosts = [.. site.Hosts.Select(host => host with { Fabric = Name })],
            Datastores = [.. site.Datastores.Select(store => new Datastore(store.Name, store.Type, store.Hosts) { Fabric = Name })],
            Networks = site.Networks,
            MasterTargets = [.. site.MasterTargets.Select(server => server with { Fabric = Name })],
            ProcessServers = [.. site.ProcessServers.Select(server => server with { Fabric = Name })],
            Machines = [.. _files.List(Path.Combine(_root, "machines"), "*.json").Select(path => ReadMachine(Path.GetFileNameWithoutExtension(path)))],
        };
    }

    /// <inheritdoc/>
    public void Claim(Guid vaultId)
    {
        lock (_lock)
        {
            RequireNotForeign(vaultId);
            if (ReadState() is { VaultId: null } state && !IsGone)
            {
                SiteJson.Write(_files, SiteStatePath, state with { VaultId = vaultId });
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
                SiteJson.Write(_files, SiteStatePath, state with { VaultId = null });
            }
        }
    }

    /// <summary>Whether a file that a new machine's disk would take exists already; null when none does.</summary>
    public string? ExistingDiskFile(Machine like)
    {
        var site = ReadSite();
        return like.Disks.Select(disk => FileOf(site.Kind, site.Datastores[0].Folder, like.Name, disk))
            .SelectMany(file => new[] { SitePath.Resolve(_root, file), ContentFile(file) }).FirstOrDefault(_files.Exists);
    }

    /// <summary>Makes fresh disks, all zero, for a machine that is not there yet; what an earlier attempt left is replaced.</summary>
    /// <returns>The disks in order, writable.</returns>
    public IReadOnlyList<IBlockDevice> CreateDisks(Machine like)
    {
        RequireReachable();
        var site = ReadSite();
        return [.. like.Disks.Select(disk =>
        {
            var file = FileOf(site.Kind, site.Datastores[0].Folder, like.Name, disk);
            _files.Delete(SitePath.Resolve(_root, file));
            _files.Delete(ContentFile(file));
            return OpenDisk(EnsureDisk(site.Kind, site.Datastores[0].Folder, like.Name, disk), writable: true);
        })];
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
                SiteJson.Write(_files, MachineStatePath(machine), ReadMachineState(machine) with { Power = PowerState.Off });
            }

            SiteJson.Write(_files, SiteStatePath, ReadState() with { Reachable = reachable, Connected = connected });
        }
    }

    /// <inheritdoc/>
    public void PowerOn(string machine, long epoch) => SetPower(machine, _ => new MachineState(PowerState.On, epoch));

    /// <inheritdoc/>
    public void PowerOff(string machine) => SetPower(machine, state => state with { Power = PowerState.Off });

    /// <inheritdoc/>
    public Machine EnsureMachine(Machine like)
    {
        RequireReachable();
        var site = ReadSite();
        var store = site.Datastores[0];
        var path = MachinePath(like.Name);
        var disks = like.Disks.Select(disk => EnsureDisk(site.Kind, store.Folder, like.Name, disk)).ToArray();
        if (!_files.Exists(path))
        {
            _files.Delete(MachineStatePath(like.Name));
            SiteJson.Write(_files, path, new MachineDocument
            {
                Version = SiteDocument.CurrentVersion,
                Uuid = like.Uuid,
                OperatingSystem = like.OperatingSystem,
                Host = store.Hosts.Count > 0 ? store.Hosts[0] : "",
                Network = site.Networks.Count > 0 ? site.Networks[0] : null,
                Disks = disks,
            });
        }

        return ReadMachine(like.Name);
    }

    /// <summary>Adds a machine whose disks are overlays; it may be attached to a network, or to none.</summary>
    public void AddTestMachine(Machine machine, string? network)
    {
        RequireReachable();
        if (_files.Exists(MachinePath(machine.Name)) && !IsTestMachine(ReadMachine(machine.Name)))
        {
            throw ErrorCatalogue.Exception("FileExists", MachinePath(machine.Name));
        }

        _files.CreateFolder(TestFolder(machine.Name));
        SiteJson.Write(_files, MachinePath(machine.Name), new MachineDocument
        {
            Version = SiteDocument.CurrentVersion,
            Uuid = machine.Uuid,
            OperatingSystem = machine.OperatingSystem,
            Host = machine.Host,
            Network = network,
            Disks = [.. machine.Disks.Select(disk => disk with { File = $"test/{machine.Name}/{disk.Name}.overlay" })],
        });
    }

    /// <inheritdoc/>
    public void RemoveMachine(string machine)
    {
        SitePath.RequireName(_root, machine);
        RequireReachable();
        _files.Delete(MachinePath(machine));
        _files.Delete(MachineStatePath(machine));
        _files.FlushFolder(Path.GetDirectoryName(MachinePath(machine))!);
    }

    /// <summary>Removes the overlays of a test machine.</summary>
    public void RemoveTestDisks(string machine)
    {
        foreach (var overlay in _files.List(TestFolder(machine), "*.overlay"))
        {
            _files.Delete(overlay);
        }
    }

    /// <summary>One machine of the site, whether it is reachable or not.</summary>
    /// <exception cref="AsrException"><c>MachineNotFound</c>, <c>SiteInvalid</c>.</exception>
    public Machine GetMachine(string name) => ReadMachine(name);

    /// <summary>One machine of the site, or null when there is none of that name.</summary>
    /// <exception cref="AsrException"><c>SiteInvalid</c>.</exception>
    public Machine? FindMachine(string name) => _files.Exists(MachinePath(name)) ? ReadMachine(name) : null;

    /// <summary>The epoch in which a machine last ran here; 0 when it never did, or the site is not there.</summary>
    public long EpochOf(string machine) => IsGone ? 0 : ReadMachineState(machine).Epoch;

    /// <summary>Whether every disk of a machine is here: its own, or the seed left by a machine that was removed.</summary>
    public bool HasAllDisks(Machine like)
    {
        var site = ReadSite();
        var disks = _files.Exists(MachinePath(like.Name))
            ? ReadMachine(like.Name).Disks.Select(disk => disk.File)
            : like.Disks.Select(disk => FileOf(site.Kind, site.Datastores[0].Folder, like.Name, disk));
        return disks.All(IsWhole);
    }

    /// <inheritdoc/>
    public IReadOnlyList<IBlockDevice> OpenDisks(string machine, bool writable)
    {
        RequireReachable();
        var opened = new List<IBlockDevice>();
        try
        {
            foreach (var disk in ReadMachine(machine).Disks)
            {
                opened.Add(OpenDisk(disk, writable));
            }

            return opened;
        }
        catch
        {
            opened.ForEach(disk => disk.Dispose());
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ImageFiles(string machine) => [.. ReadMachine(machine).Disks.Select(disk => ContentFile(disk.File))];

    /// <inheritdoc/>
    public void BeginWriting(string machine)
    {
        foreach (var disk in ReadMachine(machine).Disks.Where(disk => IsVmdk(disk.File)))
        {
            FlatVmdk.RenewContentId(_files, SitePath.Resolve(_root, disk.File));
        }
    }

    /// <inheritdoc/>
    public string AgentFolder(string machine) => Path.Combine(_root, "agent", SitePath.RequireName(_root, machine));

    /// <inheritdoc/>
    public string RetentionFolder(string machine, string? masterTarget = null)
    {
        SitePath.RequireName(_root, machine);
        var site = ReadSite();
        var chosen = site.MasterTargets.FirstOrDefault(candidate => masterTarget is null || candidate.Name == masterTarget);
        return chosen is null && masterTarget is not null && site.MasterTargets.Count > 0
            ? throw ErrorCatalogue.Exception("NoMasterTarget", masterTarget, Name)
            : Path.Combine(SitePath.Resolve(_root, chosen?.RetentionVolume ?? site.CacheFolder), machine);
    }

    /// <inheritdoc/>
    public string TestFolder(string machine) => Path.Combine(_root, "test", SitePath.RequireName(_root, machine));

    /// <summary>Whether the site can take replication now.</summary>
    internal bool TakesReplication()
    {
        var state = ReadState();
        return state.Reachable && state.Connected && !IsGone;
    }

    private static bool IsTestMachine(Machine machine) => machine.Disks.All(disk => disk.File.StartsWith("test/", StringComparison.Ordinal));

    private static bool IsVmdk(string file) => file.EndsWith(".vmdk", StringComparison.OrdinalIgnoreCase);

    private static string FileOf(FabricKind kind, string folder, string machine, MachineDisk disk) =>
        $"{folder}/{machine}/{disk.Name}{(kind == FabricKind.VMware ? ".vmdk" : ".vhd")}";

    private MachineDisk EnsureDisk(FabricKind kind, string folder, string machine, MachineDisk like)
    {
        var file = FileOf(kind, folder, machine, like);
        var path = SitePath.Resolve(_root, file);
        _files.CreateFolder(Path.GetDirectoryName(path)!);
        if (!IsWhole(file))
        {
            _files.Delete(path);
            if (kind == FabricKind.VMware)
            {
                FlatVmdk.Create(_files, path, like.CapacityBytes, Guid.NewGuid());
            }
            else
            {
                FixedVhd.Create(_files, path, like.CapacityBytes, Guid.NewGuid());
            }
        }

        return like with { File = file };
    }

    private IBlockDevice OpenDisk(MachineDisk disk, bool writable)
    {
        var path = SitePath.Resolve(_root, disk.File);
        var device = IsVmdk(disk.File) ? FlatVmdk.Open(_files, path, writable) : FixedVhd.Open(_files, path, writable, disk.CapacityBytes);
        if (device.Length == disk.CapacityBytes)
        {
            return device;
        }

        var found = device.Length;
        device.Dispose();
        throw ErrorCatalogue.Exception("ImageInvalid", path, "disk of its machine", $"it holds {found} bytes and the machine says {disk.CapacityBytes}");
    }

    private string ContentFile(string file)
    {
        var path = SitePath.Resolve(_root, file);
        return IsVmdk(file) ? FlatVmdk.ExtentPath(path) : path;
    }

    private bool IsWhole(string file) => _files.Exists(SitePath.Resolve(_root, file)) && _files.Exists(ContentFile(file));

    private static bool IsNamed(string name, string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);

    private void SetPower(string machine, Func<MachineState, MachineState> change)
    {
        lock (_lock)
        {
            RequireReachable();
            ReadMachine(machine);
            SiteJson.Write(_files, MachineStatePath(machine), change(ReadMachineState(machine)));
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
        var site = SiteJson.TryRead<SiteDocument>(_files, InventoryPath) ?? throw ErrorCatalogue.Exception("FileMissing", InventoryPath, "a site's folder has one");
        SiteRules.Require(_root, InventoryPath, site);
        return site;
    }

    private Machine ReadMachine(string name)
    {
        var path = MachinePath(name);
        var document = SiteJson.TryRead<MachineDocument>(_files, path) ?? throw ErrorCatalogue.Exception("MachineNotFound", name, Name);
        SiteRules.Require(_root, path, document);
        var state = ReadMachineState(name);
        return new Machine(
            name, document.Uuid, document.OperatingSystem, document.Host, document.Network, document.Disks, state.Power, state.Epoch)
        {
            Fabric = Name,
        };
    }

    private SiteState ReadState() => SiteJson.TryRead<SiteState>(_files, SiteStatePath) ?? SiteState.Initial;

    private MachineState ReadMachineState(string name) => SiteJson.TryRead<MachineState>(_files, MachineStatePath(name)) ?? MachineState.Initial;

    private string MachinePath(string name) => Path.Combine(_root, "machines", SitePath.RequireName(_root, name) + ".json");

    private string MachineStatePath(string name) => Path.Combine(_root, "state", "machines", SitePath.RequireName(_root, name) + ".json");
}
