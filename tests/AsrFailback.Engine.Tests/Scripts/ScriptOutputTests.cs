using AsrFailback.Engine.Scripts;

namespace AsrFailback.Engine.Tests;

/// <summary>What a program says is contained. Run alone, because the memory it takes is that of the whole process.</summary>
[Collection(Alone.Name)]
public sealed class ScriptOutputTests : IDisposable
{
    private const int MostMemory = 8 << 20;

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
}

/// <summary>Tests that run while no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
