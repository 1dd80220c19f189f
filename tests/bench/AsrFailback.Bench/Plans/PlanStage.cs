using System.Diagnostics;
using System.Globalization;
using AsrFailback.Engine;
using AsrFailback.Fabrics.Embedded;
using AsrFailback.Replication.IO;

namespace AsrFailback.Bench.Plans;

/// <summary>A vault with a plan over many protected machines that have hardly any bytes: what is left is the work of control.</summary>
internal sealed class PlanStage : IAsyncDisposable
{
    private const string Plan = "plan";
    private const string Home = "onprem";
    private const string Azure = "azure";
    private const int AtOnce = 16;
    private const long DiskBytes = 64 << 10;

    private static readonly ReplicationPolicy Policy = new(TimeSpan.FromHours(1), 10, 1L << 30);

    private readonly FailbackEngine _engine;
    private readonly string _root;
    private readonly string[] _names;
    private readonly int _groups;

    private PlanStage(string root, int machines, int groups, FailbackEngine engine)
    {
        (_root, _engine, _groups) = (root, engine, groups);
        _names = [.. Enumerable.Range(0, machines).Select(number => string.Create(CultureInfo.InvariantCulture, $"vm-{number:D5}"))];
    }

    /// <summary>Makes two sites and a vault in a folder of its own.</summary>
    public static async Task<PlanStage> CreateAsync(string folder, int machines, int groups)
    {
        var root = Path.Combine(folder, $"asr-plan-{Guid.NewGuid():N}");
        var files = new LocalFileSystem();
        SiteTemplate.CreateVMware(files, Path.Combine(root, Home));
        SiteTemplate.CreateAzure(files, Path.Combine(root, Azure));
        FailbackEngine.CreateVault(Path.Combine(root, "vault"), "vault", null, new EngineOptions());
        var stage = new PlanStage(root, machines, groups, FailbackEngine.Open(Path.Combine(root, "vault"), new EngineOptions()));
        await stage.RunAsync(new AddFabric(Home, Path.Combine(root, Home))).ConfigureAwait(false);
        await stage.RunAsync(new AddFabric(Azure, Path.Combine(root, Azure))).ConfigureAwait(false);
        stage.AddMachines();
        return stage;
    }

    /// <summary>Protects every machine, and makes the plan.</summary>
    public async Task ProtectAsync()
    {
        await Parallel.ForEachAsync(_names, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (name, _) =>
            await RunAsync(new EnableProtection(name, Home, Azure, Policy)).ConfigureAwait(false)).ConfigureAwait(false);
        await RunAsync(new SaveRecoveryPlan(new RecoveryPlan(Plan, [.. Groups().Select(items => new RecoveryPlanGroup(items))]), Replace: false) { AllowLarge = true }).ConfigureAwait(false);
    }

    /// <summary>Carries out an operation on the machines of the plan.</summary>
    public Task RunPlanAsync(Func<string, ItemCommand> command) =>
        RunAsync(new RunRecoveryPlan(Plan, [.. Groups().Select(items => new PlannedGroup([.. items.Select(command)]))]));

    /// <summary>Time of the processor that this process took meanwhile.</summary>
    public static async Task<(TimeSpan Processor, TimeSpan Wall)> TimeAsync(Func<Task> work)
    {
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        var (before, watch) = (process.TotalProcessorTime, Stopwatch.StartNew());
        await work().ConfigureAwait(false);
        process.Refresh();
        return (process.TotalProcessorTime - before, watch.Elapsed);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(_root, recursive: true);
    }

    private IEnumerable<string[]> Groups() => _names.Chunk((_names.Length + _groups - 1) / _groups);

    private void AddMachines()
    {
        var home = new EmbeddedSite(new LocalFileSystem(), Home, Path.Combine(_root, Home));
        for (var number = 0; number < _names.Length; number++)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{number / 250}.{(number % 250) + 1}");
            home.EnsureMachine(new Machine(_names[number], Guid.NewGuid(), "Linux", "", [MachineNic.Only(null)[0] with { Address = $"10.1.{place}", TargetAddress = $"10.2.{place}" }], [new MachineDisk("os", "", DiskBytes)], PowerState.Off, 0)
            {
                MemoryBytes = 1L << 30,
            });
        }
    }

    private async Task RunAsync(FailbackCommand command)
    {
        var job = await _engine.SubmitAsync(command).ConfigureAwait(false);
        job = await _engine.WaitForJobAsync(job.Name).ConfigureAwait(false);
        if (job.State != JobState.Succeeded)
        {
            throw new InvalidOperationException($"{job.FriendlyName} of {job.TargetObjectName}: {job.State}, {job.Error}, {string.Join("; ", job.Warnings)}");
        }
    }
}
