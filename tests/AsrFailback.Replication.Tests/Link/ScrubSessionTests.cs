using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Log;
using AsrFailback.Replication.Source;

namespace AsrFailback.Replication.Tests;

/// <summary>A damaged block is fetched from the machine again, whatever goes on at that moment.</summary>
public sealed class ScrubSessionTests
{
    private static readonly BlockAddress Damaged = new(0, 3);

    [Fact]
    public async Task A_damaged_block_is_fetched_and_only_its_region_is_compared()
    {
        await using var pair = new PairBench();
        var session = await InOrderWithContentAsync(pair);
        Flip(pair);
        pair.Link.Compared.Clear();

        Scrub(pair);
        await session.DrainAsync(Patience.Token).OrFail();

        Assert.Empty(pair.Differences());
        Assert.All(pair.Link.Compared, block => Assert.Equal((0, 0L), (block.Disk, block.Block * Blocks.Size / RegionMap.RegionSize)));
    }

    [Fact]
    public async Task A_damaged_block_is_fetched_also_when_a_point_is_on_its_way_at_that_moment()
    {
        // The acknowledgement of a mark clears the regions whose writes the target has; what was damaged there has no write.
        await using var pair = new PairBench();
        var session = await InOrderWithContentAsync(pair);
        Flip(pair);
        var once = 0;
        pair.Link.OnReceive = batch =>
        {
            if (batch.Any(record => record.Kind == LogRecordKind.Mark) && Interlocked.Exchange(ref once, 1) == 0)
            {
                Scrub(pair);
            }
        };
        var point = Guid.NewGuid();
        await Record.ExceptionAsync(() => session.MarkPointAsync(point, "", PointConsistency.CrashConsistent, Patience.Token).OrFail());
        await session.DrainAsync(Patience.Token).OrFail();

        Assert.Equal(1, once);
        Assert.Empty(pair.Differences());
        Assert.Empty(pair.Journal.Scrub(pair.Journal.BlockCount));
    }

    [Fact]
    public async Task Damage_found_while_a_synchronisation_runs_is_fetched_too()
    {
        await using var pair = new PairBench();
        var session = await InOrderWithContentAsync(pair);
        Flip(pair);
        var once = 0;
        pair.Machine.MarkDifferent(RegionMap.Full(pair.Machine.DiskBytes));
        pair.Link.OnCall = () =>
        {
            if (pair.Link.Compared.Contains((1, 0)) && Interlocked.Exchange(ref once, 1) == 0)
            {
                pair.Link.OnCall = null;
                Scrub(pair);
            }
        };
        pair.Link.Compared.Clear();
        session.Synchronise();
        await session.DrainAsync(Patience.Token).OrFail();
        Scrub(pair);
        await session.DrainAsync(Patience.Token).OrFail();

        Assert.Empty(pair.Differences());
    }

    [Fact]
    public async Task Scrubbing_all_the_time_finds_nothing_false_while_the_machine_writes_and_points_are_taken()
    {
        await using var pair = new PairBench();
        var session = await InOrderWithContentAsync(pair);
        using var stop = new CancellationTokenSource();
        var found = new List<BlockAddress>();
        var scrubbing = Task.Factory.StartNew(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    found.AddRange(pair.Journal.Scrub(5));
                }
            },
            TaskCreationOptions.LongRunning);
        var random = new Random(2);
        for (var count = 0; count < 200; count++)
        {
            var length = 512 * random.Next(1, 200);
            pair.Machine.Write(0, 512 * random.Next((int)((SourceBench.DiskBytes[0] - length) / 512)), SourceBench.Bytes(length, count));
            if (count % 20 == 0)
            {
                await session.MarkPointAsync(Guid.NewGuid(), "", PointConsistency.CrashConsistent, Patience.Token).OrFail();
            }
        }

        await session.DrainAsync(Patience.Token).OrFail();
        await stop.CancelAsync();
        await scrubbing.OrFail();
        Assert.Empty(found);
        Assert.Empty(pair.Differences());
    }

    private static async Task<Replication.Link.ReplicationSession> InOrderWithContentAsync(PairBench pair)
    {
        for (var disk = 0; disk < SourceBench.DiskBytes.Count; disk++)
        {
            pair.Machine.Write(disk, 0, SourceBench.Bytes((int)SourceBench.DiskBytes[disk], disk));
        }

        var session = await pair.StartInOrderAsync();
        await session.MarkPointAsync(Guid.NewGuid(), "", PointConsistency.CrashConsistent, Patience.Token).OrFail();
        return session;
    }

    // What the engine does with what it finds.
    private static void Scrub(PairBench pair)
    {
        var found = pair.Journal.Scrub(pair.Journal.BlockCount);
        if (found.Count > 0)
        {
            pair.Journal.RememberDamage(found);
            pair.Machine.MarkDifferent(RegionMap.Of(found, pair.Machine.DiskBytes));
            pair.Session!.Synchronise();
        }
    }

    private static void Flip(PairBench pair)
    {
        using var file = pair.TargetDisk.Open(JournalFiles.DiskPath(Damaged.Disk), FileOpening.ReadWrite);
        var one = new byte[1];
        file.Read((Damaged.Block * Blocks.Size) + 9, one);
        one[0] ^= 32;
        file.Write((Damaged.Block * Blocks.Size) + 9, one);
    }
}
