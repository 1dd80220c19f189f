using System.Buffers;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Transport;

/// <summary>
/// Frames over any duplex stream. Frames are written one at a time, by anybody, and read by one. A write that was cancelled
/// or failed leaves half a frame behind: nothing more can be said over the stream then.
/// </summary>
internal sealed class FrameStream(Stream stream, TimeProvider clock) : IAsyncDisposable
{
    private const int MostTogether = 256 << 10; // bytes: a larger piece is written from where it is
    private const int WorthReusing = 64 << 10; // bytes of a payload whose memory is used again

    // Of several sizes: a piece is kept for as long as anything in it is being written.
    private static readonly AlignedMemory[] Payloads = [new(128 << 10), new(256 << 10), new(512 << 10), new(FrameHead.MaxPayload)];

    private readonly SemaphoreSlim _writing = new(1);
    private readonly CompressionChoice _choice = new();
    private readonly byte[] _compressed = new byte[FrameHead.MaxPayload];
    private readonly byte[] _outgoing = new byte[MostTogether];
    private readonly byte[] _head = new byte[FrameHead.Size];

    /// <summary>Bytes sent.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Writes a frame; its payload, one piece behind the other, may be compressed where that is worth it.</summary>
    public async ValueTask WriteAsync(FrameKind kind, uint exchange, IReadOnlyList<ReadOnlyMemory<byte>> payload, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var rawLength = (int)Pieces.LengthOf(payload);
            IReadOnlyList<ReadOnlyMemory<byte>> sent = IsBulk(kind) && TryCompress(payload, rawLength) is { } compressed ? [compressed] : payload;
            var length = (int)Pieces.LengthOf(sent);
            var encoding = length < rawLength ? FrameEncoding.Brotli : FrameEncoding.Stored;
            new FrameHead(kind, encoding, exchange, length, rawLength).Write(_outgoing, sent);
            var began = clock.GetTimestamp();
            await SendAsync(sent, cancellation).ConfigureAwait(false);
            if (IsBulk(kind))
            {
                _choice.Sent(FrameHead.Size + length, clock.GetElapsedTime(began).TotalSeconds);
            }

            BytesSent += FrameHead.Size + length;
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
        if (IsBulk(head.Kind) && head.Encoding == FrameEncoding.Stored && head.Length >= WorthReusing)
        {
            var payload = Payloads.First(pool => pool.Size >= head.Length).Rent().Memory[^head.Length..]; // its end is aligned, and so is data of whole sectors
            await stream.ReadExactlyAsync(payload, cancellation).ConfigureAwait(false);
            FrameHead.RequireIntact(_head, payload.Span);
            return new Frame(head.Kind, head.Exchange, payload);
        }

        var sent = GC.AllocateUninitializedArray<byte>(head.Length);
        await stream.ReadExactlyAsync(sent, cancellation).ConfigureAwait(false);
        FrameHead.RequireIntact(_head, sent);
        return new Frame(head.Kind, head.Exchange, head.Encoding == FrameEncoding.Stored ? sent : Compressed.Decode(sent, head.RawLength));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await stream.DisposeAsync().ConfigureAwait(false);

    private static bool IsBulk(FrameKind kind) => kind is FrameKind.Records or FrameKind.LastRecords;

    // The head is the beginning of what goes out already.
    private async ValueTask SendAsync(IReadOnlyList<ReadOnlyMemory<byte>> payload, CancellationToken cancellation)
    {
        var filled = FrameHead.Size;
        foreach (var piece in payload)
        {
            if (filled + piece.Length > MostTogether)
            {
                await SendTogetherAsync(filled, cancellation).ConfigureAwait(false);
                filled = 0;
            }

            if (piece.Length > MostTogether)
            {
                await stream.WriteAsync(piece, cancellation).ConfigureAwait(false);
            }
            else
            {
                piece.CopyTo(_outgoing.AsMemory(filled));
                filled += piece.Length;
            }
        }

        await SendTogetherAsync(filled, cancellation).ConfigureAwait(false);
        await stream.FlushAsync(cancellation).ConfigureAwait(false);
    }

    // To some streams a write of nothing means something.
    private ValueTask SendTogetherAsync(int filled, CancellationToken cancellation) =>
        filled > 0 ? stream.WriteAsync(_outgoing.AsMemory(0, filled), cancellation) : ValueTask.CompletedTask;

    private ReadOnlyMemory<byte>? TryCompress(IReadOnlyList<ReadOnlyMemory<byte>> payload, int rawLength)
    {
        if (!_choice.ShouldCompress)
        {
            return null;
        }

        var began = clock.GetTimestamp();
        var joined = ArrayPool<byte>.Shared.Rent(rawLength);
        Pieces.Write((offset, bytes) => bytes.CopyTo(joined.AsSpan((int)offset)), 0, payload);
        var smaller = Compressed.TryEncode(joined.AsSpan(0, rawLength), _compressed, out var length);
        ArrayPool<byte>.Shared.Return(joined);
        _choice.Encoded(rawLength, clock.GetElapsedTime(began).TotalSeconds);
        if (!smaller)
        {
            return null;
        }

        return _compressed.AsMemory(0, length);
    }
}
