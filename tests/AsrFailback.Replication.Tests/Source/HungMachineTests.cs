using AsrFailback.Replication.Source;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// A disk that hangs holds up its own machine, not the others of its group. To see them fail, take the locks of
/// <c>WriteSplitter.QueueCommonPoint</c> without looking first who rests, or wait for them without a limit.
/// </summary>
public sealed class HungMachineTests : IDisposable
{
    private readonly WriteSplitter _healthy;
    private readonly ClockThatIsLookedAt _clock = new();
    private readonly WriteSplitter _hung;
    private HangingDisk? _disk;
    private Task _write = Task.CompletedTask;

    public HungMachineTests()
    {
        _healthy = InOrder(new SourceBench().Open(clock: _clock));
        _hung = InOrder(new SourceBench().Open(over: disk => disk.Length == SourceBench.DiskBytes[0] ? _disk = new HangingDisk(disk) : disk, clock: _clock));
    }

    public void Dispose()
    {
        _disk!.LetGo();
        _write.Wait(Patience.Token);
        _healthy.Dispose();
        _hung.Dispose();
    }

    [Fact]
    public async Task The_others_get_their_point_and_the_one_that_hangs_says_so_until_its_next()
    {
        Hang();

        var points = Mark(TimeSpan.Zero);

        Assert.Equal((true, false), (points[0] is not null, points[1] is not null));
        Assert.Equal((false, true), (_healthy.MissedPoint, _hung.MissedPoint));
        _disk!.LetGo();
        await _write.OrFail();
        Assert.DoesNotContain(null, Mark(TimeSpan.Zero));
        Assert.False(_hung.MissedPoint);
    }

    [Fact]
    public async Task While_one_is_waited_for_the_others_write_and_it_has_the_point_when_it_ends_in_time()
    {
        Hang();
        IReadOnlyList<RecoveryPoint?> points = [];
        var marking = new Thread(() => points = Mark(TimeSpan.FromMinutes(1)));
        marking.Start();
        SpinWait.SpinUntil(() => marking.ThreadState.HasFlag(ThreadState.WaitSleepJoin));

        await Task.Run(() => _healthy.Write(0, 0, new byte[512])).OrFail();

        _disk!.LetGo();
        marking.Join();
        Assert.Equal(2, points.Count);
        Assert.DoesNotContain(null, points);
    }

    [Fact]
    public async Task One_that_hangs_while_the_others_are_held_does_not_hold_them_longer_than_the_limit_of_all()
    {
        var (looks, limit) = (0, TimeSpan.FromHours(1));
        _clock.Looked = () =>
        {
            // The second look is at the time that is left for the first machine, the third for the second one: the first is held.
            _clock.Passed += limit;
            if (++looks == 3)
            {
                Hang();
            }
        };

        var points = await Task.Run(() => Mark(limit)).OrFail();

        Assert.Equal(3, looks);
        Assert.Equal((true, false), (points[0] is not null, points[1] is not null));
        Assert.True(_hung.MissedPoint);
        await Task.Run(() => _healthy.Write(0, 0, new byte[512])).OrFail();
    }

    private IReadOnlyList<RecoveryPoint?> Mark(TimeSpan limit) =>
        WriteSplitter.QueueCommonPoint([_healthy, _hung], Guid.NewGuid(), "", PointConsistency.CrashConsistent, limit);

    private void Hang()
    {
        _write = Task.Factory.StartNew(() => _hung.Write(0, 0, new byte[512]), TaskCreationOptions.LongRunning);
        _disk!.UntilItHangs();
    }

    private static WriteSplitter InOrder(WriteSplitter machine)
    {
        machine.BeginSynchronisation();
        machine.SynchronisationAcknowledged();
        return machine;
    }

    private sealed class ClockThatIsLookedAt : TimeProvider
    {
        public Action Looked { get; set; } = () => { };

        public TimeSpan Passed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp()
        {
            Looked();
            return Passed.Ticks;
        }
    }
}
