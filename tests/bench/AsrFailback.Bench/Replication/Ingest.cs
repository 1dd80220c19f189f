using System.Globalization;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Log;

namespace AsrFailback.Bench.Replication;

/// <summary>
/// What the redo log takes until it acknowledges, against preallocated writes of 1 MiB, each flushed. Bursts end before the
/// journal applies; what applying adds, with a point whose before-images are kept, is said beside it.
/// </summary>
internal static class Ingest
{
    private const int Burst = (RetentionJournal.ApplyThreshold >> 20) - 1; // records of 1 MiB
    private const int Bursts = 16;
    private const long DiskBytes = 1L << 30;

    public static IEnumerable<Figure> Measure(ReplicationStage stage)
    {
        var (acknowledged, raw) = stage.InTurn(_ => Journal(stage, applied: false), _ => Raw(stage));
        yield return new Figure("ingestVsRawWrite", raw / acknowledged, new Goal(0.5, AtLeast: true), Detail(acknowledged, raw));
        var (applied, rawAgain) = stage.InTurn(_ => Journal(stage, applied: true), _ => Raw(stage));
        yield return new Figure("ingestAppliedVsRawWrite", rawAgain / applied, null, Detail(applied, rawAgain));
    }

    private static double Journal(ReplicationStage stage, bool applied)
    {
        var (files, folder, image) = (new LocalFileSystem(), stage.At("ingest"), stage.At("ingest.raw"));
        SeededImage.Create(image, DiskBytes).Dispose();
        RetentionJournal.Create(files, folder);
        using var journal = RetentionJournal.Open(files, folder, folder, [RawImage.Open(files, image, writable: true)]);
        var records = new Records();
        Receive(journal, records.Of(LogRecordKind.SyncStarted));
        Receive(journal, records.Of(LogRecordKind.SyncCompleted));
        Receive(journal, records.Mark());
        var seconds = 0.0;
        for (var burst = 0; burst < Bursts; burst++)
        {
            var writes = Enumerable.Range(0, Burst).Select(_ => records.Write()).ToArray();
            seconds += ReplicationStage.Time(() =>
            {
                foreach (var write in writes)
                {
                    Receive(journal, write);
                }

                if (applied)
                {
                    journal.Settle();
                }
            });
            journal.Settle();
        }

        journal.Dispose();
        Directory.Delete(folder, recursive: true);
        return seconds;
    }

    private static double Raw(ReplicationStage stage)
    {
        var content = new byte[LogRecord.MaxData];
        Random.Shared.NextBytes(content);
        using var file = SeededImage.Create(stage.At("plain.raw"), Burst * (long)LogRecord.MaxData);
        for (var index = 0; index < Burst; index++)
        {
            file.Write(index * (long)content.Length, content);
        }

        var seconds = 0.0;
        for (var burst = 0; burst < Bursts; burst++)
        {
            seconds += ReplicationStage.Time(() =>
            {
                for (var index = 0; index < Burst; index++)
                {
                    file.Write(index * (long)content.Length, content);
                    file.Flush();
                }
            });
        }

        return seconds;
    }

    private static void Receive(RetentionJournal journal, LogRecord record) => journal.ReceiveAsync([record], CancellationToken.None).AsTask().GetAwaiter().GetResult();

    private static string Detail(double ours, double raw) =>
        string.Create(CultureInfo.InvariantCulture, $"ours {Burst * Bursts / ours:F0} MiB/s, plain writes {Burst * Bursts / raw:F0} MiB/s");

    private sealed class Records
    {
        private readonly byte[] _content = new byte[LogRecord.MaxData];
        private long _sequence;

        public Records() => new Random(1).NextBytes(_content);

        public LogRecord Of(LogRecordKind kind) => new() { Kind = kind, Position = new(1, ++_sequence) };

        public LogRecord Mark()
        {
            var mark = Of(LogRecordKind.Mark);
            return mark with { Point = new RecoveryPoint(Guid.NewGuid(), mark.Position, DateTimeOffset.UnixEpoch, PointConsistency.CrashConsistent, "") };
        }

        public LogRecord Write() => Of(LogRecordKind.Write) with { Offset = _sequence * LogRecord.MaxData % DiskBytes, Data = _content };
    }
}
