using AsrFailback.Core.Protection;

namespace AsrFailback.Engine.Tests;

/// <summary>A recovery point as it is named: exactly that one, or a refusal (FO-10).</summary>
public sealed class PointChoiceTests
{
    [Theory]
    [Requirement("FO-10")]
    [InlineData("Latest")]
    [InlineData("latestprocessed")]
    [InlineData("LatestAppConsistent")]
    [InlineData("LatestCrashConsistent")]
    [InlineData("2026-11-22 07:00")]
    [InlineData("7a1d6a3e-0000-4000-8000-000000000002")]
    public async Task What_means_something_else_is_no_label(string label)
    {
        await using var world = await DrWorld.ProtectedAsync();

        Assert.Equal(["LabelReserved"], await world.RefusedAsync(new CreateRecoveryPoint(DrWorld.Item, label)));
    }

    [Fact]
    [Requirement("FO-10")]
    public async Task A_label_that_two_points_have_is_refused_with_their_ids()
    {
        await using var world = await DrWorld.ProtectedAsync();
        var (older, newer, only) = (await world.PointAsync("dup"), await world.PointAsync("dup"), await world.PointAsync("only"));

        var refused = await Assert.ThrowsAsync<AsrException>(() => FindAsync(world, "DUP"));

        Assert.Equal("PointAmbiguous", refused.Error.Id);
        Assert.Contains($"{older.Id}, {newer.Id}", refused.Error.PossibleCauses, StringComparison.Ordinal);
        Assert.Equal(only.Id, await FindAsync(world, "Only"));
        Assert.Equal(older.Id, await FindAsync(world, $"{older.Id}"));
    }

    // what is asked for | minutes of the point's capture
    [Theory]
    [Requirement("FO-10")]
    [InlineData("2020-01-01T00:10:00Z", 10)]
    [InlineData("2020-01-01T00:19:59.9999999Z", 10)]
    [InlineData("2020-01-01 00:20:00Z", 20)]
    [InlineData("2020-01-01T09:20+09:00", 20)]
    [InlineData("2030-01-01T00:00:00Z", 20)]
    public async Task A_time_takes_the_newest_point_at_or_before_it(string time, int minutes)
    {
        var (world, points) = await WithPointsAsync();
        await using var kept = world;

        Assert.Equal(points[minutes], await FindAsync(world, time));
    }

    [Fact]
    [Requirement("FO-10")]
    public async Task A_failover_and_a_test_failover_go_to_the_point_of_the_time()
    {
        var (world, points) = await WithPointsAsync();
        await using var kept = world;

        await world.RunAsync(new StartTestFailover(DrWorld.Item, await FindAsync(world, "2020-01-01T00:15:00Z"), null));
        Assert.Equal(points[10], world.Facts.TestFailover!.PointId);
        await world.RunAsync(new CleanUpTestFailover(DrWorld.Item));
        await world.RunAsync(new StartFailover(DrWorld.Item, await FindAsync(world, "2020-01-01T00:15:00Z"), true));

        Assert.Equal(points[10], world.Facts.FailoverPoint!.Id);
    }

    [Fact]
    [Requirement("FO-10")]
    public async Task A_time_before_the_oldest_point_is_refused_with_that_point_s_time()
    {
        var (world, _) = await WithPointsAsync();
        await using var kept = world;

        var refused = await Assert.ThrowsAsync<AsrException>(() => FindAsync(world, "2019-12-31T23:59:59Z"));

        Assert.Equal("NoPointSoOld", refused.Error.Id);
        Assert.Contains("2019-12-31 23:59:59Z; its oldest one is of 2020-01-01 00:00:00Z", refused.Error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("FO-10")]
    [InlineData("2020-01-01T00:10:00")]
    [InlineData("2020-01-01 00:10")]
    [InlineData("2020-13-01T00:10:00Z")]
    public async Task A_time_that_is_not_clear_is_refused(string time)
    {
        await using var world = await DrWorld.ProtectedAsync();

        Assert.Equal("PointTimeUnclear", (await Assert.ThrowsAsync<AsrException>(() => FindAsync(world, time))).Error.Id);
    }

    // Points of the minutes 0, 10 and 20.
    private static async Task<(DrWorld World, Dictionary<int, Guid> Points)> WithPointsAsync()
    {
        var clock = new ManualClock();
        var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [256 << 10], Clock = clock, State = new MemoryState() });
        var points = new Dictionary<int, Guid> { [0] = (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item))[0].Id };
        foreach (var minutes in new[] { 10, 20 })
        {
            clock.Advance(TimeSpan.FromMinutes(10));
            points[minutes] = (await world.PointAsync()).Id;
        }

        return (world, points);
    }

    private static Task<Guid?> FindAsync(DrWorld world, string name) => new PointChoice(name).FindAsync(world.Engine, DrWorld.Item, common: true, CancellationToken.None);
}
