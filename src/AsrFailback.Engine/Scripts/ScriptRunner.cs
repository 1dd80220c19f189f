using System.ComponentModel;
using System.Diagnostics;
using AsrFailback.Core.Errors;

namespace AsrFailback.Engine.Scripts;

/// <summary>
/// Runs programs of the operator: each in a process of its own, without a shell, with arguments as they are, an environment
/// that holds no secrets, a time limit, and output that is kept up to a limit. Thread-safe.
/// </summary>
internal sealed class ScriptRunner(TimeProvider clock)
{
    /// <summary>Characters of output that are kept, the last ones.</summary>
    public const int MaxOutput = 4096;

    private static readonly string[] Passed =
    [
        "PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "TEMP", "TMP", "SystemRoot", "SystemDrive", "ComSpec", "PATHEXT", "USERPROFILE", "ProgramData", "ProgramFiles",
    ];

    /// <summary>How long what a process leaves in its pipes is waited for after its end: a child of it may hold them.</summary>
    private static readonly TimeSpan PipePatience = TimeSpan.FromSeconds(1);

    /// <summary>Runs a program to its end and returns the last of its output.</summary>
    /// <exception cref="AsrException"><c>ScriptMissing</c>, <c>ScriptChanged</c>, <c>ScriptFailed</c>, <c>ScriptTimedOut</c>; the process and its children are gone then.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; likewise.</exception>
    public async Task<string> RunAsync(Script script, IReadOnlyList<string> arguments, TimeSpan timeout, CancellationToken cancellation)
    {
        script.RequireUnchanged();
        using var process = Start(script.Path, arguments);
        var output = new LastCharacters(MaxOutput);
        var reading = Task.WhenAll(output.ReadAsync(process.StandardOutput), output.ReadAsync(process.StandardError));
        using var limit = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await process.WaitForExitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellation.ThrowIfCancellationRequested();
            throw ErrorCatalogue.Exception("ScriptTimedOut", script.Path, timeout.TotalSeconds, output);
        }

        await Task.WhenAny(reading, Task.Delay(PipePatience, CancellationToken.None)).ConfigureAwait(false);
        return process.ExitCode == 0 ? output.ToString() : throw ErrorCatalogue.Exception("ScriptFailed", script.Path, process.ExitCode, output);
    }

    private static Process Start(string path, IReadOnlyList<string> arguments)
    {
        var powerShell = string.Equals(Path.GetExtension(path), ".ps1", StringComparison.OrdinalIgnoreCase);
        string[] line = powerShell ? ["pwsh", "-NoProfile", "-NonInteractive", "-File", path, .. arguments] : [path, .. arguments];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            WorkingDirectory = Path.GetDirectoryName(path), RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Except(Passed, StringComparer.OrdinalIgnoreCase).ToArray())
        {
            start.Environment.Remove(name);
        }

        try
        {
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return process;
        }
        catch (Exception refused) when (refused is Win32Exception or IOException)
        {
            throw ErrorCatalogue.Caused(refused, "ScriptFailed", path, refused.Message, "");
        }
    }
}
