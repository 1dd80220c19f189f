using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Link;
using AsrFailback.Replication.Source;
using AsrFailback.Replication.Transport;

namespace AsrFailback.Bench.Replication;

/// <summary>
/// The source's end in a process of its own: a machine's write splitter that replicates through a unix socket. <c>open</c> an
/// image with everything or nothing marked, <c>write</c> blocks, <c>replicate</c> until the target follows in order,
/// <c>stop</c> that, <c>latency</c> of flushed writes, <c>close</c>.
/// </summary>
internal sealed class SourceRole(string folder, string socket) : IRole
{
    /// <summary>Bytes that the socket takes before the target has read them: some frames, so that neither end waits for the other at each.</summary>
    public const int SendBuffer = 4 << 20;

    private readonly LocalFileSystem _files = new();
    private WriteSplitter? _machine;
    private RemoteTarget? _target;
    private ReplicationSession? _session;
    private uint _generation;

    private string Intents => Path.Combine(folder, "intents.map");

    public static Command Create() => RoleProcess.CommandOf("source", (folder, socket) => new SourceRole(folder, socket));

    public async ValueTask DisposeAsync() => await CloseAsync();

    public async Task<string> AnswerAsync(string[] question)
    {
        switch (question)
        {
            case ["open", var image, var marked]:
                Open(image, everything: marked == "full");
                break;
            case ["write", var blocks, var seed]:
                DirtyBlocks.Write(_machine!.DiskBytes[0], int.Parse(blocks, CultureInfo.InvariantCulture), int.Parse(seed, CultureInfo.InvariantCulture),
                    (offset, bytes) => _machine.Write(0, offset, bytes));
                _machine.Flush();
                break;
            case ["replicate"]:
                _session = new ReplicationSession(_machine!, _target!, TimeProvider.System);
                await _session.WaitUntilInOrderAsync(CancellationToken.None);
                return _session.Status.SyncBytesMoved.ToString(CultureInfo.InvariantCulture);
            case ["drain"]:
                await _session!.DrainAsync(CancellationToken.None);
                break;
            case ["latency", var writes]:
                return (await PacedWriter.P99SecondsAsync(_machine!, int.Parse(writes, CultureInfo.InvariantCulture))).ToString("R", CultureInfo.InvariantCulture);
            case ["stop"]:
                await StopAsync();
                break;
            case ["close"]:
                await CloseAsync();
                break;
            default:
                throw new InvalidOperationException(string.Join(' ', question));
        }

        return "done";
    }

    private void Open(string image, bool everything)
    {
        Directory.CreateDirectory(folder);
        var disk = RawImage.Open(_files, image, writable: true);
        long[] sizes = [disk.Length];
        IntentBitmap.Save(_files, Intents, everything ? RegionMap.Full(sizes) : new RegionMap(sizes));
        _machine = new WriteSplitter([disk], IntentBitmap.Open(_files, Intents, sizes, writable: true)!, new OpenFence(), ++_generation, TimeProvider.System);
        _target = new RemoteTarget(ConnectAsync, sizes, ("source", "target"), TimeProvider.System);
    }

    private async ValueTask<Stream> ConnectAsync(CancellationToken cancellation)
    {
        var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { SendBufferSize = SendBuffer };
        await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
        return new NetworkStream(connection, ownsSocket: true);
    }

    private async Task StopAsync()
    {
        if (_session is not null)
        {
            await _session.DisposeAsync();
            _session = null;
        }
    }

    private async Task CloseAsync()
    {
        await StopAsync();
        if (_target is not null)
        {
            await _target.DisposeAsync();
        }

        _machine?.Dispose();
        (_machine, _target) = (null, null);
    }

    private sealed class OpenFence : IWriteFence
    {
        public void RequireWritable()
        {
        }
    }
}
