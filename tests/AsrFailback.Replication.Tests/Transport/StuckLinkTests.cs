using AsrFailback.Replication.Log;
using AsrFailback.Replication.Source;
using AsrFailback.Replication.Transport;

namespace AsrFailback.Replication.Tests;

/// <summary>An end that does not answer, or takes no more bytes, holds nobody up for good.</summary>
public sealed class StuckLinkTests
{
    private static readonly IReadOnlyList<long> DiskBytes = SourceBench.DiskBytes;
    private readonly RecordFactory _records = new(new Random(4), DiskBytes) { SometimesZeros = false };
    private readonly MemoryTarget _target = new(DiskBytes);

    [Fact]
    public async Task An_answer_that_does_not_come_in_time_is_a_link_that_is_down()
    {
        await using var wire = new TestWire(_target, DiskBytes);
        await wire.Remote.ReceiveAsync([_records.Write()], Patience.Token);
        _target.OnCall = (_, stopping) => Task.Delay(Timeout.Infinite, stopping);
        foreach (var asked in new Func<Task>[] { () => wire.Remote.ReceiveAsync([_records.Write()], Patience.Token).AsTask(), () => wire.Remote.DigestsAsync(0, 0, 1, Patience.Token).AsTask() })
        {
            Assert.Equal("LinkDown", (await GivenUpAsync(wire, asked())).Error.Id);
        }

        _target.OnCall = (_, _) => Task.CompletedTask;
        Assert.Equal(RecordsSoFar, (await wire.Remote.ReceiveAsync([_records.Write()], Patience.Token).AsTask().OrFail()).Sequence);
    }

    [Fact]
    public async Task An_answer_in_time_is_waited_for()
    {
        await using var wire = new TestWire(_target, DiskBytes);
        var (asked, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        _target.OnCall = (_, _) =>
        {
            asked.TrySetResult();
            return goOn.Task;
        };
        var answer = wire.Remote.ReceiveAsync([_records.Write()], Patience.Token).AsTask();
        await asked.Task.OrFail();
        wire.Clock.Advance(RemoteTarget.Patience - TimeSpan.FromTicks(1));
        goOn.SetResult();

        Assert.Equal(1, (await answer.OrFail()).Sequence);
        Assert.Equal(1, wire.Connections);
    }

    [Fact]
    public async Task A_far_end_that_takes_no_more_bytes_is_a_link_that_is_down()
    {
        // Its process was stopped, say: the line stands, and what fits into its buffers is all it takes.
        await using var wire = new TestWire(_target, DiskBytes);
        await wire.Remote.ReceiveAsync([_records.Write()], Patience.Token);
        MemoryEnd? line = null;
        await using var deaf = new RemoteTarget(_ => ValueTask.FromResult<Stream>(Welcoming(out line)), DiskBytes, ("source", "target"), wire.Clock);
        var sending = deaf.ReceiveAsync([_records.Write(0, 0, RegionMap.RegionSize)], Patience.Token).AsTask();
        await TestWire.UntilAsync(() => line is { Unread: 64 << 10 });
        var asking = deaf.DigestsAsync(0, 0, 1, Patience.Token).AsTask(); // waits for its turn

        Assert.Equal("LinkDown", (await GivenUpAsync(wire, sending)).Error.Id);
        Assert.Equal("LinkDown", (await GivenUpAsync(wire, asking)).Error.Id);
        Assert.True(line!.IsDisposed);
    }

    [Fact]
    public async Task Closing_does_not_wait_for_a_write_that_is_stuck()
    {
        MemoryEnd? line = null;
        var remote = new RemoteTarget(_ => ValueTask.FromResult<Stream>(Welcoming(out line)), DiskBytes, ("source", "target"), new ManualClock());
        var sending = remote.ReceiveAsync([_records.Write(0, 0, RegionMap.RegionSize)], Patience.Token).AsTask();
        await TestWire.UntilAsync(() => line is { Unread: 64 << 10 });
        var asking = remote.DigestsAsync(0, 0, 1, Patience.Token).AsTask(); // waits for its turn
        await remote.DisposeAsync().AsTask().OrFail();

        Assert.Equal("LinkDown", (await Assert.ThrowsAsync<AsrException>(() => sending.OrFail())).Error.Id);
        Assert.Equal("LinkDown", (await Assert.ThrowsAsync<AsrException>(() => asking.OrFail())).Error.Id);
    }

    [Fact]
    public async Task A_connection_that_comes_when_it_is_closed_already_is_closed()
    {
        var (asked, connected) = (new TaskCompletionSource(), new TaskCompletionSource());
        MemoryEnd? line = null;
        var remote = new RemoteTarget(
            async _ =>
            {
                asked.SetResult();
                await connected.Task;
                return Welcoming(out line);
            }, DiskBytes, ("source", "target"), new ManualClock());
        var sending = remote.ReceiveAsync([_records.Write()], Patience.Token).AsTask();
        await asked.Task.OrFail();
        await remote.DisposeAsync().AsTask().OrFail();
        connected.SetResult();

        Assert.Equal("LinkDown", (await Assert.ThrowsAsync<AsrException>(() => sending.OrFail())).Error.Id);
        Assert.True(line!.IsDisposed);
    }

    [Fact]
    public async Task A_write_that_was_cancelled_half_way_ends_its_connection()
    {
        var lines = new List<MemoryEnd>();
        await using var remote = new RemoteTarget(
            _ =>
            {
                var stream = Welcoming(out var end);
                lines.Add(end);
                return ValueTask.FromResult<Stream>(stream);
            }, DiskBytes, ("source", "target"), new ManualClock());
        using var stop = new CancellationTokenSource();
        var sending = remote.ReceiveAsync([_records.Write(0, 0, RegionMap.RegionSize)], stop.Token).AsTask();
        await TestWire.UntilAsync(() => lines is [{ Unread: 64 << 10 }]);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.OrFail());
        Assert.True(lines[0].IsDisposed); // what would be sent next would be read as the rest of the frame
        using var second = new CancellationTokenSource();
        var next = remote.ReceiveAsync([_records.Write(0, 0, RegionMap.RegionSize)], second.Token).AsTask();
        await TestWire.UntilAsync(() => lines.Count == 2);
        await second.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.OrFail());
    }

    [Fact]
    public async Task A_server_that_is_stopped_does_not_wait_for_a_client_that_reads_nothing()
    {
        var (here, there) = MemoryEnd.Connect(capacity: 256);
        using var stop = new CancellationTokenSource();
        var serving = new TargetServer(_target, DiskBytes, new ManualClock()).ServeAsync(there, stop.Token);
        await here.WriteAsync(FrameTests.FrameOf(FrameKind.Hello, 1, LinkMessages.Hello(DiskBytes)), Patience.Token);
        await TestWire.UntilAsync(() => there.Unread > 0);
        await here.WriteAsync(FrameTests.FrameOf(FrameKind.DigestsWanted, 2, LinkMessages.BlocksOf(0, [.. Enumerable.Range(0, 16)])), Patience.Token);
        await TestWire.UntilAsync(() => there.Unread == 256);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => serving.OrFail());
        Assert.True(there.IsDisposed);
    }

    private long RecordsSoFar => _records.Of(LogRecordKind.SyncStarted).Position.Sequence + 1;

    // A far end that answers the greeting and then reads nothing; the line takes 64 KiB.
    private static MemoryEnd Welcoming(out MemoryEnd here)
    {
        (here, var there) = MemoryEnd.Connect();
        var frames = new FrameStream(there, new ManualClock());
        _ = Task.Run(async () => await frames.WriteAsync(FrameKind.Welcome, (await frames.ReadAsync(Patience.Token))!.Value.Exchange, [], Patience.Token));
        return here;
    }

    private static async Task<AsrException> GivenUpAsync(TestWire wire, Task asked)
    {
        await TestWire.UntilAsync(() =>
        {
            wire.Clock.Advance(RemoteTarget.Patience);
            return asked.IsCompleted;
        });
        return await Assert.ThrowsAsync<AsrException>(() => asked);
    }
}
