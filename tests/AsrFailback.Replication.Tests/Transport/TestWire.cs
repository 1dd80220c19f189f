using System.Collections.Concurrent;
using AsrFailback.Replication.Link;
using AsrFailback.Replication.Transport;

namespace AsrFailback.Replication.Tests;

/// <summary>A target that is reached over a stream, both ends by a clock of the test's own, with faults between them.</summary>
internal sealed class TestWire : IAsyncDisposable
{
    private readonly TargetServer _server;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<MemoryEnd> _ends = [];

    public TestWire(IReplicationTarget target, IReadOnlyList<long> diskBytes, IReadOnlyList<long>? sourceBytes = null)
    {
        _server = new TargetServer(target, diskBytes, Clock);
        Remote = new RemoteTarget(ConnectAsync, sourceBytes ?? diskBytes, ("source", "target"), Clock);
    }

    public ManualClock Clock { get; } = new();

    public RemoteTarget Remote { get; }

    /// <summary>Put between the source's end and the line.</summary>
    public Func<Stream, Stream> AtSource { get; set; } = stream => stream;

    /// <summary>Put between the target's end and the line.</summary>
    public Func<Stream, Stream> AtTarget { get; set; } = stream => stream;

    /// <summary>What each connection came to at the target's end.</summary>
    public ConcurrentQueue<Task> Served { get; } = [];

    public int Connections => Served.Count;

    /// <summary>Ends of connections that were never closed.</summary>
    public int OpenEnds => _ends.Count(end => !end.IsDisposed);

    /// <summary>Time passes until the source gives its connection up and makes another.</summary>
    public Task UntilReconnectedAsync(int seen) => UntilAsync(() =>
    {
        Clock.Advance(RemoteTarget.Patience);
        return Connections > seen;
    });

    public static Task UntilAsync(Func<bool> condition) => Task.Run(async () =>
    {
        while (!condition())
        {
            await Task.Yield();
        }
    }).OrFail();

    public async ValueTask DisposeAsync()
    {
        await Remote.DisposeAsync().AsTask().OrFail();
        await _stop.CancelAsync();
        await Task.WhenAll(Served).ContinueWith(_ => { }, TaskScheduler.Default).OrFail();
        _stop.Dispose();
    }

    private ValueTask<Stream> ConnectAsync(CancellationToken cancellation)
    {
        var (here, there) = MemoryEnd.Connect();
        _ends.Add(here);
        _ends.Add(there);
        Served.Enqueue(Task.Run(() => _server.ServeAsync(AtTarget(there), _stop.Token), CancellationToken.None));
        return ValueTask.FromResult(AtSource(here));
    }
}
