namespace AsrFailback.Replication.Transport;

/// <summary>
/// Whether compressing pays: it does while the link is slower than the encoder. Both rates are measured, newer figures
/// counting more. The link is always measured; the encoder while it works, so that it is tried again now and then where it
/// had been found too slow. Not thread-safe: whoever writes to the link asks.
/// </summary>
internal sealed class CompressionChoice
{
    /// <summary>Bytes a second that the encoder is taken for before it has been measured.</summary>
    public const double AssumedEncoderRate = 200e6;

    private const int TryAgainAfter = 256; // payloads

    private Measured _encoder = new(FrameHead.MaxPayload, FrameHead.MaxPayload / AssumedEncoderRate);
    private Measured _link;
    private int _stored;

    /// <summary>Whether the next payload is to be compressed.</summary>
    public bool ShouldCompress => _link.Rate < _encoder.Rate || (_stored >= TryAgainAfter && _link.Rate < AssumedEncoderRate);

    /// <summary>So many bytes were sent in so many seconds.</summary>
    public void Sent(long bytes, double seconds)
    {
        _stored++;
        _link = _link.And(bytes, seconds);
    }

    /// <summary>So many bytes were compressed in so many seconds, whatever became of them.</summary>
    public void Encoded(long bytes, double seconds)
    {
        _stored = 0;
        _encoder = _encoder.And(bytes, seconds);
    }

    // Bytes and seconds are summed up apart: what a buffer takes at once must not outweigh what the link was waited for.
    private readonly record struct Measured(double Bytes, double Seconds)
    {
        private const double Weight = 0.2;

        public double Rate => Seconds > 0 ? Bytes / Seconds : double.PositiveInfinity;

        public Measured And(long bytes, double seconds) => new((Bytes * (1 - Weight)) + bytes, (Seconds * (1 - Weight)) + seconds);
    }
}
