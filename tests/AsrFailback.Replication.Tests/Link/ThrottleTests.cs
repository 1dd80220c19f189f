using AsrFailback.Replication.Link;

namespace AsrFailback.Replication.Tests;

/// <summary>What may leave in a second. To see it fail, let <c>Throttle.Reserve</c> always return zero, or take the wall clock.</summary>
public sealed class ThrottleTests
{
    private const long PerSecond = 1 << 20;

    private readonly ManualClock _clock = new();

    [Fact]
    public async Task Without_a_limit_nothing_waits()
    {
        var throttle = new Throttle(_clock);

        Assert.Null(throttle.BytesPerSecond);
        Assert.Equal(4 << 20, throttle.BatchOf(4 << 20));
        await throttle.WaitAsync(long.MaxValue / 2, Patience.Token);
    }

    [Fact]
    public async Task What_follows_waits_until_what_went_before_is_paid_for()
    {
        var throttle = new Throttle(_clock) { Limit = new BandwidthLimit(PerSecond) };
        await throttle.WaitAsync(PerSecond / 2, Patience.Token);

        var next = throttle.WaitAsync(PerSecond, Patience.Token);
        _clock.Advance(TimeSpan.FromMilliseconds(499));
        Assert.False(next.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await next.OrFail();
    }

    [Fact]
    public async Task Time_in_which_nothing_was_sent_is_not_saved_up()
    {
        var throttle = new Throttle(_clock) { Limit = new BandwidthLimit(PerSecond) };
        _clock.Advance(TimeSpan.FromHours(1));
        await throttle.WaitAsync(PerSecond, Patience.Token);

        var next = throttle.WaitAsync(1, Patience.Token);

        Assert.False(next.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await next.OrFail();
    }

    [Theory]
    [InlineData("08:00", "18:00", "07:59", false)]
    [InlineData("08:00", "18:00", "08:00", true)]
    [InlineData("08:00", "18:00", "18:00", false)]
    [InlineData("22:00", "06:00", "23:30", true)]
    [InlineData("22:00", "06:00", "05:59", true)]
    [InlineData("22:00", "06:00", "12:00", false)]
    [InlineData(null, null, "12:00", true)]
    public void A_limit_counts_between_its_times(string? from, string? until, string now, bool counts)
    {
        var limit = new BandwidthLimit(PerSecond) { From = Time(from), Until = Time(until) };

        Assert.Equal(counts, limit.CountsAt(Time(now)!.Value));
    }

    [Fact]
    public async Task A_session_keeps_the_limit_and_goes_on_without_it()
    {
        await using var pair = new TimedPair(_clock);
        var session = await pair.StartInOrderAsync();
        session.Bandwidth = new BandwidthLimit(PerSecond);
        pair.Machine.Write(0, 0, new byte[1 << 16]); // what is waited for now may still come in one piece
        await session.DrainAsync(Patience.Token).OrFail();
        _clock.Advance(TimeSpan.FromSeconds(1));
        var before = session.Status.BytesMoved;
        for (var written = 0; written < 2 * PerSecond; written += 1 << 16)
        {
            pair.Machine.Write(0, written, new byte[1 << 16]);
        }

        var drained = session.DrainAsync(Patience.Token);
        var seconds = 0.0;
        while (!drained.IsCompleted)
        {
            Assert.True(session.Status.BytesMoved - before <= (seconds + 0.5) * PerSecond, $"{session.Status.BytesMoved - before} bytes in {seconds} s");
            _clock.Advance(TimeSpan.FromMilliseconds(250));
            seconds += 0.25;
            await Task.Yield();
        }

        Assert.True(seconds >= 1.5, $"{seconds} s");
        Assert.Equal(2 * PerSecond, session.Status.BytesMoved - before);
        Assert.Equal(PerSecond, session.Status.RateLimitBytesPerSecond);
    }

    private static TimeOnly? Time(string? text) => text is null ? null : TimeOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
