using System.Diagnostics;

namespace AsrFailback.Node.Tests;

/// <summary>The built program, started the way a user starts it.</summary>
internal static class Asrnode
{
    private static readonly string Program = FindProgram();

    /// <summary>The program that runs <c>asrnode.dll</c>.</summary>
    public static string Host => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } path ? path : "dotnet";

    /// <summary>Runs to the end, with a temporary folder of its own that must be empty afterwards.</summary>
    public static async Task<NodeResult> RunAsync(params string[] arguments)
    {
        using var temporary = new TemporaryFolder("tmp");
        var result = await RunInAsync(temporary, arguments);
        temporary.AssertEmpty();
        return result;
    }

    /// <summary>Runs to the end with the given temporary folder.</summary>
    public static async Task<NodeResult> RunInAsync(TemporaryFolder temporary, params string[] arguments)
    {
        using var node = Start(temporary, arguments);
        return await node.EndAsync();
    }

    /// <summary>Starts with the given temporary folder.</summary>
    public static RunningNode Start(TemporaryFolder temporary, params string[] arguments) =>
        new(With(temporary, new ProcessStartInfo(Host, [Program, .. arguments])));

    /// <summary>Starts so that Ctrl+C arrives even where the tests themselves were started with it switched off.</summary>
    public static RunningNode StartInterruptible(TemporaryFolder temporary, params string[] arguments) =>
        new(With(temporary, new ProcessStartInfo("env", ["--default-signal=INT", Host, Program, .. arguments])));

    private static ProcessStartInfo With(TemporaryFolder temporary, ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.RedirectStandardInput = true;
        foreach (var name in (string[])["TMPDIR", "TMP", "TEMP"])
        {
            start.Environment[name] = temporary.Path;
        }

        // A killed runtime leaves its diagnostic sockets behind; the messages are compared in the source language.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    private static string FindProgram()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var program = Path.Combine(RepositoryFolder.Root, "src", "AsrFailback.Node", "bin", configuration, "net10.0", "asrnode.dll");
        return File.Exists(program) ? program : throw new FileNotFoundException("The program is not built.", program);
    }
}
