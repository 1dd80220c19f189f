using System.Buffers.Binary;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.Link;
using AsrFailback.Replication.Source;
using AsrFailback.Replication.Transport;
using Xunit.Abstractions;

namespace AsrFailback.Replication.Tests;

/// <summary>A whole replication over a line that is cut, spoilt and stalled loses nothing that was acknowledged.</summary>
public sealed class LinkReplicationTests(ITestOutputHelper output)
{
    public enum Cut
    {
        /// <summary>The frame is not sent.</summary>
        Before,

        /// <summary>Half of it is sent.</summary>
        Within,

        /// <summary>It arrives, and its answer has nowhere to go.</summary>
        After,
    }

    [Fact]
    public async Task A_replication_over_a_line_makes_the_target_equal_and_lists_its_points()
    {
        await using var pair = new WiredPair();
        await pair.ReplicateAsync();

        Assert.Equal(1, pair.Wire.Connections);
        foreach (var (bytes, disk) in SourceBench.DiskBytes.Select((bytes, disk) => (bytes, disk)))
        {
            var blocks = (int)Disks.Blocks.Count(bytes);
            Assert.Equal(pair.Pair.Journal.Digests(disk, 0, blocks), await pair.Wire.Remote.DigestsAsync(disk, 0, blocks, Patience.Token));
        }
    }

    [Theory]
    [InlineData(true, Cut.Before)]
    [InlineData(true, Cut.Within)]
    [InlineData(true, Cut.After)]
    [InlineData(false, Cut.Before)]
    [InlineData(false, Cut.Within)]
    [InlineData(false, Cut.After)]
    public async Task A_connection_that_is_cut_at_any_frame_loses_nothing(bool atSource, Cut cut)
    {
        var (at, reached) = (0, true);
        while (reached)
        {
            reached = false;
            at++;
            await using var pair = new WiredPair();
            ValueTask CutAt(int number, Stream line, byte[] frame, CancellationToken stopping) => number == at ? CutAsync(line, frame) : line.WriteAsync(frame, stopping);
            pair.Spoil(atSource, CutAt);
            await pair.ReplicateAsync();
            Assert.InRange(pair.Wire.Connections, 1, reached ? 5 : 1); // who asks when another is given up may connect in vain
            await TestWire.UntilAsync(() => pair.Wire.OpenEnds <= 2);
        }

        output.WriteLine($"cut at each of {at - 1} frames");
        Assert.InRange(at, 15, 1_000);

        async ValueTask CutAsync(Stream line, byte[] frame)
        {
            reached = true;
            await line.WriteAsync(frame.AsMemory(0, cut == Cut.Before ? 0 : cut == Cut.Within ? frame.Length / 2 : frame.Length));
            await line.DisposeAsync();
            if (cut != Cut.After)
            {
                throw new IOException("The line is cut.");
            }
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(11)]
    public async Task A_line_that_flips_a_bit_of_every_so_many_frames_changes_nothing(int every)
    {
        var (flips, connections) = (0, 0);
        for (var seed = 0; seed < Scale.Of(5, 500); seed++)
        {
            await using var pair = new WiredPair();
            flips += await FlipsAsync(pair, every, new Random(seed));
            connections += pair.Wire.Connections;
        }

        output.WriteLine($"{flips} bits flipped, {connections} connections");
        Assert.InRange(flips, Scale.Of(5, 500), int.MaxValue);
    }

    private static async Task<int> FlipsAsync(WiredPair pair, int every, Random random)
    {
        var (stalled, flips, seen) = (0, 0, 0);
        ValueTask Flip(int number, Stream line, byte[] frame, CancellationToken stopping)
        {
            // The greeting of a connection is let through, or no connection would ever stand.
            if (frame[12] > (byte)FrameKind.Welcome && Interlocked.Increment(ref seen) % every == 0)
            {
                Interlocked.Increment(ref flips);
                var before = BinaryPrimitives.ReadInt32LittleEndian(frame);
                lock (random)
                {
                    frame[random.Next(random.Next(2) == 0 ? FrameHead.Size : frame.Length)] ^= (byte)(1 << random.Next(8));
                }

                // Its reader may wait for more than will ever come.
                stalled = BinaryPrimitives.ReadInt32LittleEndian(frame) > before ? pair.Wire.Connections : stalled;
            }

            return line.WriteAsync(frame, stopping);
        }

        // A synchronisation that is cut off begins anew: it needs as many good frames in a row as it has.
        await pair.Pair.StartInOrderAsync();
        (pair.OnSourceFrame, pair.OnTargetFrame) = (Flip, Flip);
        var replicating = pair.ReplicateAsync();
        await TestWire.UntilAsync(() =>
        {
            if (stalled == pair.Wire.Connections)
            {
                pair.Wire.Clock.Advance(RemoteTarget.Patience);
            }

            return replicating.IsCompleted;
        });
        await replicating;
        return flips;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_frame_that_gets_lost_is_a_link_that_is_down_in_time_and_the_session_goes_on(bool atSource)
    {
        for (var at = 2; at < 30; at += 3)
        {
            await using var pair = new WiredPair();
            var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            ValueTask Lose(int number, Stream line, byte[] frame, CancellationToken stopping)
            {
                if (number == at)
                {
                    lost.SetResult();
                    return ValueTask.CompletedTask;
                }

                return line.WriteAsync(frame, stopping);
            }

            pair.Spoil(atSource, Lose);
            var replicating = pair.ReplicateAsync();
            await Task.WhenAny(lost.Task, replicating).OrFail();
            if (!replicating.IsCompleted)
            {
                await pair.Wire.UntilReconnectedAsync(seen: 1);
            }

            await replicating.OrFail();
        }
    }

    [Fact]
    public async Task A_session_whose_far_end_takes_no_more_bytes_can_be_closed()
    {
        await using var pair = new WiredPair();
        var stuck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await pair.ReplicateAsync();
        pair.OnSourceFrame = (_, _, _, stopping) =>
        {
            stuck.TrySetResult();
            return new ValueTask(Task.Delay(Timeout.Infinite, stopping));
        };
        pair.Write(1);
        await stuck.Task.OrFail();

        await pair.Pair.StopAsync().OrFail();
        Assert.False(pair.Pair.Source.Marked().Bytes == 0);
    }

    [Fact]
    public async Task A_session_whose_far_end_ignores_that_it_is_stopped_can_be_closed()
    {
        await using var pair = new WiredPair();
        var (stuck, never) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        await pair.ReplicateAsync();
        pair.OnSourceFrame = async (_, _, _, _) =>
        {
            stuck.TrySetResult();
            await never.Task;
        };
        pair.Write(1);
        await stuck.Task.OrFail();

        await pair.Pair.StopAsync().OrFail();
        never.SetException(new IOException("At last."));
    }

    [Fact]
    public async Task A_full_target_is_told_of_and_replication_goes_on_when_there_is_room()
    {
        await using var pair = new WiredPair();
        await pair.ReplicateAsync();
        var session = pair.Pair.Session!;
        pair.Gate.OnCall = () => throw ErrorCatalogue.Exception("TargetFull", "disk");
        pair.Write(10);
        await TestWire.UntilAsync(() => session.Refusal is not null && session.Status.Mode == ReplicationMode.Disconnected);
        Assert.Equal("TargetFull", session.Refusal!.Id);

        pair.Gate.OnCall = null;
        await session.DrainAsync(Patience.Token).OrFail();
        Assert.Null(session.Refusal);
        Assert.Equal(1, pair.Wire.Connections);
        Assert.Empty(pair.Pair.Differences());
    }

    [Fact]
    public async Task A_target_that_is_broken_for_good_ends_the_session_and_says_why()
    {
        await using var pair = new WiredPair();
        pair.Gate.OnCall = () =>
        {
            if (!pair.Gate.Compared.IsEmpty)
            {
                throw ErrorCatalogue.Exception("JournalBroken", "folder");
            }
        };
        var session = pair.Pair.Start();

        Assert.Equal("JournalBroken", (await Assert.ThrowsAsync<AsrException>(() => session.WaitUntilInOrderAsync(Patience.Token).OrFail())).Error.Id);
        Assert.Equal("JournalBroken", session.Failure!.Id);
    }

    [Fact]
    public async Task Records_that_were_received_already_count_once()
    {
        // The answers to three batches get lost; what is sent again is skipped, and its points are not made twice.
        await using var pair = new WiredPair();
        await pair.ReplicateAsync();
        var lost = 0;
        pair.OnTargetFrame = async (_, line, frame, stopping) =>
        {
            if (frame[12] == (byte)FrameKind.Acknowledged && lost++ < 3)
            {
                await line.DisposeAsync();
                throw new IOException("The line is cut.");
            }

            await line.WriteAsync(frame, stopping);
        };
        var (received, moved) = (pair.Gate.BytesReceived, pair.Pair.Session!.Status.BytesMoved);
        pair.Write(3);
        await pair.Pair.Session!.MarkPointAsync(Guid.NewGuid(), "9", PointConsistency.CrashConsistent, Patience.Token).OrFail();

        Assert.True(lost > 3 && pair.Gate.BytesReceived - received > pair.Pair.Session.Status.BytesMoved - moved);
        Assert.Equal(9, pair.Pair.Journal.Points.Count(point => point.Label.Length > 0));
        Assert.Empty(pair.Pair.Differences());
    }
}
