using System.CommandLine;
using System.Net.Sockets;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Transport;

namespace AsrFailback.Bench.Replication;

/// <summary>
/// The target's end in a process of its own: a retention journal behind a unix socket. <c>open</c> an image and its journal,
/// <c>forget</c> the digests first, <c>settle</c> everything received, <c>close</c>.
/// </summary>
internal sealed class TargetRole(string folder, string socket) : IRole
{
    private readonly LocalFileSystem _files = new();
    private readonly CancellationTokenSource _stop = new();
    private RetentionJournal? _journal;
    private Socket? _listener;
    private Task _serving = Task.CompletedTask;

    public static Command Create() => RoleProcess.CommandOf("target", (folder, socket) => new TargetRole(folder, socket));

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _stop.Dispose();
    }

    public async Task<string> AnswerAsync(string[] question)
    {
        switch (question)
        {
            case ["open", var image]:
                Open(image);
                break;
            case ["forget"]:
                RetentionJournal.ForgetDigests(_files, folder);
                break;
            case ["settle"]:
                _journal!.Settle();
                break;
            case ["complete"]:
                _journal!.CompleteDigests();
                break;
            case ["close"]:
                await CloseAsync();
                break;
            default:
                throw new InvalidOperationException(string.Join(' ', question));
        }

        return "done";
    }

    private void Open(string image)
    {
        RetentionJournal.Create(_files, folder);
        var disk = RawImage.Open(_files, image, writable: true);
        _journal = RetentionJournal.Open(_files, folder, folder, [disk]);
        File.Delete(socket);
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(socket));
        _listener.Listen(1);
        _serving = ServeAsync(_listener, new TargetServer(_journal, [disk.Length], TimeProvider.System));
    }

    private async Task ServeAsync(Socket listener, TargetServer server)
    {
        try
        {
            while (true)
            {
                await server.ServeAsync(new NetworkStream(await listener.AcceptAsync(_stop.Token), ownsSocket: true), _stop.Token);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task CloseAsync()
    {
        _listener?.Dispose();
        await _serving;
        _journal?.Dispose();
        (_listener, _journal) = (null, null);
    }
}
