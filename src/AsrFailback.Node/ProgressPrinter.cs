using System.Globalization;
using AsrFailback.Engine;
using Spectre.Console;

namespace AsrFailback.Node;

/// <summary>
/// Live progress on standard error: one moving line on a terminal, one line per task elsewhere. Thread-safe.
/// </summary>
internal sealed class ProgressPrinter : IDisposable
{
    private readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
    private readonly bool _moving = !Console.IsErrorRedirected;
    private readonly object _lock = new();
    private string _lastTask = "";
    private bool _open;

    /// <summary>Shows a sign of life.</summary>
    public void Report(JobProgress progress)
    {
        lock (_lock)
        {
            var task = $"{progress.Job} {progress.Task}";
            if (task != _lastTask || !_moving)
            {
                BeginLine(task, progress);
            }
            else
            {
                Rewrite(progress);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            EndLine();
        }
    }

    private void BeginLine(string task, JobProgress progress)
    {
        if (task == _lastTask)
        {
            return;
        }

        EndLine();
        _lastTask = task;
        if (_moving)
        {
            Rewrite(progress);
        }
        else
        {
            _console.Profile.Out.Writer.WriteLine(Text(progress));
        }
    }

    private void Rewrite(JobProgress progress)
    {
        var width = Math.Max(20, _console.Profile.Width - 1);
        var text = Text(progress);
        _console.Profile.Out.Writer.Write("\r" + (text.Length > width ? text[..width] : text.PadRight(width)));
        _console.Profile.Out.Writer.Flush();
        _open = true;
    }

    private void EndLine()
    {
        if (_open)
        {
            _console.Profile.Out.Writer.WriteLine();
            _open = false;
        }
    }

    private static string Text(JobProgress progress)
    {
        var indent = progress.Job.Contains('.', StringComparison.Ordinal) ? "    " : "";
        var share = progress.BytesTotal > 0
            ? string.Create(CultureInfo.InvariantCulture, $" {ByteSize.Format(progress.BytesDone)} of {ByteSize.Format(progress.BytesTotal)} ({progress.BytesDone * 100 / progress.BytesTotal} %)")
            : "";
        var group = progress.Group is { } now ? $" of {now.Groups}: {now.Done} of {now.Machines} machines" : "";
        return $"{indent}{progress.Task}{group}{(progress.Detail.Length > 0 ? ": " + progress.Detail : "")}{share}";
    }
}
