using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Nbd;
using AsrFailback.Replication.Source;

namespace AsrFailback.Replication.Tests;

/// <summary>A machine with two disks on a simulated disk, served at a loopback port or where it is told to be.</summary>
internal sealed class NbdBench : IAsyncDisposable
{
    public static readonly string[] Names = ["disk0", "data"];

    private readonly Channel<NbdEnd> _ends = Channel.CreateUnbounded<NbdEnd>();
    private readonly ConcurrentQueue<Exception> _failures = new();
    private readonly bool _ownsMachine;

    /// <summary>Serves a machine of its own, perhaps over another view of the file system.</summary>
    public NbdBench(Func<IFileSystem, IFileSystem>? view = null, TimeProvider? clock = null, Socket? listener = null)
        : this(new SourceBench(), null, view, clock, listener)
    {
    }

    /// <summary>Serves the machine of somebody else.</summary>
    public NbdBench(SourceBench source, WriteSplitter machine)
        : this(source, machine, null, null, null)
    {
    }

    private NbdBench(SourceBench source, WriteSplitter? machine, Func<IFileSystem, IFileSystem>? view, TimeProvider? clock, Socket? listener)
    {
        _ownsMachine = machine is null;
        Source = source;
        Machine = machine ?? source.Open(view?.Invoke(source.Disk));
        listener ??= NbdListener.Loopback(0);
        Place = listener.LocalEndPoint!;
        Server = new NbdServer(listener, NbdExport.Of(Machine, Names), Ended, clock ?? TimeProvider.System);
    }

    public SourceBench Source { get; }

    public WriteSplitter Machine { get; }

    public EndPoint Place { get; }

    public NbdServer Server { get; }

    public NbdClient Begin(string export = "", bool structured = false) => NbdClient.Begin(Place, export, structured);

    /// <summary>Connects and greets.</summary>
    public NbdClient Greet()
    {
        var client = new NbdClient(Place);
        client.Greet();
        return client;
    }

    /// <summary>How the next connection ended.</summary>
    public Task<NbdEnd> NextEndAsync() => _ends.Reader.ReadAsync(Patience.Token).AsTask();

    /// <summary>What a disk holds now.</summary>
    public byte[] Content(int disk)
    {
        var content = new byte[SourceBench.DiskBytes[disk]];
        Machine.Read(disk, 0, content);
        return content;
    }

    /// <summary>What a disk holds after a power cut in which nothing survives that was not flushed.</summary>
    public byte[] ContentAfterPowerCut(int disk)
    {
        using var image = SourceBench.OpenDisks(Source.Disk.CrashKeepingNothing())[disk];
        return SourceBench.ReadAll(image);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync().AsTask().OrFail();
        if (_ownsMachine)
        {
            Machine.Dispose();
        }

        Assert.Empty(_failures);
    }

    private void Ended(NbdEnd end, Exception? failure)
    {
        if (failure is not null)
        {
            _failures.Enqueue(failure);
        }

        _ends.Writer.TryWrite(end);
    }
}
