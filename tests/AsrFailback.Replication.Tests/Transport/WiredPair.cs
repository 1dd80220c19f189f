using AsrFailback.Replication.Link;
using AsrFailback.Replication.Source;
using AsrFailback.Replication.Transport;

namespace AsrFailback.Replication.Tests;

/// <summary>Has the n-th frame of an end and decides what goes over the line.</summary>
internal delegate ValueTask FrameHand(int number, Stream line, byte[] frame, CancellationToken stopping);

/// <summary>A source and a target, with a real journal, that reach each other over a line whose frames can be spoilt.</summary>
internal sealed class WiredPair : IAsyncDisposable
{
    private readonly Random _random = new(9);
    private int _fromSource;
    private int _fromTarget;

    public WiredPair()
    {
        Pair = new PairBench(through: target =>
        {
            Gate = new TestLink(target);
            Wire = new TestWire(Gate, SourceBench.DiskBytes);
            Wire.AtSource = line => new TappedStream(line, (inner, frame, stopping) => OnSourceFrame(++_fromSource, inner, frame, stopping));
            Wire.AtTarget = line => new TappedStream(line, (inner, frame, stopping) => OnTargetFrame(++_fromTarget, inner, frame, stopping));
            return Wire.Remote;
        });
        Write(30);
    }

    public PairBench Pair { get; }

    /// <summary>Between the target's end of the line and the journal.</summary>
    public TestLink Gate { get; private set; } = null!;

    public TestWire Wire { get; private set; } = null!;

    /// <summary>What becomes of the n-th frame of the source, over all connections.</summary>
    public FrameHand OnSourceFrame { get; set; } = (_, line, frame, stopping) => line.WriteAsync(frame, stopping);

    /// <summary>What becomes of the n-th frame of the target, over all connections.</summary>
    public FrameHand OnTargetFrame { get; set; } = (_, line, frame, stopping) => line.WriteAsync(frame, stopping);

    /// <summary>Gives the frames of one end into other hands.</summary>
    public void Spoil(bool atSource, FrameHand hand)
    {
        if (atSource)
        {
            OnSourceFrame = hand;
        }
        else
        {
            OnTargetFrame = hand;
        }
    }

    public void Write(int count)
    {
        for (var write = 0; write < count; write++)
        {
            var disk = _random.Next(2);
            var length = 512 * _random.Next(1, 20);
            Pair.Machine.Write(disk, 512 * _random.NextInt64((SourceBench.DiskBytes[disk] - length) / 512), SourceBench.Bytes(length, _random.Next()));
        }
    }

    /// <summary>A first synchronisation, writes in order and points; fails unless the target is equal and lists them all.</summary>
    public async Task ReplicateAsync()
    {
        var session = Pair.Session ?? await Pair.StartInOrderAsync();
        string[] labels = [.. Enumerable.Range(1, 8).Select(point => $"{point}")];
        foreach (var label in labels)
        {
            Write(6);
            var failed = await Record.ExceptionAsync(() => session.MarkPointAsync(Guid.NewGuid(), label, PointConsistency.CrashConsistent, Patience.Token).OrFail());

            // A frame that was spoilt on its way ends the waiting; the mark stays queued.
            Assert.True(failed is null or AsrException { Error.Id: "LinkProtocol" or "ReplicationNotInOrder" }, $"{failed}");
        }

        Write(5);
        await session.DrainAsync(Patience.Token).OrFail();
        Assert.Empty(Pair.Differences());
        Assert.Equal(labels, Pair.Journal.Points.Select(point => point.Label).Where(label => label.Length > 0));
        Assert.Null(session.Failure);
    }

    public async ValueTask DisposeAsync()
    {
        await Pair.DisposeAsync();
        await Wire.DisposeAsync();
    }
}
