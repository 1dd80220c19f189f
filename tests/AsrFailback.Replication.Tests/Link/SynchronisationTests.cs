using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Log;
using AsrFailback.Replication.Source;

namespace AsrFailback.Replication.Tests;

/// <summary>Bringing a target in step.</summary>
public sealed class SynchronisationTests
{
    [Fact]
    public async Task An_initial_synchronisation_makes_the_target_equal()
    {
        await using var pair = new PairBench();
        pair.Machine.Write(0, 1_000 * 512, SourceBench.Bytes(300_000 / 512 * 512, 1));
        pair.Machine.Write(1, RegionMap.RegionSize, SourceBench.Bytes(512, 2));
        var session = await pair.StartInOrderAsync();

        Assert.Empty(pair.Differences());
        Assert.Equal(ReplicationMode.InOrder, session.Status.Mode);
        Assert.Equal(session.Status.SyncBytesTotal, session.Status.SyncBytesDone);
    }

    [Fact]
    [Requirement("RP-02")]
    public async Task Only_marked_regions_are_compared_and_only_different_blocks_move()
    {
        var marked = new RegionMap(SourceBench.DiskBytes);
        marked[0][1] = true;
        await using var pair = new PairBench(marked);
        pair.Machine.Write(0, RegionMap.RegionSize + Blocks.Size, SourceBench.Bytes(512, 3));
        await pair.StartInOrderAsync();

        Assert.Equal(Enumerable.Range(16, 16).Select(block => (0, (long)block)), pair.Link.Compared.Order());
        Assert.Equal(Blocks.Size, pair.Link.BytesReceived);
        Assert.Empty(pair.Differences());
    }

    [Fact]
    public async Task Writes_of_two_threads_during_a_synchronisation_are_not_lost()
    {
        for (var round = 0; round < 5; round++)
        {
            await using var pair = new PairBench();
            pair.Machine.Write(0, 0, SourceBench.Bytes(RegionMap.RegionSize, round));
            var session = pair.Start();
            var writers = Enumerable.Range(0, 2).Select(writer => Task.Run(() => WriteMany(pair.Machine, writer, 300))).ToArray();
            await Task.WhenAll(writers).OrFail();
            await session.DrainAsync(Patience.Token).OrFail();

            Assert.Empty(pair.Differences());
        }
    }

    [Fact]
    public async Task Writes_during_the_comparison_of_their_own_block_win_over_the_compared_block()
    {
        await using var pair = new PairBench();
        var writes = 0;
        var (writing, gate) = (true, new object());
        pair.Link.OnCall = () =>
        {
            lock (gate)
            {
                if (writing)
                {
                    pair.Machine.Write(0, 512 * (writes++ % 32), SourceBench.Bytes(512, writes));
                }
            }
        };
        var session = await pair.StartInOrderAsync();
        lock (gate)
        {
            writing = false; // none is under way any more
        }

        await session.DrainAsync(Patience.Token).OrFail();

        Assert.True(writes > 2);
        Assert.Empty(pair.Differences());
    }

    [Fact]
    public async Task Stopped_in_the_middle_the_target_says_it_is_not_in_order_and_a_new_session_ends_it()
    {
        await using var pair = new PairBench();
        pair.Machine.Write(0, 0, SourceBench.Bytes(RegionMap.RegionSize, 9));
        var blocks = new TaskCompletionSource();
        pair.Link.OnReceive = batch =>
        {
            if (batch.Any(record => record.Kind == LogRecordKind.SyncBlock))
            {
                pair.Link.Hold();
                blocks.TrySetResult();
            }
        };
        pair.Start();
        await blocks.Task.OrFail();
        pair.Link.OnReceive = null;
        await pair.RestartSourceAsync();

        pair.Journal.Settle();
        Assert.False(pair.Journal.InOrder);
        await pair.StartInOrderAsync();
        pair.Journal.Settle();
        Assert.True(pair.Journal.InOrder);
        Assert.Empty(pair.Differences());
    }

    [Fact]
    public async Task A_clean_restart_compares_nothing_that_was_acknowledged_with_a_point()
    {
        await using var pair = new PairBench();
        var session = await pair.StartInOrderAsync();
        pair.Machine.Write(0, 0, SourceBench.Bytes(4096, 4));
        await session.MarkPointAsync(Guid.NewGuid(), "", PointConsistency.CrashConsistent, Patience.Token).OrFail();
        await pair.RestartSourceAsync();
        await pair.StartInOrderAsync();

        Assert.Empty(pair.Link.Compared);
        Assert.Empty(pair.Differences());
    }

    private static void WriteMany(WriteSplitter machine, int seed, int count)
    {
        var random = new Random(seed);
        for (var index = 0; index < count; index++)
        {
            var disk = random.Next(2);
            var length = 512 * random.Next(1, 40);
            var sector = random.NextInt64((SourceBench.DiskBytes[disk] - length) / 512);
            machine.Write(disk, 512 * sector, SourceBench.Bytes(length, random.Next()));
        }
    }
}
