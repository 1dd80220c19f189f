namespace AsrFailback.Replication.Journal;

/// <content>Which points stay, and whether what they are read through is believed.</content>
public sealed partial class RetentionJournal
{
    private Action? _onForeignBlock;

    /// <summary>
    /// Somebody else may have written the replica: its digests are compared with its blocks while a synchronisation asks for
    /// them, and are not believed.
    /// </summary>
    /// <param name="onForeignBlock">Called before a digest is given out for a block that is not known to be as it was left.</param>
    public void Distrust(Action onForeignBlock)
    {
        lock (_gate)
        {
            _onForeignBlock = onForeignBlock;
        }
    }

    /// <summary>Believes the digests again.</summary>
    public void Trust()
    {
        lock (_gate)
        {
            _onForeignBlock = null;
        }
    }

    /// <summary>Drops every point before one: they are not exact any more.</summary>
    /// <exception cref="AsrException"><c>PointNotFound</c>.</exception>
    public void DropBefore(Guid pointId)
    {
        lock (_gate)
        {
            var number = SegmentOf(pointId).Number;
            while (_segments[0].Number < number)
            {
                DropOldest();
            }

            _files.FlushFolder(HistoryFolder(_folder));
        }
    }

    /// <summary>Drops the oldest points beyond the policy; pinned ones and the two newest stay.</summary>
    /// <returns>Points dropped.</returns>
    public int Prune(ReplicationPolicy policy)
    {
        lock (_gate)
        {
            var dropped = 0;
            while (_segments.Count > 2
                && (_segments.Count > policy.MaxPoints || HistoryBytes > policy.MaxHistoryBytes)
                && !_segments.Any(segment => segment == _segments[0] && _pins.GetValueOrDefault(segment.Point.Id) > 0))
            {
                DropOldest();
                dropped++;
            }

            if (dropped > 0)
            {
                _files.FlushFolder(HistoryFolder(_folder));
            }

            return dropped;
        }
    }

    private void DropOldest()
    {
        var oldest = _segments[0];
        _segments = [.. _segments.Skip(1)];
        oldest.Dispose();
        _files.Delete(Path.Combine(HistoryFolder(_folder), HistorySegment.NameOf(oldest.Number)));
    }
}
