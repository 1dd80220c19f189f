using System.Diagnostics;
using System.Globalization;

namespace AsrFailback.Node.Tests;

/// <summary>A started program, watched by what it says.</summary>
internal sealed class RunningNode : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly TaskCompletionSource<string> _firstLine = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task<string> _output;
    private readonly Task _reading;
    private readonly List<string> _lines = [];
    private readonly List<(Func<string, bool> Wanted, TaskCompletionSource<bool> Seen)> _waiters = [];
    private bool _ended;

    public RunningNode(ProcessStartInfo start)
    {
        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        _output = Task.Run(ReadOutputAsync);
        _reading = Task.Run(ReadErrorsAsync);
    }

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>Waits for the first line on standard output; empty when the program ended without one.</summary>
    public Task<string> FirstLineAsync() => _firstLine.Task.WaitAsync(Patience);

    /// <summary>Waits for a line on standard error that begins like this; false when the program ended without one.</summary>
    public Task<bool> SaysAsync(string beginning)
    {
        bool Wanted(string line) => line.StartsWith(beginning, StringComparison.Ordinal);
        lock (_lines)
        {
            if (_ended || _lines.Any(Wanted))
            {
                return Task.FromResult(_lines.Any(Wanted));
            }

            var seen = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((Wanted, seen));
            return seen.Task.WaitAsync(Patience);
        }
    }

    /// <summary>Waits for a line on standard error; fails when the program ended without one.</summary>
    public async Task MustSayAsync(string beginning)
    {
        if (!await SaysAsync(beginning))
        {
            Assert.Fail($"The program ended before it said '{beginning}'.\n{await EndAsync()}");
        }
    }

    /// <summary>Sends a signal by name, such as INT or STOP.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -{name} {Id}")]);
        kill.WaitForExit();
    }

    /// <summary>Ends the process like <c>kill -9</c> and waits until it is gone.</summary>
    public Task<NodeResult> KillAsync()
    {
        _process.Kill();
        return EndAsync();
    }

    /// <summary>Waits for the end.</summary>
    public async Task<NodeResult> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        await _reading.WaitAsync(Patience);
        lock (_lines)
        {
            return new NodeResult(_process.ExitCode, _output.GetAwaiter().GetResult(), string.Join('\n', _lines));
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private async Task<string> ReadOutputAsync()
    {
        var first = await _process.StandardOutput.ReadLineAsync();
        _firstLine.SetResult(first ?? "");
        return first is null ? "" : $"{first}\n{await _process.StandardOutput.ReadToEndAsync()}";
    }

    private async Task ReadErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            lock (_lines)
            {
                _lines.Add(line);
                Answer(waiter => waiter(line), true);
            }
        }

        await _output;
        lock (_lines)
        {
            _ended = true;
            Answer(_ => true, false);
        }
    }

    private void Answer(Func<Func<string, bool>, bool> applies, bool answer)
    {
        foreach (var waiter in _waiters.Where(waiter => applies(waiter.Wanted)).ToArray())
        {
            _waiters.Remove(waiter);
            waiter.Seen.TrySetResult(answer);
        }
    }
}
