using System.Diagnostics;
using System.Globalization;
using AsrFailback.Core.Protection;
using AsrFailback.Engine.Vaults;
using Xunit.Abstractions;

namespace AsrFailback.Engine.Tests;

/// <summary>
/// The built program carries out a plan and is killed in the middle, three times. Whoever opens the vault next finishes it: every
/// machine once, with every byte. In the long form the plan has 1,000 machines.
/// </summary>
public sealed class KilledPlanTests(ITestOutputHelper output)
{
    private const int Kills = 3;
    private static readonly int Machines = Scale.Of(42, 1000);
    private static readonly long[] DiskBytes = [128 << 10];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60 + (Machines * 2));

    private static readonly string Program = Path.Combine(
        RepositoryFolder.Root, "src", "AsrFailback.Node", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "asrnode.dll");

    // Broken on purpose: a decision of a failover that is made anew each time (epochs grow by more), and a runner that takes up no unfinished jobs.
    [Fact]
    [Requirement("RPL-01", "RPL-03", "FO-03")]
    public async Task A_plan_that_is_killed_three_times_in_the_middle_moves_every_machine_once_with_every_byte()
    {
        await using var world = await DrWorld.CreateAsync();
        var machines = await ProtectAsync(world);
        var before = machines.Keys.ToDictionary(name => name, name => FactsOf(world, name).Epoch);
        var job = await world.Engine.SubmitAsync(new RunRecoveryPlan(PlanWorld.Plan, [.. GroupsOf(machines.Keys).Select(items => new PlannedGroup([.. items.Select(PlanWorld.FailOver)]))]));
        await world.CloseAsync();

        for (var kill = 1; kill <= Kills; kill++)
        {
            await KillAtAsync(world, Machines * kill / (3 * Kills)); // long before its end, however late the kill comes
        }

        world.Open();
        world.Engine.RestartFailedJobs();
        job = await world.Engine.WaitForJobAsync(job.Name).WaitAsync(Patience);
        Assert.True(job.State == JobState.Succeeded, $"{job.State}: {job.Error}; {string.Join("; ", job.Warnings)}");
        Assert.All(machines, machine => AssertMoved(world, machine.Key, machine.Value, before[machine.Key] + 1));
        Assert.Equal(Machines + 1, (await world.Engine.GetJobsAsync()).Count(part => part.CorrelationId == job.CorrelationId));
        await AuditProof.AssertAsync(world, mostRepeats: Kills * (RunRecoveryPlan.UsualThrottleLimit + 1));
        Assert.Empty(VaultChecker.Check(world.VaultFolder, world.Options()).Findings);
    }

    private static async Task<Dictionary<string, MachineModel>> ProtectAsync(DrWorld world)
    {
        var machines = Enumerable.Range(0, Machines).ToDictionary(number => string.Create(CultureInfo.InvariantCulture, $"vm-{number:D4}"), number => MachineModel.Random(DiskBytes, number));
        foreach (var (name, content) in machines)
        {
            world.AddMachine(name, content);
        }

        await Parallel.ForEachAsync(machines.Keys, async (name, _) => await world.RunAsync(new EnableProtection(name, DrWorld.Home, DrWorld.Azure, DrWorld.Policy)));
        foreach (var (name, content) in machines)
        {
            content.Write(world.Engine.OpenMachine(name), world.Random, 3);
        }

        await world.RunAsync(new SaveRecoveryPlan(PlanWorld.Of([.. GroupsOf(machines.Keys)]), Replace: false) { AllowLarge = true });
        return machines;
    }

    private static IEnumerable<string[]> GroupsOf(IEnumerable<string> machines) =>
        machines.Order(StringComparer.Ordinal).Chunk((Machines + RecoveryPlan.MaxGroups - 1) / RecoveryPlan.MaxGroups);

    // Killed by the system, with no word to the program, when that many machines run on the other side.
    private async Task KillAtAsync(DrWorld world, int arrived)
    {
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } path ? path : "dotnet";
        using var process = Process.Start(new ProcessStartInfo(host, [Program, "resume", "--vault", world.VaultFolder]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await Waiting.UntilAsync(() => process.HasExited || Arrived(world) >= arrived, Patience);
            Assert.False(process.HasExited, $"it had ended before it could be killed: {string.Concat(await Task.WhenAny(said, Task.Delay(1000)) == said ? await said : [])}");
        }
        finally
        {
            process.Kill();
        }

        await process.WaitForExitAsync().WaitAsync(Patience);
        output.WriteLine($"killed when {Arrived(world)} of {Machines} machines had arrived");
        Assert.True(Arrived(world) < Machines, "it was killed too late to be in the middle");
    }

    private static int Arrived(DrWorld world)
    {
        var states = new DirectoryInfo(Path.Combine(world.SiteRoot(DrWorld.Azure), "state", "machines"));
        return states.Exists ? states.EnumerateFiles("*.json").Count(file => IsOn(file.FullName)) : 0;
    }

    private static bool IsOn(string file)
    {
        try
        {
            return File.ReadAllText(file).Contains("\"power\": \"on\"", StringComparison.OrdinalIgnoreCase);
        }
        catch (FileNotFoundException)
        {
            return false; // a temporary file that has its name by now
        }
    }

    private static ProtectionFacts FactsOf(DrWorld world, string name) => world.Engine.RuntimeOf(name).State.Facts;

    private static void AssertMoved(DrWorld world, string name, MachineModel content, long epoch)
    {
        var facts = FactsOf(world, name);
        Assert.Equal((Phase.CommitPending, Side.Recovery, epoch), (facts.Phase, facts.ActiveSide, facts.Epoch));
        Assert.Equal((PowerState.On, epoch), (world.Engine.Site(DrWorld.Azure).GetMachine(name).Power, world.Engine.Site(DrWorld.Azure).EpochOf(name)));
        Assert.Equal(PowerState.Off, world.Engine.Site(DrWorld.Home).GetMachine(name).Power);
        Assert.Empty(world.Images(DrWorld.Azure, name).DifferencesFrom(content));
    }
}
