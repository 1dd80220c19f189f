using AsrFailback.Engine.Items;

namespace AsrFailback.Engine.Tests;

/// <summary>How far a target was behind, minute by minute.</summary>
public sealed class RpoHistoryTests
{
    [Fact]
    public async Task An_outage_shows_as_minutes_that_grow_and_stays_known_when_it_is_over()
    {
        var clock = new ManualClock();
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [1 << 20], Clock = clock, Policy = DrWorld.Policy with { PointInterval = TimeSpan.FromHours(12) } });
        await world.DrainAsync();
        clock.Advance(RpoHistory.Interval);
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: false);
        world.Write(1);
        for (var minute = 0; minute < 3; minute++)
        {
            clock.Advance(RpoHistory.Interval);
        }

        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: true);
        await clock.UntilAsync(world.DrainAsync());
        var status = await world.Engine.GetReplicationAsync(DrWorld.Item);

        Assert.Equal([0, 60, 120, 180], status.RpoHistory.Take(4).Select(sample => sample.Seconds));
        Assert.Equal(0, status.RpoSeconds);
        Assert.InRange(status.WorstRpoSeconds!.Value, 180, 300);
    }

    [Fact]
    public void A_day_of_minutes_is_kept_and_no_more()
    {
        var history = new RpoHistory();
        for (var minute = 0; minute < RpoHistory.MaxSamples + 10; minute++)
        {
            history.Add(new RpoSample(DateTimeOffset.UnixEpoch.AddMinutes(minute), minute));
        }

        Assert.Equal(RpoHistory.MaxSamples, history.Samples.Count);
        Assert.Equal((10, RpoHistory.MaxSamples + 9), (history.Samples[0].Seconds, history.Samples[^1].Seconds));
    }
}
