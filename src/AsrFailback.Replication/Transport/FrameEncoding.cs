using System.IO.Compression;
using AsrFailback.Core.Errors;

namespace AsrFailback.Replication.Transport;

/// <summary>How the payload of a frame is sent.</summary>
internal enum FrameEncoding : byte
{
    /// <summary>As it is.</summary>
    Stored = 0,

    /// <summary>RFC 7932, by the framework.</summary>
    Brotli = 1,
}

/// <summary>Compressed payloads. Thread-safe.</summary>
internal static class Compressed
{
    private const int Quality = 1; // of 0 to 11: about 200 MB/s; the next one is half as fast for a few percent
    private const int Window = 18; // 256 KiB: a payload is not much more

    /// <summary>Compresses a payload, when that makes it smaller by a tenth at least.</summary>
    public static bool TryEncode(ReadOnlySpan<byte> payload, Span<byte> buffer, out int length) =>
        BrotliEncoder.TryCompress(payload, buffer[..Math.Min(buffer.Length, payload.Length - (payload.Length / 10))], out length, Quality, Window);

    /// <summary>The payload as it was; never more than was announced.</summary>
    /// <exception cref="AsrException"><c>LinkProtocol</c>.</exception>
    public static byte[] Decode(ReadOnlySpan<byte> sent, int rawLength)
    {
        var payload = GC.AllocateUninitializedArray<byte>(rawLength);
        if (!BrotliDecoder.TryDecompress(sent, payload, out var written) || written != rawLength)
        {
            throw ErrorCatalogue.Exception("LinkProtocol", "a frame that cannot be unpacked");
        }

        return payload;
    }
}
