using AsrFailback.Core.Errors;
using AsrFailback.Replication.Link;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Transport;

/// <summary>
/// A batch of records that arrives frame by frame, and is taken while the rest of it is on its way. What follows a refusal is not
/// taken: it would leave a gap. Not thread-safe.
/// </summary>
/// <param name="target">Takes the records.</param>
internal sealed class IncomingBatch(IReplicationTarget target)
{
    /// <summary>Most bytes of data in one batch, zeros that are not sent as well; what a record takes in memory counts too.</summary>
    public const int MaxBytes = 40 << 20;

    private const int RecordOverhead = 128;
    private const int EnoughToTake = 4 << 20; // bytes: a flush for each of them costs little

    private readonly List<Frame> _frames = [];
    private readonly List<LogRecord> _records = [];
    private long _bytes;
    private long _bytesTaken;
    private LogPosition _position;
    private AsrError? _refused;

    /// <summary>Whether so much waits to be taken that nothing is gained by more.</summary>
    public bool IsWorthTaking => _bytes - _bytesTaken >= EnoughToTake;

    /// <summary>Adds the records of a frame.</summary>
    /// <exception cref="AsrException"><c>LinkProtocol</c>.</exception>
    public void Add(Frame frame)
    {
        _frames.Add(frame);
        foreach (var record in RecordPayload.Read(frame.Payload))
        {
            _records.Add(record);
            _bytes += record.Data.Length + RecordOverhead;
            if (_bytes > MaxBytes)
            {
                throw LinkMessages.Invalid("a batch that is too large");
            }
        }
    }

    /// <summary>Hands what was added to the target.</summary>
    public async ValueTask TakeAsync(CancellationToken cancellation)
    {
        try
        {
            _position = _refused is null ? await target.ReceiveAsync(_records, cancellation).ConfigureAwait(false) : _position;
        }
        catch (AsrException refusal)
        {
            _refused = refusal.Error;
        }

        _frames.ForEach(frame => frame.Release());
        _frames.Clear();
        _records.Clear();
        _bytesTaken = _bytes;
    }

    /// <summary>What the target says to all of it; the next frame belongs to another batch.</summary>
    public (FrameKind Kind, byte[] Payload) End()
    {
        (var refused, _refused) = (_refused, null);
        (_bytes, _bytesTaken) = (0, 0);
        return refused is null ? (FrameKind.Acknowledged, LinkMessages.Position(_position)) : (FrameKind.Refused, LinkMessages.Refusal(refused));
    }
}
