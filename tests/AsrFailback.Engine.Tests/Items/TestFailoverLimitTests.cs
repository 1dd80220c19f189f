namespace AsrFailback.Engine.Tests;

/// <summary>A test failover does not stay for ever: its policy may limit it, and without a limit its health tells (FO-01).</summary>
public sealed class TestFailoverLimitTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromHours(2);
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(5);

    [Theory]
    [Requirement("FO-01")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_outlives_its_limit_is_cleaned_up_by_a_job_that_says_so(bool reopened)
    {
        var clock = new ManualClock();
        await using var world = await TestedAsync(clock, Limit);
        clock.Advance(Limit - Look);
        clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal([], await CleanUpsAsync(world));
        Assert.True((await world.ItemAsync()).TestFailoverActive);

        if (reopened)
        {
            await world.CloseAsync();
            clock.Advance(Look);
            world.Open();
        }
        else
        {
            clock.Advance(Look);
            clock.Advance(Look);
        }

        await Waiting.UntilAsync(() => world.Facts.TestFailover is null);
        var job = await world.Engine.WaitForJobAsync(Assert.Single(await CleanUpsAsync(world)).Name).WaitAsync(DrWorld.Patience);
        Assert.Equal(JobState.Succeeded, job.State);
        Assert.Contains("2020-01-01 00:00:00Z, was older than 02:00:00", Assert.Single(job.Warnings, warning => warning.Id == "TestFailoverOutlived").Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("FO-01")]
    public async Task While_its_site_is_away_it_stays_and_no_job_fails_for_it()
    {
        var clock = new ManualClock();
        await using var world = await TestedAsync(clock, Limit);
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: false, connected: false);
        clock.Advance(Limit + Look);
        clock.Advance(Look);

        Assert.Equal([], await CleanUpsAsync(world));
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: true);
        clock.Advance(Look);

        await Waiting.UntilAsync(() => world.Facts.TestFailover is null);
    }

    [Theory]
    [Requirement("FO-01")]
    [InlineData(13.9, null, false)]
    [InlineData(14, null, true)]
    [InlineData(14, 30.0, false)]
    public async Task Without_a_limit_one_of_two_weeks_is_told_in_the_health(double days, double? limitDays, bool told)
    {
        var clock = new ManualClock();
        await using var world = await TestedAsync(clock, limitDays is { } limit ? TimeSpan.FromDays(limit) : null);

        clock.Advance(TimeSpan.FromDays(days));

        Assert.Equal(told, (await world.ItemAsync()).HealthErrors.Any(error => error.Id == "TestFailoverOld"));
        Assert.True((await world.ItemAsync()).TestFailoverActive);
    }

    [Theory]
    [Requirement("FO-01", "TO-09")]
    [InlineData(4.9)]
    [InlineData((365 * 24 * 60) + 1)]
    public async Task A_limit_that_makes_no_sense_is_refused(double minutes)
    {
        await using var world = await DrWorld.ProtectedAsync();

        Assert.Equal(["TestFailoverLimitOutOfRange"], await world.RefusedAsync(new UpdateProtection(DrWorld.Item, DrWorld.Policy with { TestFailoverLimit = TimeSpan.FromMinutes(minutes) })));
    }

    private static async Task<DrWorld> TestedAsync(ManualClock clock, TimeSpan? limit)
    {
        var policy = new ReplicationPolicy(ReplicationPolicy.MaxPointInterval, 100, 64L << 30) { TestFailoverLimit = limit };
        var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [256 << 10], Clock = clock, Policy = policy, State = new MemoryState() });
        await world.RunAsync(new StartTestFailover(DrWorld.Item, null, null));
        return world;
    }

    private static async Task<IEnumerable<Job>> CleanUpsAsync(DrWorld world) =>
        (await world.Engine.GetJobsAsync()).Where(job => job.ScenarioName == "TestFailoverCleanup");
}
