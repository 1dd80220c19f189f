using System.Buffers.Binary;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Log;
using AsrFailback.Replication.Source;

namespace AsrFailback.Replication.Tests;

/// <summary>Following a source in order, over a link that fails.</summary>
public sealed class ReplicationSessionTests
{
    [Fact]
    [Requirement("FO-10")]
    public async Task A_point_is_one_instant_across_disks()
    {
        // Each number goes to disk 0, then to disk 1: at no instant is disk 1 ahead, or more than one behind.
        await using var pair = new PairBench();
        var session = await pair.StartInOrderAsync();
        using var stop = new CancellationTokenSource();
        var pairs = Task.Run(() => WritePairs(pair.Machine, stop.Token));
        var noise = Task.Run(() => WriteNoise(pair.Machine, stop.Token));
        for (var count = 0; count < 25; count++)
        {
            await session.MarkPointAsync(Guid.NewGuid(), $"{count}", PointConsistency.CrashConsistent, Patience.Token).OrFail();
        }

        await stop.CancelAsync();
        await Task.WhenAll(pairs, noise).OrFail();

        Assert.Equal(25, pair.Journal.Points.Count);
        Assert.True(NumberAt(pair, pair.Journal.Points[^1].Id, 0) > 0);
        Assert.All(pair.Journal.Points, point =>
        {
            var (first, second) = (NumberAt(pair, point.Id, 0), NumberAt(pair, point.Id, 1));
            Assert.InRange(first - second, 0, 1);
        });
    }

    [Fact]
    public async Task A_link_that_comes_and_goes_loses_nothing()
    {
        await using var pair = new PairBench();
        var session = await pair.StartInOrderAsync();
        var calls = 0;
        pair.Link.OnCall = () => pair.Link.IsDown = Interlocked.Increment(ref calls) % 3 != 0;
        for (var count = 0; count < 200; count++)
        {
            pair.Machine.Write(count % 2, 512 * count, SourceBench.Bytes(1024, count));
        }

        await session.DrainAsync(Patience.Token).OrFail();

        Assert.Empty(pair.Differences());
        Assert.DoesNotContain(pair.Link.Compared.GroupBy(block => block), block => block.Count() > 1);
    }

    [Fact]
    public async Task A_link_that_is_down_during_the_synchronisation_starts_it_again_and_loses_nothing()
    {
        await using var pair = new PairBench();
        pair.Machine.Write(0, 0, SourceBench.Bytes(RegionMap.RegionSize, 5));
        var calls = 0;
        pair.Link.OnCall = () => pair.Link.IsDown = Interlocked.Increment(ref calls) is var call && call < 40 && call % 4 == 0;
        await pair.StartInOrderAsync();

        Assert.True(calls > 8);
        Assert.Empty(pair.Differences());
    }

    [Fact]
    public async Task An_answer_that_got_lost_makes_no_record_count_twice()
    {
        await using var pair = new PairBench();
        var session = await pair.StartInOrderAsync();
        pair.Machine.Write(0, 0, SourceBench.Bytes(512, 1));
        await session.DrainAsync(Patience.Token).OrFail();
        var lost = 0;
        pair.Link.OnReceive = batch =>
        {
            if (lost++ == 0)
            {
                pair.Journal.Receive(batch);
                throw ErrorCatalogue.Exception("LinkDown", "source", "target");
            }
        };
        var point = await session.MarkPointAsync(Guid.NewGuid(), "", PointConsistency.CrashConsistent, Patience.Token).OrFail();

        Assert.Equal([point], pair.Journal.Points);
    }

    [Fact]
    public async Task An_error_that_trying_again_does_not_mend_ends_the_session_with_that_error()
    {
        await using var pair = new PairBench();
        pair.Link.OnCall = () => throw ErrorCatalogue.Exception("DiskFull", "/target", "test");

        var failure = await Assert.ThrowsAsync<AsrException>(() => pair.Start().WaitUntilInOrderAsync(Patience.Token)).OrFail();

        Assert.Equal("DiskFull", failure.Error.Id);
        Assert.Equal(ReplicationMode.Stopped, pair.Session!.Status.Mode);
    }

    [Fact]
    public async Task An_error_of_a_kind_nobody_expected_ends_the_session_visibly_too()
    {
        var pair = new PairBench();
        pair.Link.OnCall = () => throw new InvalidOperationException("not expected");
        var session = pair.Start();

        var ended = await Record.ExceptionAsync(() => session.WaitUntilInOrderAsync(new CancellationTokenSource(20_000).Token));

        Assert.IsType<AsrException>(ended);
        Assert.Equal(ReplicationMode.Stopped, session.Status.Mode);
    }

    [Fact]
    [Requirement("FO-03")]
    public async Task A_machine_that_is_closed_under_its_session_starts_no_synchronisation()
    {
        // Its site is gone: a synchronisation begun now would take the last acknowledged writes out of the latest point.
        var pair = new PairBench();
        var session = await pair.StartInOrderAsync();
        pair.Machine.Write(0, 0, SourceBench.Bytes(512, 1));
        await session.DrainAsync(Patience.Token).OrFail();
        var started = new TaskCompletionSource();
        pair.Link.OnReceive = batch =>
        {
            if (batch.Any(record => record.Kind == LogRecordKind.SyncStarted))
            {
                started.TrySetResult();
            }
        };
        pair.Machine.Dispose();
        var ended = Record.ExceptionAsync(
            () => session.MarkPointAsync(Guid.NewGuid(), "", PointConsistency.CrashConsistent, Patience.Token));

        // Either the session ends, which answers the waiting call, or it sends the start of a synchronisation.
        await Task.WhenAny(started.Task, Stopped(session)).OrFail();
        Assert.False(started.Task.IsCompleted);
        Assert.IsType<AsrException>(await ended.OrFail());
    }

    private static async Task Stopped(Link.ReplicationSession session)
    {
        while (session.Status.Mode != ReplicationMode.Stopped)
        {
            await Task.Yield();
        }
    }

    private static void WritePairs(WriteSplitter machine, CancellationToken stop)
    {
        var number = new byte[512];
        for (long next = 1; !stop.IsCancellationRequested; next++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, next);
            machine.Write(0, 0, number);
            machine.Write(1, 0, number);
            WaitForRoom(machine);
        }
    }

    private static void WriteNoise(WriteSplitter machine, CancellationToken stop)
    {
        for (var count = 0; !stop.IsCancellationRequested; count++)
        {
            machine.Write(0, Blocks.Size * (1 + (count % 8)), SourceBench.Bytes(512, count));
            WaitForRoom(machine);
        }
    }

    // A queue that overflows drops its points, which is another test.
    private static void WaitForRoom(WriteSplitter machine)
    {
        while (machine.Queue.Bytes > RegionMap.RegionSize)
        {
            Thread.Yield();
        }
    }

    private static long NumberAt(PairBench pair, Guid point, int disk)
    {
        var bytes = new byte[8];
        pair.Journal.OpenPoint(point)[disk].Read(0, bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }
}
