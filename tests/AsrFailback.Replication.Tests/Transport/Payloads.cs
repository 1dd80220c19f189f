using AsrFailback.Replication.Log;
using AsrFailback.Replication.Transport;

namespace AsrFailback.Replication.Tests;

/// <summary>Payloads of frames as bytes.</summary>
internal static class Payloads
{
    /// <summary>A payload in one piece.</summary>
    public static byte[] Joined(this RecordPayload payload) => [.. payload.Pieces.SelectMany(piece => piece.ToArray())];

    /// <summary>The payload of a record.</summary>
    public static byte[] Of(LogRecord record)
    {
        var payload = new RecordPayload();
        payload.Fill([record], 0);
        return payload.Joined();
    }
}
