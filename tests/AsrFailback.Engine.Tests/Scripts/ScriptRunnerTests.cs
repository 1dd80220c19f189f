using System.Diagnostics;
using AsrFailback.Engine.Scripts;

namespace AsrFailback.Engine.Tests;

/// <summary>Programs of the operator: real processes, contained.</summary>
public sealed class ScriptRunnerTests : IDisposable
{
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(30);

    private readonly ShellScripts _scripts = new();

    public void Dispose() => _scripts.Dispose();

    [ShellFact]
    [Requirement("FO-10")]
    public async Task It_gets_its_arguments_as_they_are_and_its_output_comes_back()
    {
        var path = _scripts.Write("tell", "echo \"$#|$1|$2\"", "echo later >&2");

        var output = await RunAsync(path, ["one; rm -rf /", "$(reboot)"]);

        Assert.Contains("2|one; rm -rf /|$(reboot)", output, StringComparison.Ordinal);
        Assert.Contains("later", output, StringComparison.Ordinal);
    }

    [ShellFact]
    public async Task No_secret_of_the_environment_reaches_it()
    {
        Environment.SetEnvironmentVariable("ASR_TEST_SECRET", "canary-7f3a");
        try
        {
            var output = await RunAsync(_scripts.Write("env", "env"), []);

            Assert.DoesNotContain("canary-7f3a", output, StringComparison.Ordinal);
            Assert.Contains("PATH=", output, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("ASR_TEST_SECRET", null);
        }
    }

    [ShellFact]
    public async Task One_that_fails_is_told_with_its_exit_code_and_the_end_of_its_output()
    {
        var error = await FailureAsync(_scripts.Write("fail", "echo the database is busy", "exit 7"), Enough);

        Assert.Equal(("ScriptFailed", true), (error.Id, error.Temporary));
        Assert.Contains("7", error.Message, StringComparison.Ordinal);
        Assert.Contains("the database is busy", error.Message, StringComparison.Ordinal);
    }

    [ShellFact]
    public async Task One_that_does_not_end_is_ended_with_its_children()
    {
        var marker = _scripts["child"];
        var path = _scripts.Write("hang", $"sh -c 'echo $$ > {marker}; exec sleep 1000' &", $"while [ ! -s {marker} ]; do :; done", "echo begun", "wait");
        var clock = new ManualClock();
        var running = new ScriptRunner(clock).RunAsync(Script.Allow(path), [], TimeSpan.FromSeconds(5), CancellationToken.None);
        await Waiting.UntilAsync(() => File.Exists(marker) && File.ReadAllText(marker).EndsWith('\n'));
        var child = int.Parse(await File.ReadAllTextAsync(marker), System.Globalization.CultureInfo.InvariantCulture);

        clock.Advance(TimeSpan.FromSeconds(6));

        var refused = await Assert.ThrowsAsync<AsrException>(() => running.WaitAsync(DrWorld.Patience));
        Assert.Equal("ScriptTimedOut", refused.Error.Id);
        await Waiting.UntilAsync(() => !Processes.IsAlive(child));
    }

    [ShellFact]
    public async Task One_that_is_stopped_is_gone_with_its_children()
    {
        var marker = _scripts["child"];
        var path = _scripts.Write("hang", $"echo $$ > {marker}", "exec sleep 1000");
        using var stop = new CancellationTokenSource();
        var running = new ScriptRunner(TimeProvider.System).RunAsync(Script.Allow(path), [], Enough, stop.Token);
        await Waiting.UntilAsync(() => File.Exists(marker) && File.ReadAllText(marker).EndsWith('\n'));
        var process = int.Parse(await File.ReadAllTextAsync(marker), System.Globalization.CultureInfo.InvariantCulture);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(DrWorld.Patience));
        await Waiting.UntilAsync(() => !Processes.IsAlive(process));
    }

    [ShellFact]
    public async Task One_that_was_changed_since_it_was_allowed_is_not_run()
    {
        var path = _scripts.Write("freeze", "exit 0");
        var allowed = Script.Allow(path);
        _scripts.Write("freeze", $"touch {_scripts["ran"]}");

        var refused = await Assert.ThrowsAsync<AsrException>(() => new ScriptRunner(TimeProvider.System).RunAsync(allowed, [], Enough, CancellationToken.None));

        Assert.Equal("ScriptChanged", refused.Error.Id);
        Assert.False(File.Exists(_scripts["ran"]));
    }

    [ShellFact]
    public void What_is_no_plain_file_at_an_absolute_path_is_not_allowed()
    {
        var path = _scripts.Write("freeze", "exit 0");
        File.CreateSymbolicLink(_scripts["link"], path);
        foreach (var wrong in new[] { "freeze", "./freeze", _scripts["nothing"], _scripts.Folder, _scripts["link"] })
        {
            Assert.Equal("ScriptMissing", Assert.Throws<AsrException>(() => Script.Allow(wrong)).Error.Id);
        }
    }

    [ShellFact]
    public async Task One_that_cannot_be_started_is_told()
    {
        var path = _scripts["plain"];
        await File.WriteAllTextAsync(path, "no program");

        Assert.Equal("ScriptFailed", (await FailureAsync(path, Enough)).Id);
    }

    [ShellFact]
    public async Task A_child_that_keeps_its_pipes_open_does_not_keep_the_caller()
    {
        var output = await RunAsync(_scripts.Write("daemon", "sleep 1000 &", $"echo $! > {_scripts["child"]}", "echo started"), []).WaitAsync(DrWorld.Patience);

        Assert.Equal("started", output);
        using var child = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(_scripts["child"]), System.Globalization.CultureInfo.InvariantCulture));
        child.Kill();
    }

    private static Task<string> RunAsync(string path, IReadOnlyList<string> arguments) =>
        new ScriptRunner(TimeProvider.System).RunAsync(Script.Allow(path), arguments, Enough, CancellationToken.None);

    private static async Task<AsrError> FailureAsync(string path, TimeSpan timeout) => (await Assert.ThrowsAsync<AsrException>(
        () => new ScriptRunner(TimeProvider.System).RunAsync(Script.Allow(path), [], timeout, CancellationToken.None))).Error;
}
