using System.Collections.Concurrent;

namespace AsrFailback.Replication.Transport;

/// <summary>One connection to a target: questions go out, a reader gives each answer to whoever asked. Thread-safe.</summary>
internal sealed class LinkConnection : IAsyncDisposable
{
    private readonly FrameStream _frames;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _patience;
    private readonly ConcurrentDictionary<uint, (FrameKind Expected, TaskCompletionSource<ReadOnlyMemory<byte>> Answer)> _asked = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _reading;
    private Exception? _end;
    private int _exchange;

    private LinkConnection(FrameStream frames, TimeProvider clock, TimeSpan patience)
    {
        (_frames, _clock, _patience) = (frames, clock, patience);
        _reading = ReadAsync();
    }

    /// <summary>Whether something can still be asked.</summary>
    public bool IsOpen => Volatile.Read(ref _end) is null;

    /// <summary>Bytes sent.</summary>
    public long BytesSent => _frames.BytesSent;

    /// <summary>Where payloads of records are put together; one batch at a time is sent.</summary>
    public RecordPayload RecordPayload { get; } = new();

    /// <summary>Greets the target; the stream belongs to the connection.</summary>
    /// <exception cref="AsrException">What the target has against it.</exception>
    public static async ValueTask<LinkConnection> OpenAsync(Stream stream, IReadOnlyList<long> diskBytes, TimeProvider clock, TimeSpan patience, CancellationToken cancellation)
    {
        var connection = new LinkConnection(new FrameStream(stream, clock), clock, patience);
        try
        {
            await connection.AskAsync(
                FrameKind.Welcome, (self, exchange) => self.WriteAsync(FrameKind.Hello, exchange, [LinkMessages.Hello(diskBytes)], cancellation), cancellation).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Asks and waits for the answer.</summary>
    /// <exception cref="AsrException">The answer is an error.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="TimeoutException">No answer came in time.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> AskAsync(FrameKind expected, Func<LinkConnection, uint, Task> ask, CancellationToken cancellation)
    {
        var exchange = (uint)Interlocked.Increment(ref _exchange);
        var answer = new TaskCompletionSource<ReadOnlyMemory<byte>>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[exchange] = (expected, answer);
        try
        {
            if (Volatile.Read(ref _end) is { } end)
            {
                throw end;
            }

            await ask(this, exchange).ConfigureAwait(false);
            return await answer.Task.WaitAsync(_patience, _clock, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _asked.TryRemove(exchange, out _);
        }
    }

    /// <summary>Writes a frame. After an error, and after a cancellation, the connection is of no more use.</summary>
    /// <exception cref="TimeoutException">The other end did not take it in time: its process was stopped, say.</exception>
    public Task WriteAsync(FrameKind kind, uint exchange, IReadOnlyList<ReadOnlyMemory<byte>> payload, CancellationToken cancellation) =>
        _frames.WriteAsync(kind, exchange, payload, cancellation).AsTask().WaitAsync(_patience, _clock, cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _frames.DisposeAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await _frames.ReadAsync(_ending.Token).ConfigureAwait(false) is { } frame)
            {
                Give(frame);
            }

            End(new IOException("The target closed the connection."));
        }
        catch (Exception end)
        {
            End(end is OperationCanceledException or ObjectDisposedException ? new IOException("The connection was closed.", end) : end);
        }
    }

    // An answer that nobody waits for any more is dropped.
    private void Give(Frame frame)
    {
        if (frame is { Kind: FrameKind.Refused, Exchange: 0 })
        {
            throw LinkMessages.Refusal(frame.Payload.Span);
        }

        if (!_asked.TryGetValue(frame.Exchange, out var asked))
        {
            return;
        }

        if (frame.Kind == asked.Expected)
        {
            asked.Answer.TrySetResult(frame.Payload);
        }
        else
        {
            asked.Answer.TrySetException(frame.Kind == FrameKind.Refused ? LinkMessages.Refusal(frame.Payload.Span) : LinkMessages.Invalid("an answer to another question"));
        }
    }

    private void End(Exception end)
    {
        Volatile.Write(ref _end, end);
        foreach (var (_, answer) in _asked.Values)
        {
            answer.TrySetException(end);
        }
    }
}
