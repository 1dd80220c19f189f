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
        var output = new LastCharacters(MaxOutput);
        await RunAsync(new ScriptRun(script, arguments, timeout), output, cancellation).ConfigureAwait(false);
        return output.ToString();
    }

    /// <summary>Runs a program to its end; its output is there whatever comes of it.</summary>
    /// <exception cref="AsrException"><c>ScriptMissing</c>, <c>ScriptChanged</c>, <c>ScriptFailed</c>, <c>ScriptTimedOut</c>, <c>PowerShellMissing</c>; the process and its children are gone then.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; likewise.</exception>
    public async Task RunAsync(ScriptRun run, LastCharacters output, CancellationToken cancellation)
    {
        (run.Script with { Path = run.File }).RequireUnchanged();
        using var process = Start(run);
        var reading = Task.WhenAll(output.ReadAsync(process.StandardOutput), output.ReadAsync(process.StandardError));
        using var limit = new CancellationTokenSource(run.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await process.WaitForExitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            End(process);
            cancellation.ThrowIfCancellationRequested();
            throw ErrorCatalogue.Exception("ScriptTimedOut", run.Script.Path, run.Timeout.TotalSeconds, output.Tail(MaxOutput));
        }

        await Task.WhenAny(reading, Task.Delay(PipePatience, CancellationToken.None)).ConfigureAwait(false);
        if (process.ExitCode != 0)
        {
            throw ErrorCatalogue.Exception("ScriptFailed", run.Script.Path, process.ExitCode, output.Tail(MaxOutput));
        }
    }

    // What it started as another user may not be ended by us: it is still a script that took too long, and no failure of ours.
    private static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception refused) when (refused is AggregateException or Win32Exception)
        {
            process.Kill();
        }
    }

    private static Process Start(ScriptRun run)
    {
        var start = new ProcessStartInfo(run.Program, run.CommandLine)
        {
            WorkingDirectory = Path.GetDirectoryName(run.Script.Path), RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Except(Passed, StringComparer.OrdinalIgnoreCase).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in run.Variables)
        {
            start.Environment[name] = value;
        }

        try
        {
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return process;
        }
        catch (Exception refused) when (refused is Win32Exception or IOException)
        {
            throw run.IsPowerShell
                ? ErrorCatalogue.Caused(refused, "PowerShellMissing", run.Script.Path, refused.Message)
                : ErrorCatalogue.Caused(refused, "ScriptFailed", run.Script.Path, refused.Message, "");
        }
    }
}
