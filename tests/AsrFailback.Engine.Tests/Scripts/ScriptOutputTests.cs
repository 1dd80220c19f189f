using AsrFailback.Engine.Scripts;

namespace AsrFailback.Engine.Tests;

/// <summary>What a program says is contained. Run alone, because the memory it takes is that of the whole process.</summary>
[Collection(Alone.Name)]
public sealed class ScriptOutputTests : IDisposable
{
    private const int MostMemory = 8 << 20;

    /// <summary>What a plan may take at its peak, with its machines: far less than a tenth of what the script says.</summary>
    private const long MostGrowth = 96L << 20;

    private readonly ShellScripts _scripts = new();

    public void Dispose() => _scripts.Dispose();

    [ShellFact]
    public async Task A_gigabyte_of_output_ends_as_the_last_few_kilobytes()
    {
        var flood = Script.Allow(_scripts.Write("flood", "head -c 1000000000 /dev/zero | tr '\\0' 'x'", "echo the end"));
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var output = await new ScriptRunner(TimeProvider.System).RunAsync(flood, [], TimeSpan.FromMinutes(2), CancellationToken.None);

        Assert.InRange(output.Length, 100, ScriptRunner.MaxOutput);
        Assert.EndsWith("the end", output, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MostMemory);
    }

    // exit code | whether the plan goes on whatever happens | how it ends. To see it fail: keep all of the output.
    [LinuxShellTheory]
    [Requirement("RPL-02", "FO-03")]
    [InlineData(0, false, "Succeeded")]
    [InlineData(3, false, "Failed")]
    [InlineData(3, true, "CompletedWithInformation")]
    public async Task A_gigabyte_from_a_script_of_a_plan_takes_no_memory_and_the_plan_ends_as_its_exit_code_says(int exitCode, bool goesOn, string state)
    {
        await using var world = await PlanWorld.CreateAsync();
        await PlanScripts.AddAsync(world, "flood", 2, atEnd: false, "head -c 1000000000 /dev/zero | tr '\\0' 'x'", "echo the end", $"exit {exitCode}");
        var run = goesOn ? await PlanScripts.FailOverAsync(world) : await PlanWorld.RunAsync(world, PlanScripts.TestFailOver);
        var memory = PeakMemory.FromNow();

        var job = await world.Engine.WaitForJobAsync((await world.Engine.SubmitAsync(run)).Name).WaitAsync(TimeSpan.FromMinutes(5));

        Assert.InRange(memory.Growth, 0, MostGrowth);
        Assert.Equal(state, job.State.Value);
        var output = PlanScripts.TaskOf(job, "flood").Output!;
        Assert.InRange(output.Length, ScriptAction.MaxOutput / 2, ScriptAction.MaxOutput);
        Assert.EndsWith("the end", output, StringComparison.Ordinal);
        Assert.All(job.Warnings.Append(job.Error), told => Assert.InRange(told?.Message.Length ?? 0, 0, ScriptRunner.MaxOutput + 1024));
        Assert.Equal(["flood"], PlanScripts.Entries(world));
    }

    [LinuxShellTheory]
    [Requirement("RPL-02")]
    [InlineData("while :; do printf xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done")]
    [InlineData("while :; do printf xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx >&2; done")]
    public async Task A_script_of_a_plan_that_never_ends_to_talk_is_ended_and_takes_no_memory(string endless)
    {
        await using var world = await PlanWorld.CreateAsync();
        PlanScripts.Write(world, "talk.sh", endless);
        await PlanScripts.AddAsync(world, new ScriptAction("talk", "talk.sh") { Timeout = TimeSpan.FromSeconds(2) }, 2, atEnd: false);
        var run = await PlanWorld.RunAsync(world, PlanScripts.TestFailOver);
        var memory = PeakMemory.FromNow();

        var job = await world.TryAsync(run);

        Assert.InRange(memory.Growth, 0, MostGrowth);
        Assert.Contains("did not end within 2 seconds", job.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(ScriptAction.MaxOutput, PlanScripts.TaskOf(job, "talk").Output!.Length);
    }
}

/// <summary>The most memory that the process has had since a moment, beyond what it had then. Only on Linux.</summary>
internal sealed class PeakMemory
{
    private readonly long _before;

    private PeakMemory(long before) => _before = before;

    /// <summary>Bytes.</summary>
    public long Growth => Math.Max(0, Read("VmHWM") - _before);

    public static PeakMemory FromNow()
    {
        GC.Collect();
        File.WriteAllText("/proc/self/clear_refs", "5"); // the peak is what there is now
        return new PeakMemory(Read("VmRSS"));
    }

    private static long Read(string what)
    {
        var line = File.ReadLines("/proc/self/status").Single(found => found.StartsWith($"{what}:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) * 1024;
    }
}

/// <summary>A theory that needs a shell, and a system that tells the peak of a process' memory.</summary>
public sealed class LinuxShellTheoryAttribute : TheoryAttribute
{
    public LinuxShellTheoryAttribute() => Skip = OperatingSystem.IsLinux() ? null : "the peak of the memory is read from /proc";
}

/// <summary>Tests that run while no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
