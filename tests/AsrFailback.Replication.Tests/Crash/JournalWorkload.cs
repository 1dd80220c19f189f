using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Tests;

/// <summary>Chooses what happens to a journal next, the way a source and an operator do: any order the protocol allows.</summary>
internal sealed class JournalWorkload(Random random, RecordFactory records, OneRefusal? refusal = null)
{
    private IReadOnlyList<LogRecord> _lastBatch = [];

    public JournalOperation Next(JournalModel model)
    {
        if (model.RollingBackTo is { } unfinished)
        {
            return RollBack(model, unfinished);
        }

        return random.Next(27) switch
        {
            0 or 9 => Prune(model),
            1 when model.Points.Count > 0 => RollBack(model, model.Points[random.Next(model.Points.Count)]),
            2 when model.InOrder => MarkLatest(model),
            3 => Reopen(model),
            4 => JournalOperation.Through("settle", [model], journal => journal.Settle()),
            5 => Digests(model),
            6 or 7 when _lastBatch.Count > 0 => Resend(model, _lastBatch),
            8 => ResendWithMore(model),
            10 => PruneByAge(model),
            11 => Scrub(model),
            12 when refusal is not null => ReceiveOnFullDisk(model, refusal),
            _ => Receive(model, NewRecords(model)),
        };
    }

    private static JournalOperation Reopen(JournalModel model) => new(
        "reopen",
        (files, journal) =>
        {
            journal.Dispose();
            return JournalFiles.Open(files);
        },
        [model],
        _ => model);

    private static JournalOperation RollBack(JournalModel model, ModelPoint point)
    {
        // What is newer than the newest point is given up: from the start of a rollback the journal is not in order.
        var during = model with { RollingBackTo = point, Synchronizing = true };
        var after = during with { State = point.State, RollingBackTo = null };
        var name = $"roll back to {point.Point.Label}";
        return JournalOperation.Through(name, [model, during], journal => journal.RollBackTo(point.Point.Id)) with { After = _ => after };
    }

    private JournalOperation Resend(JournalModel model, IReadOnlyList<LogRecord> batch) =>
        Receive(model, batch, [.. batch.Where(record => record.Position > model.Received)]);

    // A batch is of one source, and a source is of one generation.
    private JournalOperation ResendWithMore(JournalModel model)
    {
        var more = NewRecords(model);
        return Resend(model, [.. _lastBatch.Where(record => record.Position.Generation == more[0].Position.Generation), .. more]);
    }

    private JournalOperation Receive(JournalModel model, IReadOnlyList<LogRecord> batch) => Receive(model, batch, batch);

    private JournalOperation Receive(JournalModel model, IReadOnlyList<LogRecord> batch, IReadOnlyList<LogRecord> fresh)
    {
        _lastBatch = batch;
        var name = string.Join(' ', batch.Select(record => $"{record.Kind}@{record.Position}"));
        return JournalOperation.Through(name, model.TakeStepwise(fresh), journal => journal.Receive(batch));
    }

    private JournalOperation Prune(JournalModel model)
    {
        var keep = random.Next(1, 4);
        var dropped = Math.Max(0, model.Points.Count - Math.Max(2, keep));
        var policy = new ReplicationPolicy(TimeSpan.FromMinutes(5), keep, long.MaxValue);
        return JournalOperation.Through(
            $"prune to {keep}", [.. Enumerable.Range(0, dropped + 1).Select(model.WithoutOldest)], journal => journal.Prune(policy));
    }

    // Everything is older than no time at all.
    private static JournalOperation PruneByAge(JournalModel model)
    {
        var policy = new ReplicationPolicy(TimeSpan.FromMinutes(5), int.MaxValue, long.MaxValue) { MaxAge = TimeSpan.FromTicks(-1) };
        return JournalOperation.Through(
            "prune by age", Dropping(model, Math.Max(0, model.Points.Count - 2)), journal => journal.Prune(policy));
    }

    private static IReadOnlyList<JournalModel> Dropping(JournalModel model, int count) => [.. Enumerable.Range(0, count + 1).Select(model.WithoutOldest)];

    // Nothing has rotted here: whatever is found is false.
    private JournalOperation Scrub(JournalModel model)
    {
        var blocks = random.Next(1, 12);
        return JournalOperation.Through($"scrub {blocks}", [model], journal =>
        {
            if (journal.Scrub(blocks) is { Count: > 0 } found)
            {
                throw new InvalidOperationException($"found {string.Join(", ", found)}, which nobody damaged");
            }
        });
    }

    // The disk is full in the middle of a batch, and once more when what is owed is applied; the source sends again.
    private JournalOperation ReceiveOnFullDisk(JournalModel model, OneRefusal refusal)
    {
        var batch = NewRecords(model).Where(record => record.Kind != LogRecordKind.Mark).ToArray();
        var (name, at) = (string.Join(' ', batch.Select(record => $"{record.Kind}@{record.Position}")), random.Next(1, 14));
        var taken = model.TakeStepwise(batch);
        _lastBatch = batch.Length > 0 ? batch : _lastBatch;
        var givenUp = 0;
        return new JournalOperation(
            $"full at operation {at} of {name}",
            (_, journal) =>
            {
                givenUp = journal.PointsGivenUp;
                refusal.During(at, () => journal.Receive(batch));
                refusal.During(at, journal.Settle);
                journal.Receive(batch);
                return journal;
            },
            [.. Enumerable.Range(0, 3).SelectMany(dropped => taken.Where(state => dropped == 0 || state.Points.Count - dropped >= 2).Select(state => state.WithoutOldest(dropped)))],
            journal => taken[^1].WithoutOldest(journal.PointsGivenUp - givenUp));
    }

    private JournalOperation MarkLatest(JournalModel model)
    {
        var id = records.NewId();
        var point = new RecoveryPoint(id, model.Acknowledged, DateTimeOffset.UnixEpoch, PointConsistency.CrashConsistent, "latest");
        var nothingNewer = model.Points.Count > 0 && model.Points[^1].Point.Position == model.Acknowledged;
        var marked = model with { Points = [.. model.Points, new ModelPoint(point, model.State)] };
        return JournalOperation.Through(
            "mark latest", nothingNewer ? [model] : [model, marked], journal => journal.MarkLatest(id, DateTimeOffset.UnixEpoch, "latest"));
    }

    private JournalOperation Digests(JournalModel model)
    {
        var disk = random.Next(JournalFiles.DiskBytes.Count);
        return JournalOperation.Through("digests", [model], journal => journal.Digests(disk, 1, 2));
    }

    private List<LogRecord> NewRecords(JournalModel model)
    {
        var batch = new List<LogRecord>();
        var (synchronizing, started) = (model.Synchronizing, model.Acknowledged != LogPosition.None);
        if (random.Next(40) == 0)
        {
            records.NextGeneration();
            started = false;
        }

        for (var left = random.Next(1, 6); left > 0; left--)
        {
            var record = NewRecord(synchronizing, started);
            synchronizing = record.Kind == LogRecordKind.SyncStarted || (synchronizing && record.Kind != LogRecordKind.SyncCompleted);
            started = true;
            batch.Add(record);
        }

        return batch;
    }

    private LogRecord NewRecord(bool synchronizing, bool started)
    {
        if (!started || random.Next(40) == 0)
        {
            return records.Of(LogRecordKind.SyncStarted);
        }

        var dice = random.Next(6);
        return (synchronizing, dice) switch
        {
            (true, 0) => records.Of(LogRecordKind.SyncCompleted),
            (true, < 4) => records.SyncBlock(),
            (false, < 2) => records.Mark(),
            _ => records.Write(),
        };
    }
}
