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

    private const double Weight = 0.2;
    private const int TryAgainAfter = 256; // payloads

    private double _encoderRate = AssumedEncoderRate;
    private double _linkRate = double.PositiveInfinity;
    private int _stored;

    /// <summary>Whether the next payload is to be compressed.</summary>
    public bool ShouldCompress => _linkRate < _encoderRate || (_stored >= TryAgainAfter && _linkRate < AssumedEncoderRate);

    /// <summary>So many bytes were sent in so many seconds.</summary>
    public void Sent(long bytes, double seconds)
    {
        _stored++;
        Learn(ref _linkRate, bytes, seconds);
    }

    /// <summary>So many bytes were compressed in so many seconds, whatever became of them.</summary>
    public void Encoded(long bytes, double seconds)
    {
        _stored = 0;
        Learn(ref _encoderRate, bytes, seconds);
    }

    private static void Learn(ref double rate, long bytes, double seconds)
    {
        var now = bytes / Math.Max(seconds, 1e-9);
        rate = double.IsPositiveInfinity(rate) ? now : (rate * (1 - Weight)) + (now * Weight);
    }
}
