using AsrFailback.Core.Errors;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Link;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Transport;

/// <summary>
/// The source's end of a link: a target that is reached over a stream. It connects when it is asked something and is not
/// connected; a connection that breaks, or an answer that does not come in time, is <c>LinkDown</c>. Thread-safe.
/// </summary>
public sealed class RemoteTarget : IReplicationTarget, IAsyncDisposable
{
    /// <summary>How long a frame, and then its answer, may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Func<CancellationToken, ValueTask<Stream>> _connect;
    private readonly IReadOnlyList<long> _diskBytes;
    private readonly (string Source, string Target) _names;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _connecting = new(1);
    private LinkConnection? _connection;
    private int _closed;

    /// <summary>Describes the link; nothing is connected yet.</summary>
    /// <param name="connect">Makes a stream to the target.</param>
    /// <param name="diskBytes">Sizes of the source's disks, bytes.</param>
    /// <param name="names">Both ends, for messages.</param>
    /// <param name="clock">Measures the link and limits answers.</param>
    public RemoteTarget(Func<CancellationToken, ValueTask<Stream>> connect, IReadOnlyList<long> diskBytes, (string Source, string Target) names, TimeProvider clock) =>
        (_connect, _diskBytes, _names, _clock) = (connect, diskBytes, names, clock);

    /// <summary>Bytes sent over the present connection, frames and all.</summary>
    public long BytesSent => _connection?.BytesSent ?? 0;

    /// <inheritdoc/>
    public async ValueTask<LogPosition> ReceiveAsync(IReadOnlyList<LogRecord> records, CancellationToken cancellation) =>
        LinkMessages.Position((await AskAsync(FrameKind.Acknowledged, (connection, exchange) => SendAsync(connection, exchange, records, cancellation), cancellation)
            .ConfigureAwait(false)).Span);

    /// <inheritdoc/>
    public async ValueTask<byte[]> GetDigestsAsync(int disk, IReadOnlyList<long> blocks, CancellationToken cancellation)
    {
        var digests = await AskAsync(
            FrameKind.Digests, (connection, exchange) => connection.WriteAsync(FrameKind.DigestsWanted, exchange, [LinkMessages.BlocksOf(disk, blocks)], cancellation), cancellation)
            .ConfigureAwait(false);
        return digests.Length == blocks.Count * Blocks.DigestSize ? digests.ToArray() : throw LinkMessages.Invalid("other digests than were asked for");
    }

    /// <inheritdoc/>
    public async ValueTask<long> NextDataAsync(int disk, long firstBlock, CancellationToken cancellation) =>
        LinkMessages.Block((await AskAsync(
            FrameKind.Data, (connection, exchange) => connection.WriteAsync(FrameKind.DataWanted, exchange, [LinkMessages.BlocksOf(disk, [firstBlock])], cancellation), cancellation)
            .ConfigureAwait(false)).Span);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Interlocked.Exchange(ref _closed, 1);
        await CloseConnectionAsync().ConfigureAwait(false);
    }

    private static async Task SendAsync(LinkConnection connection, uint exchange, IReadOnlyList<LogRecord> records, CancellationToken cancellation)
    {
        var payload = connection.RecordPayload;
        var next = 0;
        do
        {
            next += payload.Fill(records, next);
            await connection.WriteAsync(next < records.Count ? FrameKind.Records : FrameKind.LastRecords, exchange, payload.Pieces, cancellation).ConfigureAwait(false);
        }
        while (next < records.Count);
    }

    private async ValueTask<ReadOnlyMemory<byte>> AskAsync(FrameKind expected, Func<LinkConnection, uint, Task> ask, CancellationToken cancellation)
    {
        var connection = await ConnectedAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await connection.AskAsync(expected, ask, cancellation).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException or TimeoutException)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw ErrorCatalogue.Caused(broken, "LinkDown", _names.Source, _names.Target);
        }
        catch (Exception unusable) when (unusable is OperationCanceledException or AsrException { Error.Id: "LinkProtocol" })
        {
            // Half a frame may have been sent, or nobody knows what comes next.
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask<LinkConnection> ConnectedAsync(CancellationToken cancellation)
    {
        await _connecting.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_connection is not { IsOpen: true })
            {
                await CloseConnectionAsync().ConfigureAwait(false); // one that ended while nobody asked
                _connection = await LinkConnection.OpenAsync(await _connect(cancellation).ConfigureAwait(false), _diskBytes, _clock, Patience, cancellation).ConfigureAwait(false);
            }

            if (Interlocked.CompareExchange(ref _closed, 0, 0) != 0)
            {
                await CloseConnectionAsync().ConfigureAwait(false);
                throw new ObjectDisposedException(nameof(RemoteTarget));
            }

            return _connection;
        }
        catch (Exception broken) when (broken is IOException or System.Net.Sockets.SocketException or TimeoutException or ObjectDisposedException)
        {
            throw ErrorCatalogue.Caused(broken, "LinkDown", _names.Source, _names.Target);
        }
        finally
        {
            _connecting.Release();
        }
    }

    private async ValueTask CloseConnectionAsync()
    {
        if (_connection is { } connection)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }
}
