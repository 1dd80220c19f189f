using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// A journal's day on a disk that is full at one operation and some after it. After every batch, and at every refusal, the
/// journal is compared with the model. Everything follows from the seed.
/// </summary>
internal sealed class PressureRun
{
    private const int Batches = 12;
    private const int MostAttempts = 60;

    private readonly SimulatedDisk _disk = new();
    private readonly RationedFileSystem _files;
    private readonly RecordFactory _records;
    private readonly Random _random;
    private RetentionJournal _journal;
    private readonly bool _damage;
    private JournalModel _model = new(new DiskState(JournalFiles.DiskBytes));
    private BlockAddress? _damaged;
    private Guid? _pinned;
    private int _batch;

    public PressureRun(int seed, long fullFrom, long fullFor, bool flushesFail, bool damage)
    {
        _random = new Random(seed);
        _records = new RecordFactory(_random, JournalFiles.DiskBytes);
        _damage = damage;
        JournalFiles.Create(_disk, JournalFiles.DiskBytes);
        _files = new RationedFileSystem(_disk) { FlushesFail = flushesFail };
        _journal = JournalFiles.Open(_files);
        (_files.FullFrom, _files.FullFor) = (_files.Operations + fullFrom, fullFor);
    }

    /// <summary>The operation that failed first; null when the day was over before it.</summary>
    public string? Failed => _files.FirstFailed;

    public int Refusals { get; private set; }

    public int Dropped { get; private set; }

    /// <summary>What was wrong first, in words; null when nothing was.</summary>
    public string? Run()
    {
        try
        {
            Send(_records.Of(LogRecordKind.SyncStarted), _records.SyncBlock(), _records.SyncBlock());
            Send(_records.SyncBlock(), _records.Of(LogRecordKind.SyncCompleted), _records.Mark());
            for (_batch = 0; _batch < Batches; _batch++)
            {
                Step();
            }

            Reopen();
            return null;
        }
        catch (Exception wrong) when (wrong is AsrException or InvalidOperationException or ObjectDisposedException)
        {
            return $"batch {_batch}: {wrong.Message}";
        }
        finally
        {
            _journal.Dispose();
        }
    }

    private void Step()
    {
        if (_batch == 4)
        {
            _pinned = _journal.Points[^2].Id;
            _journal.Pin(_pinned.Value);
        }

        if (_batch == 8 && _pinned is { } pinned)
        {
            _journal.Unpin(pinned);
            _pinned = null;
        }

        if (_damage && _batch % 3 == 1)
        {
            DamageAndMend();
        }

        Send([.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => _records.Write()), .. _batch % 2 == 0 ? [_records.Mark()] : Array.Empty<LogRecord>()]);
    }

    // A bit of a block flips whose digest is known; what the source sends then is the block as it is there, unchanged.
    private void DamageAndMend()
    {
        var address = new BlockAddress(0, _random.Next((int)Blocks.Count(JournalFiles.DiskBytes[0])));
        Send(Whole(LogRecordKind.Write, address), _records.Mark());
        using (var file = _disk.Open(JournalFiles.DiskPath(address.Disk), FileOpening.ReadWrite))
        {
            var one = new byte[1];
            var at = (address.Block * Blocks.Size) + _random.Next(512);
            file.Read(at, one);
            one[0] ^= 4;
            file.Write(at, one);
        }

        var found = Scrub();
        Require(found.SequenceEqual([address]), $"the damage at {address} was not found");
        _journal.RememberDamage(found);
        _damaged = address;
        Send(_records.Of(LogRecordKind.SyncStarted));
        Send(_records.Write(1, 0, Blocks.Size), Whole(LogRecordKind.SyncBlock, address), _records.Of(LogRecordKind.SyncCompleted));
        _damaged = null;
        Look();
    }

    // As the engine does: a look that could not be finished is taken again at the next round.
    private IReadOnlyList<BlockAddress> Scrub()
    {
        while (true)
        {
            try
            {
                return _journal.Scrub(_journal.BlockCount);
            }
            catch (AsrException full) when (full.Error.Id == "DiskFull")
            {
                // The disk is full for some operations only.
            }
        }
    }

    private LogRecord Whole(LogRecordKind kind, BlockAddress address)
    {
        var content = _model.State.Block(address);
        var record = _records.Write(address.Disk, address.Block * Blocks.Size, content.Length);
        return kind == LogRecordKind.Write ? record : record with { Kind = kind, Data = content };
    }

    private void Send(params LogRecord[] batch)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var acknowledged = _journal.Receive(batch);
                _model = _model.TakeStepwise(batch)[^1];
                Require(_model.Fluid || acknowledged == _model.Acknowledged, $"acknowledged {acknowledged}, not {_model.Acknowledged}");
                Look();
                return;
            }
            catch (AsrException full) when (full.Error.Id == "TargetFull")
            {
                Refusals++;
                Require(attempt < MostAttempts, "it never went on");
                Look(_model.TakeStepwise(batch));
            }
            catch (AsrException failed) when (failed.Error.Id is "FlushFailed" or "FlushFailedBefore")
            {
                Refusals++;
                Require(attempt < MostAttempts, "it never went on");
                OpenAgain();
                Look(_model.TakeStepwise(batch));
            }
        }
    }

    // A file whose flush failed is not used again: the journal is opened anew, as often as that fails.
    private void OpenAgain()
    {
        _journal.Dispose();
        for (var opened = false; !opened;)
        {
            try
            {
                _journal = JournalFiles.Open(_files);
                opened = true;
            }
            catch (AsrException failed) when (failed.Error.Id is "FlushFailed" or "FlushFailedBefore" or "DiskFull")
            {
                // The disk is full for some operations only.
            }
        }

        if (_pinned is { } pinned)
        {
            _journal.Pin(pinned);
        }
    }

    // Whatever is listed is the newest of what was, with the two newest and the pinned one, and exact.
    private void Look(IReadOnlyList<JournalModel>? candidates = null)
    {
        var listed = _journal.Points;
        var before = _model.Points.Select(expected => expected.Point).ToArray();
        var known = (candidates?[^1] ?? _model).Points;
        Require(listed.All(point => known.Any(expected => expected.Point == point)), "a point is listed that nobody made");
        Require(listed.SequenceEqual(known.Select(expected => expected.Point).Where(listed.Contains)), "the order of points changed");
        var kept = before.Count(listed.Contains);
        Require(before.TakeLast(kept).All(listed.Contains), $"a newer point went before an older one: {kept} of {before.Length}");
        Require(listed.Count >= Math.Min(2, before.Length), $"{listed.Count} points are left of {before.Length}");
        Require(_pinned is not { } pinned || listed.Any(point => point.Id == pinned), "the pinned point went");
        Dropped = before.Length - kept;
        foreach (var point in _damaged is null ? listed : [])
        {
            var differing = known.Single(expected => expected.Point == point).State.Differences(_journal.OpenPoint(point.Id)).ToArray();
            Require(differing.Length == 0, $"point {point.Label} differs at {string.Join(", ", differing)}");
        }
    }

    private void Reopen()
    {
        _files.FullFrom = long.MaxValue; // the day is over
        _journal.Settle();
        _journal.Dispose();
        using var again = JournalFiles.Open(_disk);
        Require(again.Acknowledged == _model.Acknowledged, $"reopened at {again.Acknowledged}, not {_model.Acknowledged}");
        Require(again.Points.SequenceEqual(_journal.Points), "other points are listed after a reopening");
        var differing = _model.State.Differences(JournalFiles.OpenDisks(_disk)).ToArray();
        Require(differing.Length == 0, $"the replica differs at {string.Join(", ", differing)}");
        foreach (var point in again.Points)
        {
            differing = [.. _model.Points.Single(expected => expected.Point == point).State.Differences(again.OpenPoint(point.Id))];
            Require(differing.Length == 0, $"reopened, point {point.Label} differs at {string.Join(", ", differing)}");
        }
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }
}
