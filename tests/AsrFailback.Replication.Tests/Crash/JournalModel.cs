using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Tests;

/// <summary>A point and the bytes it stands for.</summary>
internal sealed record ModelPoint(RecoveryPoint Point, DiskState State);

/// <summary>What a retention journal must be equal to: the reference that crash tests compare with. Immutable.</summary>
internal sealed record JournalModel(DiskState State)
{
    /// <summary>Promised to be durable.</summary>
    public LogPosition Acknowledged { get; init; }

    /// <summary>Taken by the running journal; later than acknowledged only while <see cref="Fluid"/>.</summary>
    public LogPosition Received { get; init; }

    public bool Synchronizing { get; init; }

    public IReadOnlyList<ModelPoint> Points { get; init; } = [];

    /// <summary>While a rollback is not finished, each block is either as in <see cref="State"/> or as at this point.</summary>
    public ModelPoint? RollingBackTo { get; init; }

    /// <summary>
    /// A synchronisation is running and there is no point yet: a journal may take data without acknowledging it, and after a
    /// crash its replica may hold any part of it. The source compares again; only what digests say must be true.
    /// </summary>
    public bool Fluid => Synchronizing && Points.Count == 0;

    public bool InOrder => !Synchronizing && Acknowledged != LogPosition.None;

    public JournalModel Take(LogRecord record)
    {
        var taken = this with { Received = record.Position, Acknowledged = Fluid && record.CarriesData ? Acknowledged : record.Position };
        return record.Kind switch
        {
            LogRecordKind.SyncStarted => taken with { Synchronizing = true, Points = WithOrderUntilHere() },
            LogRecordKind.SyncCompleted => taken with { Synchronizing = false },
            LogRecordKind.Mark => taken with { Points = [.. Points, new ModelPoint(record.Point!, State)] },
            _ => taken with { State = State.Write(record.Disk, record.Offset, record.Data.Span) },
        };
    }

    /// <summary>Whether a journal's list is this one. The time of a point that it made by itself is its own.</summary>
    public bool Lists(IReadOnlyList<RecoveryPoint> points) => points.Count == Points.Count && points.Zip(Points).All(pair =>
        pair.First == (RetentionJournal.IsOwn(pair.First) ? pair.Second.Point with { TimeUtc = pair.First.TimeUtc } : pair.Second.Point));

    // A synchronisation gives up the order: what came in order before becomes a point.
    private IReadOnlyList<ModelPoint> WithOrderUntilHere() => !InOrder || (Points.Count > 0 && Points[^1].Point.Position == Acknowledged) ? Points :
    [
        .. Points,
        new(new(RetentionJournal.IdOfOrder(Acknowledged), Acknowledged, default, PointConsistency.CrashConsistent, ""), State),
    ];

    /// <summary>Every state on the way: nothing of the batch, one record of it, … all of it.</summary>
    public IReadOnlyList<JournalModel> TakeStepwise(IEnumerable<LogRecord> records)
    {
        List<JournalModel> steps = [this];
        foreach (var record in records)
        {
            steps.Add(steps[^1].Take(record));
        }

        return steps;
    }

    public bool Covers(LogPosition position) => position >= Acknowledged && position <= Received;

    public JournalModel WithoutOldest(int count) => this with { Points = [.. Points.Skip(count)] };
}
