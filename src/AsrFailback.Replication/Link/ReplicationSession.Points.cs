using AsrFailback.Core.Errors;
using AsrFailback.Replication.Log;
using AsrFailback.Replication.Source;

namespace AsrFailback.Replication.Link;

/// <content>Points that are marked at the source and waited for until the target lists them.</content>
public sealed partial class ReplicationSession
{
    private readonly Dictionary<Guid, bool> _awaited = [];

    /// <summary>Takes a point and waits until the target lists it.</summary>
    /// <exception cref="AsrException"><c>ReplicationNotInOrder</c>, or why the session ended.</exception>
    public async Task<RecoveryPoint> MarkPointAsync(Guid id, string label, PointConsistency consistency, CancellationToken cancellation)
    {
        Expect(id);
        try
        {
            var point = WriteSplitter.QueueCommonPoint([_source], id, label, consistency)[0];
            return point is not null && await IsListedAsync(point, whenDown: true, cancellation).ConfigureAwait(false)
                ? point
                : throw (_refusal is { } refusal ? new AsrException(refusal) : ErrorCatalogue.Exception("ReplicationNotInOrder", label, Status.Mode));
        }
        finally
        {
            Forget(id);
        }
    }

    /// <summary>Takes one point across several machines and waits until their targets list it.</summary>
    /// <returns>
    /// The point of each machine, in the order given; null where it does not follow in order, or lost the mark. A machine whose
    /// link goes down does not hold up the others: its target may list the point later.
    /// </returns>
    public static async Task<IReadOnlyList<RecoveryPoint?>> MarkCommonPointAsync(
        IReadOnlyList<ReplicationSession> sessions, Guid id, string label, PointConsistency consistency, CancellationToken cancellation)
    {
        foreach (var session in sessions)
        {
            session.Expect(id);
        }

        try
        {
            var points = WriteSplitter.QueueCommonPoint([.. sessions.Select(session => session._source)], id, label, consistency);
            var alone = sessions.Count == 1;
            return await Task.WhenAll(sessions.Zip(points, (session, point) => session.ListedOrNullAsync(point, alone, cancellation))).ConfigureAwait(false);
        }
        finally
        {
            foreach (var session in sessions)
            {
                session.Forget(id);
            }
        }
    }

    private async Task<RecoveryPoint?> ListedOrNullAsync(RecoveryPoint? point, bool alone, CancellationToken cancellation)
    {
        try
        {
            return point is not null && await IsListedAsync(point, whenDown: alone, cancellation).ConfigureAwait(false) ? point : null;
        }
        catch (AsrException)
        {
            return null; // its session ended, and says why
        }
    }

    // A queue that overflowed took the mark with it; the synchronisation that followed knows nothing of it. A target that takes
    // nothing is not waited for: it may be full for days.
    private async Task<bool> IsListedAsync(RecoveryPoint point, bool whenDown, CancellationToken cancellation)
    {
        await WaitAsync(
            () => _awaited[point.Id] || _synchronisedFrom > point.Position || _refusal is not null || (!whenDown && _status.Mode == ReplicationMode.Disconnected),
            cancellation).ConfigureAwait(false);
        lock (_lock)
        {
            return _awaited[point.Id];
        }
    }

    // Before its mark is queued, so that no acknowledgement is missed; nothing is kept of a mark that nobody waits for.
    private void Expect(Guid point)
    {
        lock (_lock)
        {
            _awaited.Add(point, false);
        }
    }

    private void Forget(Guid point)
    {
        lock (_lock)
        {
            _awaited.Remove(point);
        }
    }

    private void Remember(IEnumerable<LogRecord> marks)
    {
        lock (_lock)
        {
            foreach (var mark in marks.Where(mark => _awaited.ContainsKey(mark.Point!.Id)))
            {
                _awaited[mark.Point!.Id] = true;
            }
        }
    }
}
