using System.Globalization;
using AsrFailback.Core.Protection;
using AsrFailback.Engine.Items;

namespace AsrFailback.Engine.Tests;

/// <summary>A reprotect home takes the failback policy by itself, and everything keeps to it until the next one to Azure.</summary>
public sealed class FailbackPolicyTests : IDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static readonly ReplicationPolicy Own = DrWorld.Policy with { PointInterval = TimeSpan.FromHours(12), MaxAge = TimeSpan.FromDays(3), RpoThreshold = TimeSpan.FromHours(2) };

    private readonly ShellScripts _scripts = new();

    public void Dispose() => _scripts.Dispose();

    [Fact]
    [Requirement("TO-09")]
    public async Task A_reprotect_home_takes_the_failback_policy_and_the_next_one_the_machine_s_own()
    {
        await using var world = await DrWorld.ProtectedAsync(Setup());
        Assert.Equal((Own, "web01-policy"), await PolicyAsync(world));
        await world.MoveAsync();
        Assert.Equal(["PolicyMismatch"], await world.RefusedAsync(new Reprotect(DrWorld.Item) { Policy = "web01-policy" }));

        await world.RunAsync(new Reprotect(DrWorld.Item));
        await world.ReopenAsync();
        Assert.Equal((FailbackPolicy.Of(Own), "onprem-failback"), await PolicyAsync(world));
        Assert.Equal(Own, (await world.ItemAsync()).ForwardPolicy);
        await world.MoveAsync();
        await world.RunAsync(new Reprotect(DrWorld.Item) { Policy = "web01-policy" });

        Assert.Equal((Own, "web01-policy"), await PolicyAsync(world));
    }

    [Fact]
    [Requirement("TO-09")]
    public async Task Points_are_kept_for_a_day_on_the_way_home_whatever_the_machine_s_own_policy_says()
    {
        var clock = new ManualClock();
        await using var world = await DrWorld.ProtectedAsync(Setup(clock));
        Assert.Equal(["early", "middle", "late"], await LabelsADayLaterAsync(world, clock));
        await world.MoveAsync();
        await world.RunAsync(new Reprotect(DrWorld.Item));

        Assert.Equal(["middle", "late"], await LabelsADayLaterAsync(world, clock));
    }

    [ShellFact]
    [Requirement("TO-09")]
    public async Task An_application_consistent_point_comes_every_hour_on_the_way_home_and_not_before()
    {
        var clock = new ManualClock();
        await using var world = await DrWorld.ProtectedAsync(Setup(clock));
        await world.RunAsync(new UpdateProtection(DrWorld.Item, Own with { Quiesce = new QuiesceScripts(_scripts.Write("freeze", "exit 0"), _scripts.Write("thaw", "exit 0")) }));
        clock.Advance(Hour);
        await world.DrainAsync();
        Assert.DoesNotContain(await world.Engine.GetRecoveryPointsAsync(DrWorld.Item), point => point.Label.Length == 0);
        await world.MoveAsync();
        await world.RunAsync(new Reprotect(DrWorld.Item));

        await TickAsync(world, clock);
        await world.ReopenAsync();
        await world.Engine.RuntimeOf(DrWorld.Item).Session!.WaitUntilInOrderAsync(CancellationToken.None).WaitAsync(DrWorld.Patience);
        await TickAsync(world, clock);

        Assert.Equal(2, (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Count(point => point.Consistency == PointConsistency.AppConsistent));
    }

    [Fact]
    [Requirement("TO-09")]
    public async Task A_change_on_the_way_home_is_one_of_the_machine_s_own_policy_and_says_so()
    {
        await using var world = await DrWorld.ProtectedAsync(Setup());
        await world.MoveAsync();
        await world.RunAsync(new Reprotect(DrWorld.Item));
        var changed = Own with { MaxAge = TimeSpan.FromDays(5), MaxPoints = 2 };
        for (var point = 0; point < 3; point++)
        {
            await world.PointAsync($"{point}");
        }

        var job = await world.RunAsync(new UpdateProtection(DrWorld.Item, changed));

        Assert.Equal("FailbackPolicyFixed", Assert.Single(job.Warnings).Id);
        var item = await world.ItemAsync();
        Assert.Equal((changed, TimeSpan.FromHours(24)), (item.ForwardPolicy, item.Policy.MaxAge));
        Assert.Equal(["1", "2"], (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Select(point => point.Label)); // what is not fixed counts at once
        Assert.Empty((await world.RunAsync(new UpdateProtection(DrWorld.Item, changed with { MaxPoints = 9 }))).Warnings);
    }

    [Fact]
    [Requirement("TO-09")]
    public async Task What_a_changed_policy_fixes_on_the_way_home_is_not_lifted_by_it()
    {
        var clock = new ManualClock();
        await using var world = await DrWorld.ProtectedAsync(Setup(clock));
        await world.MoveAsync();
        await world.RunAsync(new Reprotect(DrWorld.Item));
        await world.PointAsync("old");
        clock.Advance(TimeSpan.FromHours(2));
        await world.PointAsync("newer");
        await world.PointAsync("newest");

        await world.RunAsync(new UpdateProtection(DrWorld.Item, Own with { MaxAge = Hour }));

        Assert.Equal(["Reprotect", "old", "newer", "newest"], (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Select(point => point.Label));
    }

    // toward home, minutes that the link is down, whether that is too much
    [Theory]
    [Requirement("TO-09")]
    [InlineData(false, 119, false)]
    [InlineData(false, 121, true)]
    [InlineData(true, 14, false)]
    [InlineData(true, 16, true)]
    public async Task More_work_at_risk_than_the_policy_in_force_allows_is_an_error_of_the_item_until_it_is_safe(bool home, int minutes, bool tooMuch)
    {
        var clock = new ManualClock();
        await using var world = await DrWorld.ProtectedAsync(Setup(clock));
        if (home)
        {
            await world.MoveAsync();
            await world.RunAsync(new Reprotect(DrWorld.Item));
        }

        await world.DrainAsync();
        Assert.DoesNotContain("RpoExceeded", await HealthAsync(world));
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: false);
        world.Write(1);
        clock.Advance(TimeSpan.FromMinutes(minutes));
        Assert.Equal(tooMuch, (await HealthAsync(world)).Contains("RpoExceeded"));

        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: true);
        await clock.UntilAsync(world.DrainAsync());
        Assert.DoesNotContain("RpoExceeded", await HealthAsync(world));
    }

    [Fact]
    [Requirement("TO-09")]
    public async Task A_replication_that_was_opened_a_moment_ago_is_not_behind_for_that()
    {
        var clock = new ManualClock();
        await using var world = await DrWorld.ProtectedAsync(Setup(clock));
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: false);
        await world.CloseAsync();
        clock.Advance(TimeSpan.FromHours(3));
        world.Open();
        Assert.DoesNotContain("RpoExceeded", await HealthAsync(world));

        clock.Advance(RpoHistory.Interval);

        Assert.Contains("RpoExceeded", await HealthAsync(world));
    }

    // minutes
    [Theory]
    [Requirement("TO-09")]
    [InlineData(0, false)]
    [InlineData(-1, false)]
    [InlineData(1441, false)]
    [InlineData(1440, true)]
    [InlineData(1, true)]
    public async Task A_threshold_is_more_than_nothing_and_a_day_at_most(int minutes, bool possible)
    {
        await using var world = await DrWorld.CreateAsync(Setup());
        var command = DrWorld.Enable(Own with { RpoThreshold = TimeSpan.FromMinutes(minutes) });

        Assert.Equal(possible ? [] : new[] { "RpoThresholdOutOfRange" }, (await world.Engine.PreviewAsync(command)).Checks.Where(check => !check.Passed).Select(check => check.Finding!.Id));
    }

    [Theory]
    [Requirement("TO-09")]
    [InlineData(65536, null, null, true)]
    [InlineData(65535, null, null, false)]
    [InlineData(65536, "08:00", "18:00", true)]
    [InlineData(65536, "08:00", null, false)]
    [InlineData(65536, "08:00", "08:00", false)]
    public async Task A_bandwidth_limit_lets_a_block_a_second_through_and_has_two_times_or_none(long perSecond, string? from, string? until, bool possible)
    {
        await using var world = await DrWorld.CreateAsync(Setup());
        var limit = new BandwidthLimit(perSecond) { From = from is null ? null : TimeOnly.Parse(from, CultureInfo.InvariantCulture), Until = until is null ? null : TimeOnly.Parse(until, CultureInfo.InvariantCulture) };
        var command = DrWorld.Enable(Own with { Bandwidth = limit });

        Assert.Equal(possible ? [] : new[] { "BandwidthOutOfRange" }, (await world.Engine.PreviewAsync(command)).Checks.Where(check => !check.Passed).Select(check => check.Finding!.Id));
    }

    [Fact]
    public async Task A_bandwidth_limit_counts_at_once_after_a_restart_and_in_both_directions()
    {
        await using var world = await DrWorld.ProtectedAsync(Setup());
        var limit = new BandwidthLimit(1 << 20) { From = new TimeOnly(8, 0), Until = new TimeOnly(18, 0) };
        await world.RunAsync(new UpdateProtection(DrWorld.Item, Own with { Bandwidth = limit }));
        Assert.Equal(limit, world.Engine.RuntimeOf(DrWorld.Item).Session!.Bandwidth);

        await world.ReopenAsync();
        Assert.Equal(limit, world.Engine.RuntimeOf(DrWorld.Item).Session!.Bandwidth);
        await world.MoveAsync();
        await world.RunAsync(new Reprotect(DrWorld.Item));
        Assert.Equal(limit, world.Engine.RuntimeOf(DrWorld.Item).Session!.Bandwidth);
        await world.RunAsync(new UpdateProtection(DrWorld.Item, Own));
        Assert.Null(world.Engine.RuntimeOf(DrWorld.Item).Session!.Bandwidth);
    }

    [Fact]
    [Requirement("TO-09")]
    public async Task An_item_that_was_stored_before_there_were_thresholds_has_the_usual_one()
    {
        await using var world = await DrWorld.ProtectedAsync(Setup());
        WorldEdit.Make(world, "item/web01:policy.rpoThreshold-");

        await world.ReopenAsync();

        Assert.Equal((TimeSpan.FromMinutes(15), TimeSpan.FromDays(3)), (world.Facts.Policy.RpoThreshold, world.Facts.Policy.MaxAge));
    }

    private static WorldSetup Setup(TimeProvider? clock = null) => new()
    {
        DiskBytes = [1 << 20], Policy = Own, State = new MemoryState(), Clock = clock ?? TimeProvider.System,
        Adjust = options => options with { HealthInterval = Timeout.InfiniteTimeSpan, BackupInterval = TimeSpan.MaxValue },
    };

    private static async Task<(ReplicationPolicy Policy, string Name)> PolicyAsync(DrWorld world)
    {
        var item = await world.ItemAsync();
        return (item.Policy, item.PolicyName);
    }

    private static async Task<IEnumerable<string>> HealthAsync(DrWorld world) => (await world.ItemAsync()).HealthErrors.Select(error => error.Id);

    // The labels that are left a day after the first of three points.
    private static async Task<string[]> LabelsADayLaterAsync(DrWorld world, ManualClock clock)
    {
        await world.PointAsync("early");
        clock.Advance(TimeSpan.FromHours(25));
        await world.PointAsync("middle");
        await world.PointAsync("late");
        return [.. (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Select(point => point.Label).Where(label => label is "early" or "middle" or "late")];
    }

    private static async Task TickAsync(DrWorld world, ManualClock clock)
    {
        var before = world.Engine.RuntimeOf(DrWorld.Item).Journal!.Points.Count;
        clock.Advance(Hour);
        await Waiting.UntilAsync(() => world.Engine.RuntimeOf(DrWorld.Item).Journal!.Points.Count > before);
    }
}
