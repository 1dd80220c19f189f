using AsrFailback.Core.Errors;

namespace AsrFailback.Replication.Journal;

/// <content>Which points stay: the one place that deletes history.</content>
public sealed partial class RetentionJournal
{
    private readonly Dictionary<Guid, int> _pins = [];
    private int _pointsGivenUp;
    private long _deletionOwed; // the newest segment that is not listed any more and may still be there

    /// <summary>Points that a full disk cost since the journal was opened.</summary>
    public int PointsGivenUp => Volatile.Read(ref _pointsGivenUp);

    /// <summary>Keeps a point and everything newer from being pruned.</summary>
    /// <exception cref="AsrException"><c>PointNotFound</c>.</exception>
    public void Pin(Guid pointId)
    {
        lock (_gate)
        {
            SegmentOf(pointId);
            _pins[pointId] = _pins.GetValueOrDefault(pointId) + 1;
        }
    }

    /// <summary>Takes one pin back.</summary>
    public void Unpin(Guid pointId)
    {
        lock (_gate)
        {
            if (_pins.TryGetValue(pointId, out var count) && count > 1)
            {
                _pins[pointId] = count - 1;
            }
            else
            {
                _pins.Remove(pointId);
            }
        }
    }

    /// <summary>Drops the oldest points beyond the policy; pinned ones and the two newest stay.</summary>
    /// <returns>Points dropped.</returns>
    public int Prune(ReplicationPolicy policy)
    {
        lock (_gate)
        {
            return Drop(RetentionRules.CountToDrop(RetainedPoints(), policy));
        }
    }

    /// <summary>Drops every point before one: they are not exact any more.</summary>
    /// <exception cref="AsrException"><c>PointNotFound</c>.</exception>
    public void DropBefore(Guid pointId)
    {
        lock (_gate)
        {
            var number = SegmentOf(pointId).Number;
            Drop(_segments.Count(segment => segment.Number < number));
        }
    }

    // What the policy says of number and age waits for the commit: only room is made.
    private void DropBeyond(long mostBytes)
    {
        if (HistoryBytes > mostBytes)
        {
            Drop(RetentionRules.CountToDrop(RetainedPoints(), new ReplicationPolicy(TimeSpan.MaxValue, int.MaxValue, mostBytes) { MaxAge = TimeSpan.MaxValue }));
            if (HistoryBytes > mostBytes)
            {
                throw ErrorCatalogue.Exception("TargetFull", $"{HistoryBytes} bytes of history, {mostBytes} allowed");
            }
        }
    }

    // When nothing may be given up the caller takes nothing more, and what it was told is owed is tried first next time.
    private T MakingRoom<T>(Func<T> change)
    {
        while (true)
        {
            try
            {
                if (_applyOwed)
                {
                    Apply();
                }

                return change();
            }
            catch (AsrException full) when (full.Error.Id == "DiskFull")
            {
                if (!GiveUpOldest())
                {
                    throw ErrorCatalogue.Caused(full, "TargetFull", full.Error.Message);
                }
            }
        }
    }

    // History goes only where that may help: its own disk is as good as full.
    private bool GiveUpOldest()
    {
        if (_files.FreeBytes(HistoryFolder(_folder)) >= ApplyThreshold)
        {
            return false;
        }

        if (DeleteUpTo(_segments.Count > 0 ? _segments[0].Number - 1 : 0) > 0)
        {
            return true; // what was not listed any more
        }

        if (!RetentionRules.CanDrop(RetainedPoints(), 0))
        {
            return false;
        }

        try
        {
            _pointsGivenUp++;
            Drop(1);
            return true;
        }
        catch (AsrException full) when (full.Error.Id == "DiskFull")
        {
            return false; // even a deletion may need space to become durable
        }
    }

    private RetainedPoint[] RetainedPoints() =>
        [.. _segments.Select(segment => new RetainedPoint(segment.Bytes, _running.AgeOf(segment.Point, segment.MadeAt), _pins.GetValueOrDefault(segment.Point.Id) > 0))];

    private int Drop(int count)
    {
        if (_disposed || (count == 0 && _deletionOwed == 0))
        {
            return 0; // the files are somebody else's by now
        }

        var oldest = _segments.Take(count).ToArray();
        _segments = [.. _segments.Skip(count)];
        foreach (var segment in oldest)
        {
            segment.Dispose();
            _deletionOwed = segment.Number;
        }

        // Older ones that were left, because they are damaged or a deletion failed, are beyond the policy as well.
        DeleteUpTo(_deletionOwed);
        _files.FlushFolder(HistoryFolder(_folder));
        _deletionOwed = 0;
        _historyDamage.Clear();
        return count;
    }

    private int DeleteUpTo(long number)
    {
        var paths = _files.List(HistoryFolder(_folder), "*.seg").Where(path => HistorySegment.NumberOf(path) <= number).ToArray();
        foreach (var path in paths)
        {
            _files.Delete(path);
        }

        return paths.Length;
    }
}
