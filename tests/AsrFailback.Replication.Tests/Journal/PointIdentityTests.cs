using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Tests;

/// <summary>Points that are dropped, made twice or looked at while the journal is behind.</summary>
public sealed class PointIdentityTests
{
    [Fact]
    public void Two_points_with_one_id_are_pruned_like_any_others()
    {
        using var bench = new JournalBench();
        var first = bench.Records.Mark();
        var second = bench.Records.Mark();
        second = second with { Point = second.Point! with { Id = first.Point!.Id } };
        bench.Receive(bench.Records.Of(LogRecordKind.SyncStarted), bench.Records.Of(LogRecordKind.SyncCompleted), first, second, bench.Records.Mark());

        Assert.Equal(1, bench.Journal.Prune(new ReplicationPolicy(TimeSpan.FromMinutes(5), 2, long.MaxValue)));
        Assert.Equal(0, bench.Journal.Prune(new ReplicationPolicy(TimeSpan.FromMinutes(5), 2, long.MaxValue)));
    }

    [Fact]
    public void A_view_of_a_point_that_was_dropped_mixes_no_moments()
    {
        using var bench = new JournalBench();
        bench.Receive(bench.Records.Of(LogRecordKind.SyncStarted), bench.Records.Write(0, 0, Blocks.Size), bench.Records.Of(LogRecordKind.SyncCompleted));
        var point = bench.Mark();
        var state = bench.Model.State;
        bench.Receive(bench.Records.Write(0, 0, Blocks.Size));
        bench.Mark();
        var newest = bench.Mark();
        bench.Journal.Pin(point.Id);
        var views = bench.Journal.OpenPoint(point.Id);
        Assert.Empty(state.Differences(views));

        bench.Journal.DropBefore(newest.Id);

        Assert.IsType<AsrException>(Record.Exception(() => state.Differences(views).ToArray()) ?? new InvalidOperationException("it read something"));
    }

    [Fact]
    public void Nothing_false_is_found_while_the_disk_is_too_full_to_apply_what_was_received()
    {
        var full = false;
        using var bench = new JournalBench();
        bench.Receive(bench.Records.Of(LogRecordKind.SyncStarted), bench.Records.Write(0, 0, Blocks.Size), bench.Records.Write(0, Blocks.Size, Blocks.Size), bench.Records.Of(LogRecordKind.SyncCompleted));
        bench.Mark();
        bench.Journal.CompleteDigests();
        bench.Reopen(disk => new ObservedFileSystem(disk, (operation, path) =>
        {
            if (full && operation == FileOperation.Write && path.EndsWith("manifest-0.digests", StringComparison.Ordinal))
            {
                throw Core.Errors.ErrorCatalogue.Exception("DiskFull", path, "test");
            }
        }));
        bench.Receive(bench.Records.Write(0, 0, Blocks.Size));
        full = true;
        Assert.Equal("TargetFull", Assert.Throws<AsrException>(bench.Journal.Settle).Error.Id);

        var found = new List<BlockAddress>();
        Record.Exception(() => found.AddRange(bench.Journal.Scrub(bench.Journal.BlockCount)));

        Assert.Empty(found);
    }
}
