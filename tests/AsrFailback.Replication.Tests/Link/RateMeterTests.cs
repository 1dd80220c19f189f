using AsrFailback.Replication.Link;
using AsrFailback.Replication.Source;

namespace AsrFailback.Replication.Tests;

/// <summary>Rates by a clock that stands still between two looks.</summary>
public sealed class RateMeterTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void Nothing_counted_is_no_rate() => Assert.Equal(0, new RateMeter(_clock).PerSecond);

    [Fact]
    public void A_steady_rate_is_told_from_the_first_second_on_and_stays()
    {
        var meter = new RateMeter(_clock);
        for (var second = 0; second < 200; second++)
        {
            meter.Add(600);
            meter.Add(400);
            Assert.Equal(1_000, meter.PerSecond);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public void A_burst_fades_over_a_minute_and_is_forgotten_then()
    {
        var meter = new RateMeter(_clock);
        _clock.Advance(TimeSpan.FromMinutes(5));
        meter.Add(6_000);
        Assert.Equal(100, meter.PerSecond);
        _clock.Advance(TimeSpan.FromSeconds(59.9));
        Assert.Equal(100, meter.PerSecond);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(0, meter.PerSecond);
    }

    [Theory]
    [InlineData(30, 40)]
    [InlineData(59, 40)]
    [InlineData(60, 0)]
    [InlineData(61, 0)]
    [InlineData(3_600, 0)]
    [InlineData(86_400_000, 0)]
    public void A_gap_leaves_what_is_younger_than_a_minute(int gap, double perSecond)
    {
        var meter = new RateMeter(_clock);
        _clock.Advance(TimeSpan.FromMinutes(2));
        meter.Add(2_400);

        _clock.Advance(TimeSpan.FromSeconds(gap));

        Assert.Equal(perSecond, meter.PerSecond);
        meter.Add(600);
        Assert.Equal(perSecond + 10, meter.PerSecond);
    }

    [Fact]
    public void A_rate_is_that_of_the_bytes_of_the_last_sixty_seconds_whatever_came_before()
    {
        var random = new Random(5);
        var meter = new RateMeter(_clock);
        var added = new List<(long Second, long Bytes)>();
        long now = 0;
        for (var round = 0; round < 5_000; round++)
        {
            var step = random.Next(20) == 0 ? random.Next(200) : random.Next(3);
            _clock.Advance(TimeSpan.FromSeconds(step));
            now += step;
            added.Add((now, random.Next(1_000)));
            meter.Add(added[^1].Bytes);

            var expected = added.Where(one => one.Second > now - 60).Sum(one => one.Bytes) / (double)Math.Min(now + 1, 60);
            Assert.Equal(expected, meter.PerSecond, 6);
        }
    }

    [Fact]
    public async Task A_machine_s_writes_and_what_arrives_are_told_as_rates()
    {
        await using var pair = new TimedPair(_clock);
        var session = await pair.StartInOrderAsync();
        _clock.Advance(TimeSpan.FromMinutes(5));
        pair.Machine.Write(0, 0, SourceBench.Bytes(600_000, 1));
        await session.DrainAsync(Patience.Token).OrFail();

        Assert.Equal(10_000, session.Status.ChurnBytesPerSecond);
        Assert.Equal(10_000, session.Status.RateBytesPerSecond);
        Assert.Null(session.Status.ResyncSeconds);
    }

    [Fact]
    public async Task While_only_the_bitmap_is_kept_its_bytes_are_told_and_how_long_they_would_take_at_the_last_rate()
    {
        const int Regions = (int)(WriteSplitter.QueueLimit / RegionMap.RegionSize) + 2;
        await using var pair = new TimedPair(_clock, Regions * (long)RegionMap.RegionSize);
        var session = await pair.StartInOrderAsync();
        var seconds = 0;
        pair.BeforeDigests = () =>
        {
            seconds++;
            _clock.Advance(TimeSpan.FromSeconds(1));
        };
        pair.Machine.MarkDifferent(RegionMap.Full(pair.Machine.DiskBytes));
        session.Synchronise();
        await session.DrainAsync(Patience.Token).OrFail();
        await session.MarkPointAsync(Guid.NewGuid(), "", PointConsistency.CrashConsistent, Patience.Token).OrFail();
        Assert.Equal((0L, (double?)null), (session.Status.DirtyBytes, session.Status.ResyncSeconds));
        _clock.Advance(TimeSpan.FromHours(1)); // no rate is left of the last minute

        pair.Link.IsDown = true;
        for (var region = 0; region < Regions; region++)
        {
            pair.Machine.Write(0, region * (long)RegionMap.RegionSize, SourceBench.Bytes(RegionMap.RegionSize, region));
        }

        var status = session.Status;
        Assert.Equal(ReplicationMode.IntentOnly, status.Mode);
        Assert.Equal(Regions * (long)RegionMap.RegionSize, status.DirtyBytes);
        Assert.InRange(status.ResyncSeconds ?? -1, seconds / 2.0, seconds * 2.0);
    }

    [Fact]
    public async Task A_synchronisation_tells_how_long_the_rest_takes_at_the_rate_of_what_is_done()
    {
        const int Regions = 128;
        await using var pair = new TimedPair(_clock, Regions * (long)RegionMap.RegionSize);
        var session = await pair.StartInOrderAsync();
        _clock.Advance(TimeSpan.FromMinutes(2)); // the first synchronisation is forgotten
        pair.Machine.MarkDifferent(RegionMap.Full(pair.Machine.DiskBytes));
        var told = new List<(double Expected, double? Seconds)>();
        var elapsed = 0;
        pair.BeforeDigests = () =>
        {
            var status = session.Status;
            var rest = status.SyncBytesTotal - status.SyncBytesDone;
            told.Add((rest * (elapsed + 1.0) / Math.Max(1, status.SyncBytesDone), status.ResyncSeconds));
            _clock.Advance(TimeSpan.FromSeconds(1));
            elapsed++;
        };
        session.Synchronise();
        await session.DrainAsync(Patience.Token).OrFail();

        var late = told.Skip(told.Count / 2).ToArray();
        Assert.InRange(late.Length, 3, Regions);
        Assert.All(late, one => Assert.InRange(one.Seconds ?? -1, one.Expected / 2, one.Expected * 2));
    }
}
