using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Source;

/// <content>One point across several machines, none of which waits for the disk of another.</content>
public sealed partial class WriteSplitter
{
    /// <summary>
    /// How long a write under way is waited for, machine by machine, before a point; and how long all machines are held together
    /// for it at most.
    /// </summary>
    public static readonly TimeSpan RestLimit = TimeSpan.FromSeconds(1);

    private volatile bool _missedPoint;

    /// <summary>Whether the last point was taken without this machine, because a write of it did not end within <see cref="RestLimit"/>.</summary>
    public bool MissedPoint => _missedPoint;

    /// <summary>
    /// Queues one point across all disks of several machines at one instant: while it is made none of those that get it writes, so
    /// that a write of one that followed an acknowledged write of another is never in the point without it.
    /// </summary>
    /// <returns>
    /// The point of each machine, in the order given, all with the same id and time; null where a machine does not follow in
    /// order, or did not come to rest (<see cref="MissedPoint"/>).
    /// </returns>
    internal static IReadOnlyList<RecoveryPoint?> QueueCommonPoint(IReadOnlyList<WriteSplitter> machines, Guid id, string label, PointConsistency consistency) =>
        QueueCommonPoint(machines, id, label, consistency, RestLimit);

    internal static IReadOnlyList<RecoveryPoint?> QueueCommonPoint(
        IReadOnlyList<WriteSplitter> machines, Guid id, string label, PointConsistency consistency, TimeSpan limit)
    {
        LogRecord.RequireLabel(label);
        var held = new List<WriteSplitter>();
        try
        {
            Hold(Resting(machines, limit), limit, held);
            var now = machines.Count == 0 ? default : machines[0]._clock.GetUtcNow();
            return [.. machines.Select(machine => (machine._missedPoint = !held.Contains(machine)) ? null : machine.AddPoint(id, now, label, consistency))];
        }
        finally
        {
            held.ForEach(machine => Monitor.Exit(machine._lock));
        }
    }

    // One after the other, holding none: a disk that hangs is found here, while every machine writes.
    private static List<WriteSplitter> Resting(IReadOnlyList<WriteSplitter> machines, TimeSpan limit) => [.. machines.Where(machine =>
    {
        var resting = Monitor.TryEnter(machine._lock, limit);
        if (resting)
        {
            Monitor.Exit(machine._lock);
        }

        return resting;
    })];

    // Whoever takes several locks takes them in the order in which the machines were opened, and lets them go in time.
    private static void Hold(List<WriteSplitter> machines, TimeSpan limit, List<WriteSplitter> held)
    {
        var since = machines.Count == 0 ? 0 : machines[0]._clock.GetTimestamp();
        foreach (var machine in machines.OrderBy(machine => machine._lockOrder))
        {
            var left = limit - machine._clock.GetElapsedTime(since);
            if (Monitor.TryEnter(machine._lock, left > TimeSpan.Zero ? left : TimeSpan.Zero))
            {
                held.Add(machine);
            }
        }
    }

    private RecoveryPoint? AddPoint(Guid id, DateTimeOffset time, string label, PointConsistency consistency)
    {
        if (_synchronizing || !Queue.IsOpen)
        {
            return null;
        }

        var position = Next();
        var point = new RecoveryPoint(id, position, time, consistency, label);
        Queue.Add(new LogRecord { Kind = LogRecordKind.Mark, Position = position, Point = point });
        return point;
    }
}
