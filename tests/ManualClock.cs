namespace AsrFailback.Tests;

/// <summary>A clock that stands until it is told to go on, and whose wall time may jump. Its timers fire on the caller's thread.</summary>
internal sealed class ManualClock : TimeProvider
{
    private readonly object _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private TimeSpan _running = TimeSpan.FromDays(3);
    private DateTimeOffset _wall = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _wall;
        }
    }

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return _running.Ticks;
        }
    }

    /// <summary>Time passes; whatever is due on the way fires, once each.</summary>
    public void Advance(TimeSpan time)
    {
        ManualTimer[] due;
        lock (_lock)
        {
            _running += time;
            _wall += time;
            due = [.. _timers.Where(timer => timer.Due <= _running)];
            foreach (var timer in due)
            {
                timer.Due = timer.Period > TimeSpan.Zero ? _running + timer.Period : TimeSpan.MaxValue;
            }
        }

        Array.ForEach(due, timer => timer.Fire());
    }

    /// <summary>Somebody sets the wall clock; no time passes.</summary>
    public void SetWallBy(TimeSpan time)
    {
        lock (_lock)
        {
            _wall += time;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class ManualTimer(ManualClock clock, Action callback) : ITimer
    {
        public TimeSpan Due { get; set; } = TimeSpan.MaxValue;

        public TimeSpan Period { get; private set; }

        public void Fire() => callback();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
                clock._timers.Add(this);
                Period = period;
                Due = dueTime < TimeSpan.Zero ? TimeSpan.MaxValue : clock._running + dueTime;
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
