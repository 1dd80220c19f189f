using System.Net.Sockets;

namespace AsrFailback.Replication.Nbd;

/// <summary>
/// Serves the disks of a machine to NBD clients. Every connection has a thread of its own, because calls of the disk
/// block. Thread-safe.
/// </summary>
public sealed class NbdServer : IAsyncDisposable
{
    private readonly object _lock = new();
    private readonly Dictionary<Socket, Task> _clients = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _listener;
    private readonly IReadOnlyList<NbdExport> _exports;
    private readonly Action<NbdEnd, Exception?> _ended;
    private readonly TimeProvider _clock;
    private Task? _stopping;

    /// <summary>Begins to serve.</summary>
    /// <param name="listener">A listening socket, owned from now on.</param>
    /// <param name="exports">What is served, at least one; the first one is the default.</param>
    /// <param name="ended">Told how each connection ended, with the cause of <see cref="NbdEnd.Failed"/>; on any thread, must not throw.</param>
    /// <param name="clock">Time of <see cref="NbdLimits.DrainTime"/>.</param>
    public NbdServer(Socket listener, IReadOnlyList<NbdExport> exports, Action<NbdEnd, Exception?> ended, TimeProvider clock)
    {
        (_listener, _exports, _ended, _clock) = (listener, exports, ended, clock);
        Listening = ListenAsync();
    }

    /// <summary>Ends when the server stops, and fails with a <see cref="SocketException"/> when it can take no more connections.</summary>
    public Task Listening { get; }

    /// <summary>
    /// Takes no further connections and requests, lets those that have begun finish, and closes every connection; the ones
    /// whose client does not take its reply within <see cref="NbdLimits.DrainTime"/> are cut off.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            return new ValueTask(_stopping ??= StopAsync());
        }
    }

    private async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        var ends = Task.WhenAll(ForEachClient(client => client.Shutdown(SocketShutdown.Receive)));
        try
        {
            await ends.WaitAsync(NbdLimits.DrainTime, _clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            ForEachClient(client => client.Dispose());
            await ends.ConfigureAwait(false);
        }

        _stop.Dispose();
    }

    private async Task ListenAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Welcome(await _listener.AcceptAsync(_stop.Token).ConfigureAwait(false));
            }
            catch (SocketException gone) when (gone.SocketErrorCode == SocketError.ConnectionAborted)
            {
                // The client left before it was welcomed.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void Welcome(Socket client)
    {
        lock (_lock)
        {
            if (_clients.Count < NbdLimits.MaxConnections)
            {
                _clients.Add(client, Task.Factory.StartNew(() => Serve(client), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
                return;
            }
        }

        client.Dispose();
        _ended(NbdEnd.TooManyConnections, null);
    }

    private void Serve(Socket client)
    {
        using var stream = new NetworkStream(client, ownsSocket: true);
        var (end, failure) = NbdConnection.Run(stream, _exports, () => _stop.IsCancellationRequested);
        lock (_lock)
        {
            _clients.Remove(client);
        }

        _ended(end, failure);
    }

    // A client that leaves at the same moment has closed its socket already.
    private Task[] ForEachClient(Action<Socket> action)
    {
        lock (_lock)
        {
            foreach (var client in _clients.Keys)
            {
                try
                {
                    action(client);
                }
                catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
                {
                }
            }

            return [.. _clients.Values];
        }
    }
}
