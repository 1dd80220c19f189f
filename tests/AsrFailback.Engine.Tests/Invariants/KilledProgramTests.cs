using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace AsrFailback.Engine.Tests;

/// <summary>
/// The built program finishes one job of a vault, and is killed on the way: at operation n of its ports, or by strace at
/// its n-th call of the system, or a call of the system fails once. The next opening finishes the job with every byte.
/// </summary>
public sealed class KilledProgramTests(ITestOutputHelper output)
{
    private const int Killed = 137;
    private const double GoldenRatio = 0.6180339887498949;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly int Points = Scale.Of(4, 150);

    private static readonly string Program = Path.Combine(
        RepositoryFolder.Root, "src", "AsrFailback.Node", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "asrnode.dll");

    public static TheoryData<string> Flows => ["replication round", "failover, source shut down", "reprotect", "failback"];

    [Theory]
    [MemberData(nameof(Flows))]
    public async Task A_program_killed_at_any_operation_loses_nothing_and_its_job_is_finished(string name)
    {
        var flow = InterruptedFlow.All[name];
        await using var beginning = await BegunAsync(flow);
        var operations = await CountAsync(flow, beginning);
        var places = Enumerable.Range(0, Points).Select(sample => 1 + (long)(sample * GoldenRatio % 1 * operations));

        var samples = await SampleAllAsync(flow, beginning, places.Select(place => new Strike($"operation {place}", [Program, "resume", "--crash-at", Text(place)])));

        Report(name, $"{operations} operations", samples);
        Assert.True(samples.Count(one => one.ExitCode == Killed) > Points / 2, "most samples were never killed");
    }

    [StraceTheory]
    [MemberData(nameof(Flows))]
    public async Task A_program_killed_at_any_call_of_the_system_loses_nothing_and_its_job_is_finished(string name)
    {
        var flow = InterruptedFlow.All[name];
        await using var beginning = await BegunAsync(flow);
        string[] calls = ["pwrite64", "fsync", "rename", "unlink", "ftruncate"];

        var samples = await SampleAllAsync(flow, beginning, Enumerable.Range(0, 40).Select(sample =>
            Traced($"{calls[sample % calls.Length]}", $"signal=SIGKILL:when={1 + (sample / calls.Length * 3)}")));

        Report(name, "calls of the system", samples);
        Assert.Contains(samples, one => one.ExitCode == Killed);
    }

    [StraceTheory]
    [MemberData(nameof(Flows))]
    public async Task A_program_whose_call_of_the_system_fails_once_says_so_or_finishes_and_loses_nothing(string name)
    {
        var flow = InterruptedFlow.All[name];
        await using var beginning = await BegunAsync(flow);
        string[] faults = ["pwrite64:error=ENOSPC", "pwrite64:error=EIO", "fsync:error=EIO", "fsync:error=ENOSPC", "rename:error=EIO"];

        var samples = await SampleAllAsync(flow, beginning, Enumerable.Range(0, 40).Select(sample =>
        {
            var fault = faults[sample % faults.Length].Split(':');
            return Traced(fault[0], $"{fault[1]}:when={1 + (sample / faults.Length * 3)}");
        }));

        Report(name, "failed calls", samples);
    }

    private static Strike Traced(string call, string what) =>
        new($"{call} {what}", [Program, "resume"], $"{call}:{what}");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private void Report(string name, string of, IReadOnlyCollection<Sample> samples)
    {
        var broken = samples.Where(one => one.Violation is not null).Select(one => $"{one.Name}: {one.Violation}").ToArray();
        output.WriteLine($"{name}: {samples.Count} samples of {of}, {samples.Count(one => one.ExitCode == Killed)} killed, {broken.Length} broken");
        Assert.Empty(broken);
    }

    // A vault that died when the job had just been recorded: whoever opens it runs the job.
    private static async Task<DrWorld> BegunAsync(InterruptedFlow flow)
    {
        var world = await DrWorld.CreateAsync(new WorldSetup { DiskBytes = [2 << 20, 1 << 20] });
        await flow.Prepare(world);
        var interruption = new Interruption();
        var recorded = false;
        void Pass(string what)
        {
            if (Volatile.Read(ref recorded))
            {
                interruption.Observe(what);
            }

            Volatile.Write(ref recorded, recorded || what == "job job-1");
        }

        (world.Setup.OnFile, world.Setup.OnStore) = ((operation, path) => Pass($"{operation} {path}"), Pass);
        interruption.StopAt(1);
        await Record.ExceptionAsync(() => world.Engine.SubmitAsync(flow.Command(world), "job-1"));
        await world.AbandonAsync();
        Assert.True(interruption.Happened, "the job was never recorded");
        return world;
    }

    private static async Task<long> CountAsync(InterruptedFlow flow, DrWorld beginning)
    {
        var interruption = new Interruption();
        await using var world = beginning.Clone(Setup(interruption));
        interruption.Disarm();
        await FinishAsync(flow, world);
        return interruption.Count;
    }

    private static WorldSetup Setup(Interruption? interruption = null) => new()
    {
        DiskBytes = [2 << 20, 1 << 20],
        OnFile = (operation, path) => interruption?.Observe($"{operation} {path}"),
        OnStore = change => interruption?.Observe(change),
    };

    private static async Task<IReadOnlyCollection<Sample>> SampleAllAsync(InterruptedFlow flow, DrWorld beginning, IEnumerable<Strike> strikes)
    {
        var samples = new ConcurrentBag<Sample>();
        await Parallel.ForEachAsync(strikes, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, async (strike, _) =>
        {
            await using var world = beginning.Clone(Setup());
            var exitCode = -1;
            try
            {
                exitCode = await RunAsync(world, strike);
                await FinishAsync(flow, world, mayHaveSaidSo: strike.Inject?.Contains("error=", StringComparison.Ordinal) == true);
                await flow.GoOn(world);
                await AuditProof.AssertAsync(world, mostRepeats: 1);
                samples.Add(new(strike.Name, exitCode, null));
            }
            catch (Exception violation)
            {
                samples.Add(new(strike.Name, exitCode, violation.ToString()));
            }
        });
        return samples;
    }

    private static async Task FinishAsync(InterruptedFlow flow, DrWorld world, bool mayHaveSaidSo = false)
    {
        world.Open();
        world.Engine.RestartFailedJobs();
        var job = await world.Engine.WaitForJobAsync("job-1").WaitAsync(DrWorld.Patience);
        if (mayHaveSaidSo && job is { Error: not null } && job.State == JobState.Failed)
        {
            await (world.Engine.RuntimeOf(DrWorld.Item).Session?.DrainAsync(CancellationToken.None).WaitAsync(DrWorld.Patience) ?? Task.CompletedTask);
            job = await world.RunAsync(flow.Command(world)); // a failed flush is no passing matter: somebody has to ask again
        }

        Assert.True(job.State == JobState.Succeeded, $"{job.State}: {job.Error}");
        Assert.Equal(flow.Phase, world.Facts.Phase);
        world.AssertImages(flow.Side, world.Model);
    }

    private static async Task<int> RunAsync(DrWorld world, Strike strike)
    {
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } path ? path : "dotnet";
        string[] command = [host, .. strike.Arguments, "--vault", world.VaultFolder];
        string[] traced = strike.Inject is null ? command
            : ["strace", "-f", "-qq", "-o", "/dev/null", "-P", world.Root, .. Paths(world), "-e", $"trace={strike.Inject.Split(':')[0]}", "-e", $"inject={strike.Inject}", .. command];
        var start = new ProcessStartInfo(traced[0], traced[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        using var process = Process.Start(start)!;
        var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(Patience);
        await said;
        return process.ExitCode;
    }

    // Calls on other files, of the runtime itself, are left alone.
    private static IEnumerable<string> Paths(DrWorld world) =>
        Directory.EnumerateFileSystemEntries(world.Root, "*", SearchOption.AllDirectories).SelectMany(path => new[] { "-P", path });

    private sealed record Strike(string Name, IReadOnlyList<string> Arguments, string? Inject = null);

    private sealed record Sample(string Name, int ExitCode, string? Violation);
}

/// <summary>A theory of the long form that needs strace.</summary>
public sealed class StraceTheoryAttribute : LongTheoryAttribute
{
    public StraceTheoryAttribute() => Skip ??= (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "strace")))
        ? null
        : "strace is not on PATH (Debian: apt-get install strace)";
}
