using System.Diagnostics;

namespace AsrFailback.Node.Tests;

/// <summary>Programs of others that read our files.</summary>
internal static class Tool
{
    private static readonly string[] MoreFolders = ["/usr/sbin", "/sbin"];

    /// <summary>The full path of a program; null when it is not installed.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Concat(MoreFolders).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Runs a program and returns its standard output; it must succeed.</summary>
    public static string Run(string program, params string[] arguments)
    {
        var (exitCode, output) = TryRun(program, arguments);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {exitCode}:\n{output}");
        return output;
    }

    /// <summary>Whether a program exists and succeeds.</summary>
    public static bool Succeeds(string program, params string[] arguments) => Find(program) is not null && TryRun(program, arguments).ExitCode == 0;

    private static (int ExitCode, string Output) TryRun(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(Find(program)!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + (process.ExitCode == 0 ? "" : errors.GetAwaiter().GetResult()));
    }
}
