using AsrFailback.Core.Protection;

namespace AsrFailback.Engine.Tests;

/// <summary>
/// A failover that is taken back by itself unless it is committed (FO-07). To see it fail: measure the time by
/// <c>GetUtcNow</c> in <c>ItemRuntime.RollBackLeft</c>.
/// </summary>
public sealed class RollBackTests
{
    private static readonly TimeSpan After = TimeSpan.FromHours(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [Requirement("FO-07")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task When_its_time_is_over_it_is_taken_back_by_a_job_that_says_so_and_not_before(bool reopened)
    {
        var clock = new ManualClock();
        await using var world = await FailedOverAsync(clock);
        clock.Advance(After / 2);
        Assert.Equal(clock.GetUtcNow() + (After / 2), (await world.ItemAsync()).RollBackAtUtc);
        if (reopened)
        {
            await world.CloseAsync();
            clock.Advance(10 * After); // the vault is closed, and nobody could have committed
            world.Open();
        }

        clock.Advance((After / 2) - (2 * Minute));
        Assert.Empty(await JobsAsync(world));
        clock.Advance(Minute);
        clock.Advance(2 * Minute);

        await Waiting.UntilAsync(() => world.Facts.Phase == Phase.Protected);
        var job = await world.Engine.WaitForJobAsync(Assert.Single(await JobsAsync(world)).Name).WaitAsync(DrWorld.Patience);
        Assert.Equal(JobState.Succeeded, job.State);
        Assert.Contains(job.Warnings, warning => warning.Id == "RolledBack");
        Assert.Equal(PowerState.On, world.Power(DrWorld.Home));
        Assert.Null((await world.ItemAsync()).RollBackAtUtc);
    }

    [Fact]
    [Requirement("FO-07")]
    public async Task A_clock_that_is_set_forward_takes_nothing_back()
    {
        var clock = new ManualClock();
        await using var world = await FailedOverAsync(clock);

        clock.SetWallBy(TimeSpan.FromDays(30));
        clock.Advance(5 * Minute);

        Assert.Empty(await JobsAsync(world));
        Assert.Equal(Phase.CommitPending, world.Facts.Phase);
    }

    [Fact]
    [Requirement("FO-07")]
    public async Task A_committed_failover_is_not_taken_back()
    {
        var clock = new ManualClock();
        await using var world = await FailedOverAsync(clock);
        await world.RunAsync(new CommitFailover(DrWorld.Item));

        clock.Advance(2 * After);

        Assert.Empty(await JobsAsync(world));
        Assert.Equal(Phase.Committed, world.Facts.Phase);
    }

    [Fact]
    [Requirement("FO-07")]
    public async Task While_the_source_is_away_the_machine_runs_on_and_it_is_taken_back_when_the_source_returns()
    {
        var clock = new ManualClock();
        await using var world = await FailedOverAsync(clock);
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);
        clock.Advance(2 * After);
        Assert.Equal(Phase.CommitPending, world.Facts.Phase);
        world.Write(3);

        world.HomeReturns();
        clock.Advance(Minute);

        await Waiting.UntilAsync(() => world.Facts.Phase == Phase.Protected);
    }

    private static async Task<DrWorld> FailedOverAsync(ManualClock clock)
    {
        var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [1 << 20, 1 << 20], Clock = clock });
        await world.RunAsync(new StartFailover(DrWorld.Item, null, ShutDownSource: false) { RollBackAfter = After });
        return world;
    }

    private static async Task<IReadOnlyList<Job>> JobsAsync(DrWorld world) =>
        [.. (await world.Engine.GetJobsAsync()).Where(job => job.ScenarioName == "CancelFailover")];
}
