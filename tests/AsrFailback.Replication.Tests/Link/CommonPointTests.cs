using System.Buffers.Binary;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Link;
using AsrFailback.Replication.Source;
using Xunit.Abstractions;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// One point across several machines. To see them fail, queue the points of <c>WriteSplitter.QueueCommonPoint</c> one
/// machine after the other without holding the locks together, or take the locks in the order given.
/// </summary>
public sealed class CommonPointTests(ITestOutputHelper output)
{
    private const int Machines = 3;
    private static readonly int Points = Scale.Of(60, 3_000);

    [Fact]
    public async Task No_write_is_in_a_common_point_without_those_it_followed_on_any_machine()
    {
        var pairs = Enumerable.Range(0, Machines).Select(_ => new PairBench()).ToArray();
        var sessions = await Task.WhenAll(pairs.Select(pair => pair.StartInOrderAsync()));
        var acknowledged = new long[Machines];
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, Machines).Select(machine => Task.Factory.StartNew(
            () => Write(pairs[machine].Machine, machine, acknowledged, stop.Token), TaskCreationOptions.LongRunning)).ToArray();

        var ids = new List<Guid>();
        for (var count = 0; count < Points; count++)
        {
            ids.Add(Guid.NewGuid());
            var points = await ReplicationSession.MarkCommonPointAsync(sessions, ids[^1], $"{count}", PointConsistency.CrashConsistent, Patience.Token).OrFail();
            Assert.Single(points.DistinctBy(point => (point!.Id, point.TimeUtc, point.Label)));
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers).OrFail();
        output.WriteLine($"{Points} points, {string.Join(", ", acknowledged)} writes");
        Assert.All(acknowledged, count => Assert.True(count > Points));
        foreach (var id in ids)
        {
            AssertCausal(pairs, id);
        }

        await Task.WhenAll(pairs.Select(pair => pair.DisposeAsync().AsTask()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_machine_that_does_not_follow_in_order_gets_no_mark_and_the_others_do(int lagging)
    {
        var pairs = Enumerable.Range(0, Machines).Select(_ => new PairBench()).ToArray();
        for (var index = 0; index < Machines; index++)
        {
            if (index == lagging)
            {
                pairs[index].Link.Hold();
                pairs[index].Start();
            }
            else
            {
                await pairs[index].StartInOrderAsync();
            }
        }

        var points = await ReplicationSession.MarkCommonPointAsync(
            [.. pairs.Select(pair => pair.Session!)], Guid.NewGuid(), "x", PointConsistency.CrashConsistent, Patience.Token).OrFail();

        Assert.Equal([.. Enumerable.Range(0, Machines).Where(index => index != lagging)], Enumerable.Range(0, Machines).Where(index => points[index] is not null));
        Assert.All(pairs.Zip(points), one => Assert.Equal(one.Second is null ? [] : [one.Second], one.First.Journal.Points));
        await Task.WhenAll(pairs.Select(pair => pair.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task A_machine_whose_mark_was_lost_is_told_and_the_others_hold_theirs()
    {
        var pairs = Enumerable.Range(0, 2).Select(_ => new PairBench()).ToArray();
        var sessions = await Task.WhenAll(pairs.Select(pair => pair.StartInOrderAsync()));
        pairs[1].Link.IsDown = true;
        var marking = ReplicationSession.MarkCommonPointAsync(sessions, Guid.NewGuid(), "x", PointConsistency.CrashConsistent, Patience.Token);
        sessions[1].Synchronise(); // the queue is dropped, and the mark with it
        pairs[1].Link.IsDown = false;

        var points = await marking.OrFail();

        Assert.Equal([true, false], points.Select(point => point is not null));
        Assert.Equal([true, false], pairs.Select(pair => pair.Journal.Points.Any(point => point.Label == "x")));
        await Task.WhenAll(pairs.Select(pair => pair.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task Overlapping_common_points_in_any_order_of_machines_never_lock_each_other_out()
    {
        const int Rounds = 20_000;
        var machines = Enumerable.Range(0, Machines).Select(_ => InOrder(new SourceBench(new RegionMap(SourceBench.DiskBytes)).Open())).ToArray();
        WriteSplitter[][] orders =
        [
            [machines[0], machines[1], machines[2]], [machines[2], machines[1], machines[0]], [machines[1], machines[2]], [machines[2], machines[0]],
        ];
        using var stop = new CancellationTokenSource();
        var writer = Task.Factory.StartNew(
            () =>
            {
                for (var count = 0; !stop.IsCancellationRequested; count++)
                {
                    machines[count % Machines].Write(0, 0, new byte[512]);
                    _ = machines[count % Machines].Position;
                    if (count % 1_000 == 0)
                    {
                        Empty(machines);
                    }
                }
            },
            TaskCreationOptions.LongRunning);
        var callers = orders.Select(order => Task.Factory.StartNew(
            () =>
            {
                for (var round = 0; round < Rounds; round++)
                {
                    var points = WriteSplitter.QueueCommonPoint(order, Guid.NewGuid(), "", PointConsistency.CrashConsistent);
                    Assert.Equal(order.Length, points.Count);
                }
            },
            TaskCreationOptions.LongRunning)).ToArray();

        await Task.WhenAll(callers).OrFail();

        await stop.CancelAsync();
        await writer.OrFail();
        Array.ForEach(machines, machine => machine.Dispose());
    }

    [Fact]
    public void Points_come_back_in_the_order_in_which_the_machines_were_given()
    {
        var machines = Enumerable.Range(0, Machines).Select(_ => InOrder(new SourceBench(new RegionMap(SourceBench.DiskBytes)).Open())).Reverse().ToArray();
        for (var index = 0; index < Machines; index++)
        {
            for (var write = 0; write < index; write++)
            {
                machines[index].Write(0, 0, new byte[512]);
            }
        }

        var points = WriteSplitter.QueueCommonPoint(machines, Guid.NewGuid(), "", PointConsistency.CrashConsistent);

        Assert.Equal(machines.Select(machine => machine.Position), points.Select(point => point!.Position));
        Array.ForEach(machines, machine => machine.Dispose());
    }

    private static WriteSplitter InOrder(WriteSplitter machine)
    {
        machine.BeginSynchronisation();
        machine.SynchronisationAcknowledged();
        return machine;
    }

    // As a target does that takes everything.
    private static void Empty(IEnumerable<WriteSplitter> machines)
    {
        foreach (var machine in machines)
        {
            if (machine.Queue.Bytes > 1 << 20)
            {
                machine.Queue.Release(machine.Queue.TakeAsync(long.MaxValue, CancellationToken.None).GetAwaiter().GetResult()!);
            }
        }
    }

    // Every write says which writes of all machines were acknowledged before it; disks take turns.
    private static void Write(WriteSplitter machine, int number, long[] acknowledged, CancellationToken stop)
    {
        var sector = new byte[512];
        for (long count = 1; !stop.IsCancellationRequested; count++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(sector, count);
            for (var other = 0; other < Machines; other++)
            {
                BinaryPrimitives.WriteInt64LittleEndian(sector.AsSpan(8 + (8 * other)), other == number ? count - 1 : Volatile.Read(ref acknowledged[other]));
            }

            machine.Write((int)(count % 2), 4096, sector);
            Volatile.Write(ref acknowledged[number], count);
            while (machine.Queue.Bytes > 1 << 20 && !stop.IsCancellationRequested)
            {
                Thread.Yield(); // the target comes after
            }
        }
    }

    private static void AssertCausal(PairBench[] pairs, Guid id)
    {
        var found = pairs.Select(pair => pair.Journal.OpenPoint(id).Select(ReadSector).ToArray()).ToArray();
        var counts = found.Select(disks => disks.Max(sector => sector[0])).ToArray();
        for (var machine = 0; machine < Machines; machine++)
        {
            Assert.True(Math.Abs(found[machine][0][0] - found[machine][1][0]) <= 1, $"the disks of machine {machine} are of different moments");
            var newest = found[machine].MaxBy(sector => sector[0])!;
            for (var other = 0; other < Machines; other++)
            {
                Assert.True(counts[other] >= newest[1 + other] || other == machine, $"machine {machine} saw write {newest[1 + other]} of {other}, the point has {counts[other]}");
            }
        }
    }

    private static long[] ReadSector(IBlockDevice disk)
    {
        var sector = new byte[512];
        disk.Read(4096, sector);
        return [.. Enumerable.Range(0, 1 + Machines).Select(index => BinaryPrimitives.ReadInt64LittleEndian(sector.AsSpan(8 * index)))];
    }
}
