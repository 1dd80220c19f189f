namespace AsrFailback.Replication.Nbd;

/// <summary>
/// What the client sends. Memory follows the bytes that arrived, not the lengths that were announced. Not thread-safe.
/// </summary>
internal sealed class Incoming(Stream stream)
{
    private const int FirstSize = 64 * 1024;

    private byte[] _buffer = new byte[FirstSize];

    /// <summary>Bytes of memory held.</summary>
    public int Held => _buffer.Length;

    /// <summary>Takes the next bytes of a message that has begun.</summary>
    /// <returns>The bytes, valid until the next call.</returns>
    /// <exception cref="ConnectionEnd"><see cref="NbdEnd.CutOff"/>.</exception>
    public ReadOnlySpan<byte> Take(int length) =>
        Fill(length) == length ? _buffer.AsSpan(0, length) : throw new ConnectionEnd(NbdEnd.CutOff);

    /// <summary>Takes the first bytes of a message.</summary>
    /// <returns>The bytes, valid until the next call.</returns>
    /// <exception cref="ConnectionEnd"><see cref="NbdEnd.Disconnected"/> when there is no further message.</exception>
    public ReadOnlySpan<byte> TakeFirst(int length) => Fill(length) switch
    {
        0 => throw new ConnectionEnd(NbdEnd.Disconnected),
        var filled when filled == length => _buffer.AsSpan(0, length),
        _ => throw new ConnectionEnd(NbdEnd.CutOff),
    };

    private int Fill(int length)
    {
        var filled = 0;
        while (filled < length)
        {
            if (filled == _buffer.Length)
            {
                Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, NbdLimits.MaxPayload));
            }

            var count = stream.Read(_buffer, filled, Math.Min(length, _buffer.Length) - filled);
            if (count == 0)
            {
                break;
            }

            filled += count;
        }

        return filled;
    }
}
