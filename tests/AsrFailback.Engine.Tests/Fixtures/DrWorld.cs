using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AsrFailback.Core.Ports;
using AsrFailback.Core.Protection;
using AsrFailback.Engine.Items;
using AsrFailback.Fabrics.Embedded;
using AsrFailback.Replication.IO;
using AsrFailback.Storage;

namespace AsrFailback.Engine.Tests;

/// <summary>
/// Two tiny sites with real files, a vault, a machine <c>web01</c> with two disks, and a model of what the machine wrote.
/// </summary>
internal sealed class DrWorld : IAsyncDisposable
{
    public const string Item = "web01";
    public const string Home = "onprem";
    public const string Azure = "azure";
    public const string Elsewhere = "elsewhere";
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    public static readonly ReplicationPolicy Policy = new(TimeSpan.FromHours(1), 100, 64L << 30);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("asr-engine-");
    private FailbackEngine? _engine;
    private ObservedStateStore? _store;

    private DrWorld(WorldSetup setup, Random random, MachineModel model) => (Setup, Random, Model) = (setup, random, model);

    public WorldSetup Setup { get; }

    public string Root => _folder.FullName;

    public string VaultFolder => Path.Combine(Root, "vault");

    public FailbackEngine Engine => _engine ?? throw new InvalidOperationException("The engine is closed.");

    public bool IsOpen => _engine is not null;

    public Random Random { get; }

    /// <summary>What the machine holds by its acknowledged writes.</summary>
    public MachineModel Model { get; set; }

    public ProtectionFacts Facts => Engine.RuntimeOf(Item).State.Facts;

    /// <summary>A new world; nothing is protected yet.</summary>
    public static Task<DrWorld> CreateAsync(WorldSetup? setup = null) => CreateAsync(FabricKind.VMware, setup: setup);

    /// <summary>A new world whose two sites are of other kinds; nothing is protected yet.</summary>
    public static async Task<DrWorld> CreateAsync(FabricKind home, FabricKind recovery = FabricKind.Azure, WorldSetup? setup = null)
    {
        setup ??= new WorldSetup();
        var world = new DrWorld(setup, new Random(setup.Seed), MachineModel.Random(setup.DiskBytes, setup.Seed));
        SiteTemplate.CreateIfMissing(new UnflushedFileSystem(), world.SiteRoot(Home), home);
        SiteTemplate.CreateIfMissing(new UnflushedFileSystem(), world.SiteRoot(Azure), recovery);
        world.AddMachine(Item, world.Model);
        FailbackEngine.CreateVault(world.VaultFolder, "vault", null, world.Options());
        world.Open();
        await world.RunAsync(new AddFabric(Home, world.SiteRoot(Home)));
        await world.RunAsync(new AddFabric(Azure, world.SiteRoot(Azure)));
        return world;
    }

    /// <summary>A new world whose machine is protected to Azure.</summary>
    public static async Task<DrWorld> ProtectedAsync(WorldSetup? setup = null)
    {
        var world = await CreateAsync(setup);
        await world.RunAsync(Enable(setup?.Policy));
        return world;
    }

    /// <summary>A new world whose machine is protected between sites of other kinds.</summary>
    public static async Task<DrWorld> ProtectedAsync(FabricKind home, FabricKind recovery = FabricKind.Azure, WorldSetup? setup = null)
    {
        var world = await CreateAsync(home, recovery, setup);
        await world.RunAsync(Enable(setup?.Policy));
        return world;
    }

    /// <summary>Adds one more site to the vault.</summary>
    public Task<Job> AddSiteAsync(string name = Elsewhere, FabricKind kind = FabricKind.VMware) => RunAsync(new AddFabric(name, SiteRoot(name), kind));

    /// <summary>The same world once more, as its files lie there now; this one must be closed.</summary>
    public DrWorld Clone(WorldSetup setup)
    {
        var clone = new DrWorld(setup, new Random(setup.Seed), Model.Copy());
        foreach (var folder in Directory.EnumerateDirectories(Root, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Combine(clone.Root, Path.GetRelativePath(Root, folder)));
        }

        foreach (var file in Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(clone.Root, Path.GetRelativePath(Root, file)));
        }

        return clone;
    }

    public static EnableProtection Enable(ReplicationPolicy? policy = null) => new(Item, Home, Azure, policy ?? Policy);

    public string SiteRoot(string fabric) => Path.Combine(Root, fabric);

    public EngineOptions Options() => Setup.Adjust(new EngineOptions
    {
        Files = new ObservedFileSystem(new UnflushedFileSystem { IsFull = () => Setup.IsFull() }, (operation, path) => Setup.OnFile(operation, path)),
        Store = store => _store = new ObservedStateStore(StateIn(store), change => Setup.OnStore(change)),
        Clock = Setup.Clock,
        Progress = progress => Setup.OnProgress(progress), // a test may set it at any time
    });

    public void Open() => _engine = FailbackEngine.Open(VaultFolder, Options());

    public async Task CloseAsync()
    {
        var engine = _engine;
        _engine = null;
        if (engine is not null)
        {
            await engine.DisposeAsync().AsTask().WaitAsync(Patience);
        }
    }

    public async Task ReopenAsync()
    {
        await CloseAsync();
        Open();
    }

    /// <summary>Lets go of an engine whose world was stopped, as the system does with a dead process.</summary>
    public async Task AbandonAsync()
    {
        await Record.ExceptionAsync(CloseAsync);
        File.Delete(Path.Combine(VaultFolder, "owner.lock"));
    }

    /// <summary>Submits a command and waits for its job, which must succeed.</summary>
    public async Task<Job> RunAsync(FailbackCommand command)
    {
        var job = await TryAsync(command);
        Assert.True(job.State == JobState.Succeeded, $"{job.FriendlyName}: {job.State}, {job.Error}");
        return job;
    }

    /// <summary>Submits a command and waits until its job has ended in whatever way.</summary>
    public async Task<Job> TryAsync(FailbackCommand command)
    {
        var job = await Engine.SubmitAsync(command);
        return await Engine.WaitForJobAsync(job.Name).WaitAsync(Patience);
    }

    /// <summary>Submits a command that must be refused; returns the ids of all reasons.</summary>
    public async Task<string[]> RefusedAsync(FailbackCommand command)
    {
        var refusal = await Assert.ThrowsAsync<AsrException>(() => Engine.SubmitAsync(command));
        return refusal.Error.Reasons.Count == 0 ? [refusal.Error.Id] : [.. refusal.Error.Reasons.Select(reason => reason.Id)];
    }

    /// <summary>The machine writes; every write is acknowledged when this returns.</summary>
    public void Write(int count = 40) => Model.Write(Engine.OpenMachine(Item), Random, count);

    /// <summary>Waits until the target has everything written so far.</summary>
    public Task DrainAsync() => Engine.RuntimeOf(Item).Session!.DrainAsync(CancellationToken.None).WaitAsync(Patience);

    /// <summary>Waits until a replica that somebody else may have written is compared.</summary>
    public Task UntilTrustedAsync() => Waiting.UntilAsync(() => !Facts.ReplicaSuspect);

    public async Task<RecoveryPoint> PointAsync(string label = "")
    {
        await RunAsync(new CreateRecoveryPoint(Item, label));
        return (await Engine.GetRecoveryPointsAsync(Item))[^1];
    }

    public async Task<ProtectedItem> ItemAsync() => Assert.Single(await Engine.GetProtectedItemsAsync().ToListAsync(), item => item.Name == Item);

    /// <summary>The bytes of a machine's images at a site, read past the engine.</summary>
    public MachineModel Images(string fabric, string machine = Item) =>
        MachineModel.ReadFrom(new EmbeddedSite(new LocalFileSystem(), fabric, SiteRoot(fabric)).OpenDisks(machine, writable: false));

    public void AssertImages(string fabric, MachineModel expected) => Assert.Empty(Images(fabric).DifferencesFrom(expected));

    public InventorySnapshot Inventory(string fabric) => new EmbeddedSite(new LocalFileSystem(), fabric, SiteRoot(fabric)).Snapshot();

    /// <summary>Edits a site's inventory by hand.</summary>
    public void EditSite(string fabric, Action<JsonObject> change) => EditFile(Path.Combine(SiteRoot(fabric), "site.json"), change);

    /// <summary>Edits a machine by hand.</summary>
    public void EditMachine(string fabric, Action<JsonObject> change, string machine = Item) =>
        EditFile(Path.Combine(SiteRoot(fabric), "machines", machine + ".json"), change);

    private static void EditFile(string path, Action<JsonObject> change)
    {
        var document = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(document);
        File.WriteAllText(path, document.ToJsonString());
    }

    public PowerState Power(string fabric) => Inventory(fabric).Machines.Single(machine => machine.Name == Item).Power;

    /// <summary>All documents of the vault.</summary>
    public IReadOnlyList<StoredDocument> Documents() =>
        [.. new[] { "vault", "fabric", "item", "job" }.SelectMany(kind => _store!.List(kind))];

    /// <summary>Every document of the vault and every byte of both sites, as one digest.</summary>
    public string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var document in Documents())
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(document.ToString()));
        }

        var files = new[] { Home, Azure }.SelectMany(site => Directory.EnumerateFiles(SiteRoot(site), "*", SearchOption.AllDirectories));
        foreach (var path in files.Order(StringComparer.Ordinal))
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(path));
            hash.AppendData(File.ReadAllBytes(path));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>Creates a machine with these bytes at home.</summary>
    public void AddMachine(string name, MachineModel content)
    {
        var home = new EmbeddedSite(new UnflushedFileSystem(), Home, SiteRoot(Home));
        MachineDisk[] disks = [.. content.Disks.Select((disk, index) => new MachineDisk($"disk{index}", "", disk.Length))];
        home.EnsureMachine(new Machine(name, Guid.NewGuid(), "Linux", "", MachineNic.Only(null), disks, PowerState.Off, 0));
        var images = home.OpenDisks(name, writable: true);
        for (var index = 0; index < images.Count; index++)
        {
            images[index].Write(0, content.Disks[index]);
            images[index].Dispose();
        }
    }

    private IStateStore StateIn(IStateStore file)
    {
        if (Setup.State is null)
        {
            return file;
        }

        file.Dispose();
        return Setup.State.Open();
    }

    public async ValueTask DisposeAsync()
    {
        await Record.ExceptionAsync(CloseAsync);
        _folder.Delete(recursive: true);
    }
}
