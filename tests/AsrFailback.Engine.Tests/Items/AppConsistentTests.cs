using AsrFailback.Core.Protection;
using AsrFailback.Engine.Items;

namespace AsrFailback.Engine.Tests;

/// <summary>Points with the applications at rest; and whatever happens, they go on.</summary>
public sealed class AppConsistentTests : IDisposable
{
    private readonly ShellScripts _scripts = new();

    public void Dispose() => _scripts.Dispose();

    [ShellFact]
    [Requirement("FO-10")]
    public async Task A_point_is_taken_while_the_application_is_at_rest_and_it_goes_on_after()
    {
        await using var world = await WorldAsync();
        using var application = new Application(world, _scripts);

        await world.RunAsync(new CreateRecoveryPoint(DrWorld.Item, "at rest") { AppConsistent = true });

        var point = (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Single(one => one.Label == "at rest");
        Assert.Equal(PointConsistency.AppConsistent, point.Consistency);
        var disks = MachineModel.ReadFrom(world.Engine.OpenPoint(DrWorld.Item, point.Id)).Disks;
        Assert.Equal(disks[0][..8], disks[1][..8]); // the halves of a transaction, on two disks
        Assert.Equal(["freeze web01", "thaw web01"], Calls());
        Assert.False(world.Facts.Frozen);
        await application.MustGoOnAsync();
    }

    [ShellFact]
    public async Task A_freeze_that_fails_fails_the_job_and_the_application_goes_on()
    {
        await using var world = await WorldAsync();
        using var application = new Application(world, _scripts);
        Freeze(world, "exit 3");
        await AllowAsync(world);

        var job = await world.TryAsync(new CreateRecoveryPoint(DrWorld.Item, "x") { AppConsistent = true });

        Assert.Equal("ScriptFailed", job.Error?.Id);
        Assert.Equal("thaw web01", Calls()[^1]);
        Assert.False(world.Facts.Frozen);
        Assert.DoesNotContain(await world.Engine.GetRecoveryPointsAsync(DrWorld.Item), point => point.Label == "x");
        await application.MustGoOnAsync();
    }

    [ShellFact]
    public async Task A_thaw_that_fails_is_the_item_s_health_until_it_succeeds()
    {
        var clock = new ManualClock();
        await using var world = await WorldAsync(clock);
        File.WriteAllText(_scripts["broken"], "");
        var job = await world.TryAsync(new CreateRecoveryPoint(DrWorld.Item, "x") { AppConsistent = true });
        Assert.Equal(JobState.Succeeded, job.State);
        Assert.Equal(["ThawFailed"], job.Warnings.Select(warning => warning.Id));
        Assert.Single((await world.ItemAsync()).HealthErrors, error => error.Id == "ThawFailed");

        File.Delete(_scripts["broken"]);
        clock.Advance(TimeSpan.FromMinutes(5));
        await Waiting.UntilAsync(() => !world.Facts.Frozen);

        Assert.DoesNotContain((await world.ItemAsync()).HealthErrors, error => error.Id == "ThawFailed");
    }

    [ShellTheory]
    [Requirement("FO-10")]
    [InlineData("freeze", "ScriptChanged")]
    [InlineData("thaw", "ScriptChanged")]
    [InlineData("thaw", "ScriptMissing")]
    public async Task Nothing_is_frozen_unless_both_programs_are_as_they_were_allowed(string script, string reason)
    {
        await using var world = await WorldAsync();
        if (reason == "ScriptMissing")
        {
            File.Delete(_scripts[script]);
        }
        else
        {
            File.AppendAllText(_scripts[script], "# changed\n");
        }

        Assert.Equal([reason], await world.RefusedAsync(new CreateRecoveryPoint(DrWorld.Item, "x") { AppConsistent = true }));
        var interrupted = await Assert.ThrowsAsync<AsrException>(() => MarkAsync(world));

        Assert.Equal(reason, interrupted.Error.Id);
        Assert.Empty(Calls());
        Assert.False(world.Facts.Frozen);
    }

    [ShellFact]
    [Requirement("FO-10")]
    public async Task A_program_that_changed_is_not_allowed_with_another_setting()
    {
        await using var world = await WorldAsync();
        File.AppendAllText(_scripts["thaw"], "# changed\n");

        await world.RunAsync(new UpdateProtection(DrWorld.Item, world.Facts.Policy with { MaxPoints = 7 }));

        Assert.Equal(7, world.Facts.Policy.MaxPoints);
        Assert.Equal(["ScriptChanged"], await world.RefusedAsync(new CreateRecoveryPoint(DrWorld.Item, "x") { AppConsistent = true }));
    }

    [ShellFact]
    [Requirement("FO-10")]
    public async Task While_something_is_left_frozen_nothing_is_frozen_again()
    {
        var clock = new ManualClock();
        await using var world = await WorldAsync(clock, interval: TimeSpan.FromHours(3));
        await LeaveFrozenAsync(world);
        var calls = Calls();
        var before = (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Count;

        Assert.Equal(["ThawFailed"], await world.RefusedAsync(new CreateRecoveryPoint(DrWorld.Item, "y") { AppConsistent = true }));
        Assert.Equal("ThawFailed", (await Assert.ThrowsAsync<AsrException>(() => MarkAsync(world))).Error.Id);
        clock.Advance(TimeSpan.FromHours(4));
        await Waiting.UntilAsync(() => world.Engine.RuntimeOf(DrWorld.Item).Journal!.Points.Count > before);

        Assert.DoesNotContain("freeze web01", Calls().Skip(calls.Length));
        Assert.Single((await world.ItemAsync()).HealthErrors, error => error.Id == "ThawFailed");
    }

    [ShellFact]
    public async Task A_thaw_that_is_tried_again_is_in_the_health_meanwhile()
    {
        var clock = new ManualClock();
        await using var world = await WorldAsync(clock);
        _scripts.Write("thaw", $"[ -e {_scripts["tried"]} ] || {{ touch {_scripts["tried"]}; exit 1; }}", $"touch {_scripts["again"]}", $"while [ ! -e {_scripts["go"]} ]; do :; done");
        await AllowAsync(world);
        var runtime = world.Engine.RuntimeOf(DrWorld.Item);
        runtime.State.Change(facts => facts with { Frozen = true });

        var thawing = runtime.Quiescence.ThawLeftoverAsync();
        await Waiting.UntilAsync(() => File.Exists(_scripts["again"]));
        var meanwhile = (await world.ItemAsync()).HealthErrors;
        File.WriteAllText(_scripts["go"], "");
        await thawing;

        Assert.Contains(meanwhile, error => error.Id == "ThawFailed");
        Assert.DoesNotContain((await world.ItemAsync()).HealthErrors, error => error.Id == "ThawFailed");
    }

    [ShellFact]
    [Requirement("FO-10")]
    public async Task A_new_thaw_program_lets_go_what_was_left_frozen()
    {
        await using var world = await WorldAsync();
        await LeaveFrozenAsync(world);
        _scripts.Write("thaw", $"echo \"released $1\" >> {_scripts["calls"]}");

        await AllowAsync(world);

        Assert.Equal("released web01", Calls()[^1]);
        Assert.False(world.Facts.Frozen);
        await world.RunAsync(new CreateRecoveryPoint(DrWorld.Item, "y") { AppConsistent = true });
    }

    [ShellFact]
    [Requirement("FO-10")]
    public async Task Neither_a_thaw_program_that_fails_nor_none_replaces_the_one_that_is_owed()
    {
        await using var world = await WorldAsync();
        await LeaveFrozenAsync(world);
        var policy = world.Facts.Policy;

        Assert.Equal(["ThawFailed"], await world.RefusedAsync(new UpdateProtection(DrWorld.Item, DrWorld.Policy)));
        var job = await world.TryAsync(new UpdateProtection(DrWorld.Item, DrWorld.Policy with
        {
            Quiesce = new QuiesceScripts(_scripts["freeze"], _scripts.Write("other", "exit 7")),
        }));

        Assert.Equal("ScriptFailed", job.Error?.Id);
        Assert.Equal(policy, world.Facts.Policy);
        Assert.True(world.Facts.Frozen);
    }

    [ShellFact]
    public async Task Programs_are_not_forgotten_while_a_point_needs_them()
    {
        await using var world = await WorldAsync();
        Freeze(world, $"touch {_scripts["frozen"]}", $"while [ ! -e {_scripts["go"]} ]; do :; done");
        await AllowAsync(world);
        var runtime = world.Engine.RuntimeOf(DrWorld.Item);
        var marking = MarkAsync(world);
        await Waiting.UntilAsync(() => File.Exists(_scripts["frozen"]));

        var changing = runtime.Quiescence.ChangePolicyAsync(DrWorld.Policy, CancellationToken.None);
        Assert.NotNull(world.Facts.Policy.Quiesce);
        File.WriteAllText(_scripts["go"], "");
        await Task.WhenAll(marking, changing).WaitAsync(DrWorld.Patience);

        Assert.Equal("thaw web01", Calls()[^1]);
        Assert.False(world.Facts.Frozen);
        Assert.Null(world.Facts.Policy.Quiesce);
    }

    [ShellFact]
    [Requirement("FO-10")]
    public async Task Disabling_lets_go_what_was_left_frozen_or_fails()
    {
        await using var world = await WorldAsync();
        await LeaveFrozenAsync(world);

        var job = await world.TryAsync(new DisableProtection(DrWorld.Item));
        Assert.Equal("ThawFailed", job.Error?.Id);
        Assert.Equal(Phase.Protected, world.Facts.Phase);
        File.Delete(_scripts["broken"]);
        File.Delete(_scripts["calls"]);
        await world.RunAsync(new DisableProtection(DrWorld.Item));

        Assert.Equal(["thaw web01"], Calls());
        Assert.Empty(await world.Engine.GetProtectedItemsAsync().ToListAsync());
    }

    [ShellFact]
    public async Task A_process_that_is_killed_while_the_application_is_at_rest_lets_it_go_on_at_the_next_opening()
    {
        await using var world = await WorldAsync();
        Freeze(world, $"touch {_scripts["frozen"]}", $"while [ ! -e {_scripts["killed"]} ]; do :; done");
        await AllowAsync(world);
        var state = world.Setup.State!;
        await world.Engine.SubmitAsync(new CreateRecoveryPoint(DrWorld.Item, "x") { AppConsistent = true }, "job");
        await Waiting.UntilAsync(() => File.Exists(_scripts["frozen"]));
        Assert.True(world.Facts.Frozen);
        var left = state.Copy(); // what is durable at this moment is what a killed process leaves
        File.WriteAllText(_scripts["killed"], "");
        await world.Engine.WaitForJobAsync("job").WaitAsync(DrWorld.Patience);
        await world.CloseAsync();
        File.Delete(_scripts["calls"]);

        await using var again = world.Clone(new WorldSetup { DiskBytes = world.Setup.DiskBytes, State = left });
        again.Open();
        await Waiting.UntilAsync(() => !again.Facts.Frozen);

        Assert.Contains("thaw web01", Calls());
    }

    [ShellFact]
    public async Task A_vault_that_closes_while_the_application_is_at_rest_waits_until_it_goes_on()
    {
        await using var world = await WorldAsync();
        Freeze(world, $"touch {_scripts["frozen"]}", "exec sleep 1000");
        await AllowAsync(world);
        await world.Engine.SubmitAsync(new CreateRecoveryPoint(DrWorld.Item, "x") { AppConsistent = true });
        await Waiting.UntilAsync(() => File.Exists(_scripts["frozen"]));

        await world.CloseAsync();

        Assert.Equal("thaw web01", Calls()[^1]);
    }

    [ShellFact]
    [Requirement("FO-10")]
    public async Task Automatic_points_are_application_consistent_at_their_interval_and_crash_consistent_in_between()
    {
        var clock = new ManualClock();
        await using var world = await WorldAsync(clock, interval: TimeSpan.FromHours(3));
        for (var hour = 0; hour < 7; hour++)
        {
            var before = (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Count;
            clock.Advance(DrWorld.Policy.PointInterval);
            await Waiting.UntilAsync(() => world.Engine.RuntimeOf(DrWorld.Item).Journal!.Points.Count > before);
            await Waiting.UntilAsync(() => !world.Facts.Frozen); // an hour that passes meanwhile is more than the thaw may take
        }

        Assert.Equal("ACCACCA", string.Concat((await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).TakeLast(7).Select(point => $"{point.Consistency}"[0])));
    }

    [ShellFact]
    public async Task An_automatic_point_whose_application_does_not_rest_is_crash_consistent_and_says_so()
    {
        var clock = new ManualClock();
        await using var world = await WorldAsync(clock, interval: TimeSpan.FromHours(3));
        Freeze(world, "exit 3");
        var before = (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Count;

        clock.Advance(DrWorld.Policy.PointInterval);
        await Waiting.UntilAsync(() => world.Engine.RuntimeOf(DrWorld.Item).Journal!.Points.Count > before);

        Assert.Equal(PointConsistency.CrashConsistent, (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item))[^1].Consistency);
        Assert.Contains((await world.ItemAsync()).HealthErrors, error => error.Id == "ScriptChanged");
    }

    [ShellFact]
    [Requirement("FO-10")]
    public async Task Without_programs_an_application_consistent_point_is_refused_and_so_is_half_a_pair()
    {
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [1 << 20] });

        Assert.Equal(["NoQuiesceScripts"], await world.RefusedAsync(new CreateRecoveryPoint(DrWorld.Item, "x") { AppConsistent = true }));
        Assert.Equal(["ScriptMissing"], await world.RefusedAsync(new UpdateProtection(DrWorld.Item, DrWorld.Policy with
        {
            Quiesce = new QuiesceScripts(_scripts.Write("freeze", "exit 0"), _scripts["nothing"]),
        })));
        Assert.Equal(["AppConsistentIntervalOutOfRange"], await world.RefusedAsync(new UpdateProtection(DrWorld.Item, DrWorld.Policy with { AppConsistentInterval = TimeSpan.FromHours(2) })));
    }

    [Fact]
    public async Task A_changed_policy_counts_at_once_and_after_a_restart()
    {
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [1 << 20] });
        for (var point = 0; point < 5; point++)
        {
            await world.PointAsync($"{point}");
        }

        await world.RunAsync(new UpdateProtection(DrWorld.Item, DrWorld.Policy with { MaxPoints = 3 }));
        Assert.Equal(["2", "3", "4"], (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Select(point => point.Label));
        await world.ReopenAsync();

        Assert.Equal(3, (await world.ItemAsync()).Policy.MaxPoints);
        Assert.Equal(["PointIntervalOutOfRange"], await world.RefusedAsync(new UpdateProtection(DrWorld.Item, DrWorld.Policy with { PointInterval = TimeSpan.FromSeconds(1) })));
    }

    // As a job does that went on after its checks.
    private static Task<IReadOnlyList<ItemRuntime>> MarkAsync(DrWorld world) => FailbackEngine.MarkAsync(
        [world.Engine.RuntimeOf(DrWorld.Item)], Guid.NewGuid(), "x", PointConsistency.AppConsistent, CancellationToken.None);

    private async Task LeaveFrozenAsync(DrWorld world)
    {
        File.WriteAllText(_scripts["broken"], "");
        await world.RunAsync(new CreateRecoveryPoint(DrWorld.Item, "x") { AppConsistent = true });
        Assert.True(world.Facts.Frozen);
    }

    private string[] Calls() => File.Exists(_scripts["calls"]) ? File.ReadAllLines(_scripts["calls"]) : [];

    private void Freeze(DrWorld world, params string[] lines) => _scripts.Write("freeze", [$"echo \"freeze $1\" >> {_scripts["calls"]}", .. lines]);

    private Task<Job> AllowAsync(DrWorld world, TimeSpan? interval = null) => world.RunAsync(new UpdateProtection(DrWorld.Item, DrWorld.Policy with
    {
        Quiesce = new QuiesceScripts(_scripts["freeze"], _scripts["thaw"]), AppConsistentInterval = interval,
    }));

    // Freezing asks the application to rest and waits until it does; an absent application rests already.
    private async Task<DrWorld> WorldAsync(TimeProvider? clock = null, TimeSpan? interval = null)
    {
        var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [1 << 20, 1 << 20], State = new MemoryState(), Clock = clock ?? TimeProvider.System });
        Freeze(world, $"[ -e {_scripts["application"]} ] || exit 0", $"touch {_scripts["rest"]}", $"while [ ! -e {_scripts["resting"]} ]; do :; done");
        _scripts.Write("thaw", $"echo \"thaw $1\" >> {_scripts["calls"]}", $"[ ! -e {_scripts["broken"]} ] || exit 1", $"rm -f {_scripts["rest"]} {_scripts["resting"]}");
        await AllowAsync(world, interval);
        return world;
    }

    /// <summary>Writes a number on one disk and then on the other, again and again: equal only between two transactions.</summary>
    private sealed class Application : IDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;
        private long _transactions;

        public Application(DrWorld world, ShellScripts scripts)
        {
            File.WriteAllText(scripts["application"], "");
            var machine = world.Engine.OpenMachine(DrWorld.Item);
            _running = Task.Factory.StartNew(
                () =>
                {
                    while (!_stop.IsCancellationRequested)
                    {
                        var number = BitConverter.GetBytes(Interlocked.Increment(ref _transactions));
                        machine.Write(0, 0, number);
                        machine.Write(1, 0, number);
                        Rest(scripts);
                    }
                },
                TaskCreationOptions.LongRunning);
        }

        public async Task MustGoOnAsync()
        {
            var seen = Interlocked.Read(ref _transactions);
            await Waiting.UntilAsync(() => Interlocked.Read(ref _transactions) > seen);
        }

        public void Dispose()
        {
            _stop.Cancel();
            _running.Wait(DrWorld.Patience);
            _stop.Dispose();
        }

        private void Rest(ShellScripts scripts)
        {
            if (!File.Exists(scripts["rest"]))
            {
                return;
            }

            File.WriteAllText(scripts["resting"], "");
            while (File.Exists(scripts["rest"]) && !_stop.IsCancellationRequested)
            {
                Thread.Yield();
            }
        }
    }
}
