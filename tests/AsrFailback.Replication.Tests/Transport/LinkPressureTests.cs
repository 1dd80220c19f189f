using AsrFailback.Replication.Link;
using AsrFailback.Replication.Log;
using AsrFailback.Replication.Source;
using AsrFailback.Replication.Transport;

namespace AsrFailback.Replication.Tests;

/// <summary>A target that does not answer costs bounded memory at both ends.</summary>
[Collection(AloneCollection.Name)]
public sealed class LinkPressureTests
{
    private static readonly IReadOnlyList<long> DiskBytes = SourceBench.DiskBytes;

    [Fact]
    public async Task A_machine_that_writes_on_while_nothing_is_answered_fills_the_queue_and_no_more()
    {
        var target = new MemoryTarget(DiskBytes);
        await using var wire = new TestWire(target, DiskBytes);
        using var machine = new SourceBench().Open();
        await using var session = new ReplicationSession(machine, wire.Remote, new InstantClock());
        await session.WaitUntilInOrderAsync(Patience.Token).OrFail();
        target.OnCall = (_, stopping) => Task.Delay(Timeout.Infinite, stopping);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var count = 0; count < 3 * WriteSplitter.QueueLimit / RegionMap.RegionSize; count++)
        {
            machine.Write(0, 0, SourceBench.Bytes(RegionMap.RegionSize, count));
            Assert.InRange(session.Status.QueuedBytes, 0, WriteSplitter.QueueLimit);
        }

        Assert.Equal(ReplicationMode.IntentOnly, session.Status.Mode);
        machine.Flush(); // its simulated disk remembers what is not flushed
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, WriteSplitter.QueueLimit / 2);
    }

    [Fact]
    public async Task A_server_whose_target_does_not_answer_reads_so_many_batches_and_no_more()
    {
        var (here, there) = MemoryEnd.Connect();
        var target = new MemoryTarget(DiskBytes) { OnCall = (_, stopping) => Task.Delay(Timeout.Infinite, stopping) };
        using var stop = new CancellationTokenSource();
        var serving = new TargetServer(target, DiskBytes, new ManualClock()).ServeAsync(there, stop.Token);
        await using var frames = new FrameStream(here, new ManualClock());
        await frames.WriteAsync(FrameKind.Hello, 1, [LinkMessages.Hello(DiskBytes)], Patience.Token);
        var records = new RecordFactory(new Random(1), DiskBytes);
        var payload = Payloads.Of(records.Write(0, 0, RegionMap.RegionSize - 512));

        var sent = 0;
        var sending = Task.Run(async () =>
        {
            for (; sent < 100; sent++)
            {
                await frames.WriteAsync(FrameKind.LastRecords, 2, [payload], Patience.Token);
            }
        });

        // One with the target, eight that wait, one that waits to wait, and what fits into the line.
        await TestWire.UntilAsync(() => sent == 10 && here.Unread == 64 << 10);
        Assert.False(sending.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => serving.OrFail());
        await Assert.ThrowsAsync<IOException>(() => sending.OrFail());
    }

    [Fact]
    public async Task A_server_whose_target_does_not_answer_reads_so_many_questions_and_no_more()
    {
        var (here, there) = MemoryEnd.Connect(capacity: 34);
        var asked = 0;
        var target = new MemoryTarget(DiskBytes)
        {
            OnCall = (_, stopping) =>
            {
                Interlocked.Increment(ref asked);
                return Task.Delay(Timeout.Infinite, stopping);
            },
        };
        using var stop = new CancellationTokenSource();
        var serving = new TargetServer(target, DiskBytes, new ManualClock()).ServeAsync(there, stop.Token);
        await using var frames = new FrameStream(here, new ManualClock());
        await frames.WriteAsync(FrameKind.Hello, 1, [LinkMessages.Hello(DiskBytes)], Patience.Token);
        var sent = 0;
        var sending = Task.Run(async () =>
        {
            for (; sent < 1_000; sent++)
            {
                await frames.WriteAsync(FrameKind.DigestsWanted, 2, [LinkMessages.BlocksOf(0, [0])], Patience.Token);
            }
        });

        // Two with the target, sixteen that wait, one that waits to wait, and one in the line.
        await TestWire.UntilAsync(() => sent == 20 && here.Unread == 34);
        Assert.Equal(2, asked);
        Assert.False(sending.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => serving.OrFail());
        await Assert.ThrowsAsync<IOException>(() => sending.OrFail());
    }

    [Fact]
    public async Task Digests_are_answered_while_a_batch_is_taken()
    {
        var taking = new TaskCompletionSource();
        var target = new MemoryTarget(DiskBytes) { OnCall = (what, _) => what == "receive" ? taking.Task : Task.CompletedTask };
        await using var wire = new TestWire(target, DiskBytes);
        var sending = wire.Remote.ReceiveAsync([new RecordFactory(new Random(1), DiskBytes).Write()], Patience.Token).AsTask();

        Assert.Equal(28, (await wire.Remote.DigestsAsync(0, 0, 1, Patience.Token).AsTask().OrFail()).Length);
        Assert.False(sending.IsCompleted);
        taking.SetResult();
        await sending.OrFail();
    }
}
