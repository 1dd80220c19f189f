using System.Buffers;
using AsrFailback.Core.Errors;

namespace AsrFailback.Replication.Transport;

/// <summary>
/// Frames over any duplex stream. Frames are written one at a time, by anybody, and read by one. A write that was cancelled
/// or failed leaves half a frame behind: nothing more can be said over the stream then.
/// </summary>
internal sealed class FrameStream(Stream stream, TimeProvider clock) : IAsyncDisposable
{
    private const int MostTogether = 256 << 10; // a larger payload is written from where it is

    private readonly SemaphoreSlim _writing = new(1);
    private readonly CompressionChoice _choice = new();
    private readonly byte[] _compressed = new byte[FrameHead.MaxPayload];
    private readonly byte[] _outgoing = new byte[FrameHead.Size + MostTogether];
    private readonly byte[] _head = new byte[FrameHead.Size];

    /// <summary>Bytes sent.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Writes a frame; its payload may be compressed where that is worth it.</summary>
    public async ValueTask WriteAsync(FrameKind kind, uint exchange, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var sent = IsBulk(kind) && TryCompress(payload.Span, out var length) ? _compressed.AsMemory(0, length) : payload;
            var encoding = sent.Length < payload.Length ? FrameEncoding.Brotli : FrameEncoding.Stored;
            new FrameHead(kind, encoding, exchange, sent.Length, payload.Length).Write(_outgoing, sent.Span);
            var together = sent.Length <= MostTogether ? sent.Length : 0;
            sent[..together].CopyTo(_outgoing.AsMemory(FrameHead.Size));
            var began = clock.GetTimestamp();
            await stream.WriteAsync(_outgoing.AsMemory(0, FrameHead.Size + together), cancellation).ConfigureAwait(false);
            if (together < sent.Length)
            {
                await stream.WriteAsync(sent, cancellation).ConfigureAwait(false);
            }

            await stream.FlushAsync(cancellation).ConfigureAwait(false);
            if (IsBulk(kind))
            {
                _choice.Sent(FrameHead.Size + sent.Length, clock.GetElapsedTime(began).TotalSeconds);
            }

            BytesSent += FrameHead.Size + sent.Length;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>The next frame; null when the other side has closed the stream between two frames.</summary>
    /// <exception cref="AsrException"><c>LinkProtocol</c>.</exception>
    /// <exception cref="EndOfStreamException">It ended within a frame.</exception>
    public async ValueTask<Frame?> ReadAsync(CancellationToken cancellation)
    {
        var read = await stream.ReadAtLeastAsync(_head, _head.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        if (read < _head.Length)
        {
            return read == 0 ? null : throw new EndOfStreamException();
        }

        var head = FrameHead.Read(_head);
        if (IsBulk(head.Kind) && head.Encoding == FrameEncoding.Stored)
        {
            var pooled = ArrayPool<byte>.Shared.Rent(head.Length);
            var payload = pooled.AsMemory(0, head.Length);
            await stream.ReadExactlyAsync(payload, cancellation).ConfigureAwait(false);
            FrameHead.RequireIntact(_head, payload.Span);
            return new Frame(head.Kind, head.Exchange, payload) { Pooled = pooled };
        }

        var sent = GC.AllocateUninitializedArray<byte>(head.Length);
        await stream.ReadExactlyAsync(sent, cancellation).ConfigureAwait(false);
        FrameHead.RequireIntact(_head, sent);
        return new Frame(head.Kind, head.Exchange, head.Encoding == FrameEncoding.Stored ? sent : Compressed.Decode(sent, head.RawLength));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await stream.DisposeAsync().ConfigureAwait(false);

    private static bool IsBulk(FrameKind kind) => kind is FrameKind.Records or FrameKind.LastRecords;

    private bool TryCompress(ReadOnlySpan<byte> payload, out int length)
    {
        length = 0;
        if (!_choice.ShouldCompress)
        {
            return false;
        }

        var began = clock.GetTimestamp();
        var smaller = Compressed.TryEncode(payload, _compressed, out length);
        _choice.Encoded(payload.Length, clock.GetElapsedTime(began).TotalSeconds);
        return smaller;
    }
}
