using AsrFailback.Replication.Source;

namespace AsrFailback.Replication.Tests;

/// <summary>What happens when the target is too slow for too long.</summary>
public sealed class QueueOverflowTests
{
    private const int Writes = (int)(WriteSplitter.QueueLimit / RegionMap.RegionSize) + 2;

    [Fact]
    public async Task A_full_queue_is_dropped_and_a_new_synchronisation_makes_the_target_equal()
    {
        await using var pair = new PairBench();
        var session = await pair.StartInOrderAsync();
        pair.Link.Hold();
        Overflow(pair.Machine);

        Assert.False(pair.Machine.Queue.IsOpen);
        Assert.Equal(0, session.Status.QueuedBytes);
        pair.Link.LetGo();
        await session.DrainAsync(Patience.Token).OrFail();

        Assert.Empty(pair.Differences());
        await session.MarkPointAsync(Guid.NewGuid(), "after", PointConsistency.CrashConsistent, Patience.Token).OrFail();
        Assert.Equal("after", pair.Journal.Points[^1].Label);
    }

    [Fact]
    public async Task A_point_dropped_with_the_queue_is_not_reported_as_taken()
    {
        await using var pair = new PairBench();
        var session = await pair.StartInOrderAsync();
        pair.Link.IsDown = true;
        var marking = session.MarkPointAsync(Guid.NewGuid(), "", PointConsistency.CrashConsistent, Patience.Token);
        Overflow(pair.Machine);
        pair.Link.IsDown = false;
        await session.DrainAsync(Patience.Token).OrFail();

        // Either an error that says so, or a point that the target lists.
        var refused = await Record.ExceptionAsync(() => marking.OrFail());
        if (refused is null)
        {
            Assert.Contains(await marking, pair.Journal.Points);
        }
        else
        {
            Assert.IsType<AsrException>(refused);
        }
    }

    [Fact]
    public async Task No_point_is_taken_while_the_target_is_not_in_order()
    {
        await using var pair = new PairBench();
        pair.Link.Hold();
        var session = pair.Start();

        var refused = await Assert.ThrowsAsync<AsrException>(
            () => session.MarkPointAsync(Guid.NewGuid(), "", PointConsistency.CrashConsistent, Patience.Token)).OrFail();

        Assert.Equal("ReplicationNotInOrder", refused.Error.Id);
    }

    private static void Overflow(WriteSplitter machine)
    {
        for (var count = 0; count < Writes; count++)
        {
            machine.Write(0, 0, SourceBench.Bytes(RegionMap.RegionSize, count));
        }
    }
}
