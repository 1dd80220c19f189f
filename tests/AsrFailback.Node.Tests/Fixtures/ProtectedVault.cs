using AsrFailback.Engine;
using AsrFailback.Fabrics.Embedded;
using AsrFailback.Replication.IO;

namespace AsrFailback.Node.Tests;

/// <summary>
/// A vault whose machine <c>web01</c> with two disks is protected from <c>onprem</c> to <c>azure</c>; closed, so that the
/// program can have it.
/// </summary>
internal sealed class ProtectedVault : IDisposable
{
    public const string Machine = "web01";
    public const int MiB = 1 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new("nbd");

    private ProtectedVault()
    {
    }

    /// <summary>Sizes of the machine's disks in bytes.</summary>
    public static IReadOnlyList<long> DiskBytes { get; } = [48L * MiB, (5L * MiB) + 512];

    public TemporaryFolder Folder => _folder;

    public string Path => _folder.Vault;

    /// <summary>The socket that is listened at by default.</summary>
    public string Socket => System.IO.Path.Combine(Path, "nbd.sock");

    public static async Task<ProtectedVault> CreateAsync()
    {
        var vault = new ProtectedVault();
        var images = DiskBytes.Select((bytes, disk) => UserImages.Raw(vault._folder.At($"disk{disk}.img"), bytes)).ToArray();
        Directory.CreateDirectory(vault._folder.Kept);
        FailbackEngine.CreateVault(vault.Path, "vault", null, new EngineOptions());
        await vault.RunAsync(
            new AddFabric("onprem", "onprem", FabricKind.VMware),
            new AddFabric("azure", "azure", FabricKind.Azure),
            new ImportMachine("onprem", Machine, "Linux", images),
            new EnableProtection(Machine, "onprem", "azure", ReplicationPolicy.Default));
        return vault;
    }

    /// <summary>Opens the vault here, runs commands one after another, each of which must succeed, and closes it.</summary>
    public async Task RunAsync(params FailbackCommand[] commands)
    {
        await using var engine = FailbackEngine.Open(Path, new EngineOptions());
        foreach (var command in commands)
        {
            var job = await engine.WaitForJobAsync((await engine.SubmitAsync(command)).Name).WaitAsync(Patience);
            Assert.True(job.State == JobState.Succeeded, $"{job.FriendlyName}: {job.State}, {job.Error}");
        }
    }

    /// <summary>Fails over to Azure, the source being shut down in order.</summary>
    public Task FailOverAsync() => RunAsync(new StartFailover(Machine, null, ShutDownSource: true));

    /// <summary>What a disk of the machine holds at a site, read past the program.</summary>
    public byte[] DiskAt(string site, int disk)
    {
        var root = System.IO.Path.Combine(_folder.Kept, site);
        var disks = new EmbeddedSite(new LocalFileSystem(), site, root).OpenDisks(Machine, writable: false);
        try
        {
            var content = new byte[disks[disk].Length];
            disks[disk].Read(0, content);
            return content;
        }
        finally
        {
            disks.ToList().ForEach(one => one.Dispose());
        }
    }

    /// <summary>Connects a site to the other, or cuts it off, as somebody does who edits its state.</summary>
    public void Connect(string site, bool connected) =>
        new EmbeddedSite(new LocalFileSystem(), site, System.IO.Path.Combine(_folder.Kept, site)).SetCondition(reachable: true, connected);

    /// <summary>Starts to serve the machine and waits until it is.</summary>
    public async Task<RunningNode> ServeAsync(params string[] arguments)
    {
        var node = Asrnode.StartInterruptible(_folder, ["nbd", "--vault", Path, "--machine", Machine, .. arguments]);
        await node.MustSayAsync("Serving disk0");
        return node;
    }

    /// <summary>Ends a serving program in order.</summary>
    public static async Task StopAsync(RunningNode node, string signal = "TERM")
    {
        node.Signal(signal);
        (await node.EndAsync()).MustExit(0).MustNotShowInsides();
    }

    public void Dispose() => _folder.Dispose();
}
