using System.Globalization;
using AsrFailback.Engine;
using AsrFailback.Fabrics.Embedded;
using AsrFailback.Replication.IO;

namespace AsrFailback.Bench.Replication;

/// <summary>
/// A machine of a Hyper-V site comes home from Azure, where it wrote and goes on writing (FB-05): how long it is down, as a share of how
/// long its failback takes, with its data sent before the failover; and against a failback that sends everything during the failover.
/// </summary>
internal static class Failback
{
    private const string Machine = "web01";
    private const long DiskBytes = 2L << 30;
    private const int WriteBytes = 64 << 10;
    private const int Written = 4096; // 256 MiB at places of its own choice

    /// <summary>Measures both ways home in turn.</summary>
    public static IEnumerable<Figure> Measure(ReplicationStage stage)
    {
        var totals = new List<double>();
        var (before, during) = stage.InTurn(
            run => DownSeconds(stage.At($"before{run}"), DataSync.BeforeFailover, totals), run => DownSeconds(stage.At($"during{run}"), DataSync.DuringFailover, []));
        var total = ReplicationStage.Median(totals);
        var detail = string.Create(CultureInfo.InvariantCulture, $"down {before:F3} s of {total:F2} s; {during:F2} s with everything sent during the failover");
        yield return new Figure("failbackDowntimeVsTotal", before / total, new Goal(0.1, AtLeast: false), detail);
        yield return new Figure("failbackDowntimeBeforeVsDuring", before / during, new Goal(0.1, AtLeast: false), detail);
    }

    private static double DownSeconds(string folder, DataSync sync, List<double> totals)
    {
        var job = ComeHomeAsync(folder, sync).GetAwaiter().GetResult();
        Directory.Delete(folder, recursive: true);
        totals.Add((job.EndTime!.Value - job.StartTime).TotalSeconds);
        return job.Downtime!.Value.TotalSeconds;
    }

    private static async Task<Job> ComeHomeAsync(string folder, DataSync sync)
    {
        var vault = Path.Combine(folder, "vault");
        Directory.CreateDirectory(folder);
        MakeSites(folder);
        FailbackEngine.CreateVault(vault, "vault", null, new EngineOptions());
        await using var engine = FailbackEngine.Open(vault, new EngineOptions());
        await RunAsync(engine, new AddFabric("home", Path.Combine(folder, "home")));
        await RunAsync(engine, new AddFabric("azure", Path.Combine(folder, "azure")));
        await RunAsync(engine, new EnableProtection(Machine, "home", "azure", new ReplicationPolicy(TimeSpan.FromHours(1), 24, 64L << 30)));
        Write(engine, Written);
        await RunAsync(engine, Planned);
        await RunAsync(engine, new CommitFailover(Machine));
        Write(engine, Written);
        var failback = await engine.SubmitAsync(Planned with { DataSync = sync });
        var job = await engine.WaitForJobAsync(failback.Name);
        if (job.State == JobState.Suspended)
        {
            Write(engine, Written / 64); // it runs on
            await engine.CompleteFailoverAsync(Machine, "bench");
            job = await engine.WaitForJobAsync(failback.Name);
        }

        return job.Error is { } error ? throw new AsrException(error) : job;
    }

    private static StartFailover Planned => new(Machine, null, ShutDownSource: true) { Type = FailoverType.Planned };

    private static void MakeSites(string folder)
    {
        var files = new LocalFileSystem();
        SiteTemplate.CreateIfMissing(files, Path.Combine(folder, "home"), FabricKind.HyperV);
        SiteTemplate.CreateIfMissing(files, Path.Combine(folder, "azure"), FabricKind.Azure);
        new EmbeddedSite(files, "home", Path.Combine(folder, "home"))
            .EnsureMachine(new Machine(Machine, Guid.NewGuid(), "Linux", "", MachineNic.Only(null), [new MachineDisk("disk0", "", DiskBytes)], PowerState.Off, 0));
    }

    private static void Write(FailbackEngine engine, int count)
    {
        var (random, content, machine) = (new Random(count), new byte[WriteBytes], engine.OpenMachine(Machine));
        for (var one = 0; one < count; one++)
        {
            random.NextBytes(content);
            machine.Write(0, random.NextInt64(DiskBytes / WriteBytes) * WriteBytes, content);
        }
    }

    private static async Task RunAsync(FailbackEngine engine, FailbackCommand command)
    {
        var job = await engine.WaitForJobAsync((await engine.SubmitAsync(command)).Name);
        if (job.Error is { } error)
        {
            throw new AsrException(error);
        }
    }
}
