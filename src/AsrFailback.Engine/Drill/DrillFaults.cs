using AsrFailback.Core.Protection;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Link;
using AsrFailback.Replication.Log;

namespace AsrFailback.Engine.Drill;

/// <summary>
/// Breaks the replication on purpose, between source and target, so that the drill proves it would notice. Permanent
/// negative tests; the product knows nothing of them.
/// </summary>
internal sealed class DrillFaults(DrillMutation mutation)
{
    /// <summary>Blocks the old source wrote after the point; set before the reprotect.</summary>
    public IReadOnlySet<(int Disk, long Block)> OldSourceBlocks { get; set; } = new HashSet<(int, long)>();

    /// <summary>Wraps a target, or leaves it alone.</summary>
    public IReplicationTarget Decorate(Side source, IReplicationTarget target) => (mutation, source) switch
    {
        (DrillMutation.DropExtent, Side.Home) => new DropExtent(target),
        (DrillMutation.TornPoint, Side.Home) => new TornPoint(target),
        (DrillMutation.StaleDisk, Side.Home) => new StaleDisk(target),
        (DrillMutation.KeepSourceWrites, Side.Recovery) => new KeepSourceWrites(target, () => OldSourceBlocks),
        _ => target,
    };

    private static bool IsData(LogRecord record) => record.Kind is LogRecordKind.Write or LogRecordKind.SyncBlock;

    /// <summary>Passes on some of the records and acknowledges all of them.</summary>
    private abstract class Liar(IReplicationTarget inner) : IReplicationTarget
    {
        public async ValueTask<LogPosition> ReceiveAsync(IReadOnlyList<LogRecord> records, CancellationToken cancellation)
        {
            var passed = Choose(records);
            if (passed.Count > 0)
            {
                await inner.ReceiveAsync(passed, cancellation).ConfigureAwait(false);
            }

            return records[^1].Position;
        }

        public ValueTask<byte[]> GetDigestsAsync(int disk, IReadOnlyList<long> blocks, CancellationToken cancellation) =>
            inner.GetDigestsAsync(disk, blocks, cancellation);

        public ValueTask<long> NextDataAsync(int disk, long firstBlock, CancellationToken cancellation) =>
            inner.NextDataAsync(disk, firstBlock, cancellation);

        protected abstract IReadOnlyList<LogRecord> Choose(IReadOnlyList<LogRecord> records);
    }

    // The same block for good: a later write to it would hide the loss.
    private sealed class DropExtent(IReplicationTarget inner) : Liar(inner)
    {
        private (int Disk, long Block)? _dropped;

        protected override IReadOnlyList<LogRecord> Choose(IReadOnlyList<LogRecord> records)
        {
            _dropped ??= records.Where(record => record is { Kind: LogRecordKind.SyncBlock, Disk: 0 } && !Blocks.IsZero(record.Data.Span))
                .Select(PlaceOf).Cast<(int, long)?>().FirstOrDefault();
            return [.. records.Where(record => !IsData(record) || PlaceOf(record) != _dropped)];
        }

        private static (int Disk, long Block) PlaceOf(LogRecord record) => (record.Disk, record.Offset / Blocks.Size);
    }

    private sealed class StaleDisk(IReplicationTarget inner) : Liar(inner)
    {
        private bool _stale;

        protected override IReadOnlyList<LogRecord> Choose(IReadOnlyList<LogRecord> records)
        {
            var passed = records.Where(record => !_stale || !IsData(record) || record.Disk != 1).ToArray();
            _stale |= records.Any(record => record.Kind == LogRecordKind.Mark);
            return passed;
        }
    }

    // Holds one write of the second disk back; after a mark it is sent on, so that the point lacks it while it contains
    // later writes of the first disk.
    private sealed class TornPoint(IReplicationTarget inner) : Liar(inner)
    {
        private LogRecord? _held;

        protected override IReadOnlyList<LogRecord> Choose(IReadOnlyList<LogRecord> records)
        {
            var late = _held;
            _held = records.LastOrDefault(record => record.Kind == LogRecordKind.Write && record.Disk == 1) ?? (late is null ? null : _held);
            var rest = records.Where(record => record != _held);
            if (late is null || late == _held)
            {
                return [.. rest];
            }

            LogRecord[] reordered = records.Any(record => record.Kind == LogRecordKind.Mark) ? [.. rest, late] : [late, .. rest];
            var positions = reordered.Select(record => record.Position).Order().ToArray();
            return [.. reordered.Select((record, index) => record with
            {
                Position = positions[index], Point = record.Point is { } point ? point with { Position = positions[index] } : null,
            })];
        }
    }

    private sealed class KeepSourceWrites(IReplicationTarget inner, Func<IReadOnlySet<(int Disk, long Block)>> blocks) : Liar(inner)
    {
        protected override IReadOnlyList<LogRecord> Choose(IReadOnlyList<LogRecord> records) =>
            [.. records.Where(record => record.Kind != LogRecordKind.SyncBlock || !blocks().Contains((record.Disk, record.Offset / Blocks.Size)))];
    }
}
