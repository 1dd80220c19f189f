namespace AsrFailback.Replication.Journal;

/// <content>
/// Reading history that was closed. An opening looks at the headers only; that a before-image is damaged is found when it
/// is wanted, or by the look at all of it that goes on in the background.
/// </content>
public sealed partial class RetentionJournal
{
    private readonly List<string> _historyDamage = [];
    private long _nextToVerify;

    /// <summary>What is damaged of history, in words; the points that are read through it are not listed any more.</summary>
    public IReadOnlyList<string> HistoryDamage => Exclusive<IReadOnlyList<string>>(() => [.. _historyDamage]);

    /// <summary>Reads the next segments of history, going round; receiving goes on meanwhile.</summary>
    /// <param name="segments">How many to read; more than there are reads all.</param>
    /// <param name="cancellation">Ends it between two segments.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void VerifyHistory(int segments, CancellationToken cancellation = default)
    {
        for (var left = Math.Min(segments, _segments.Count); left > 0; left--)
        {
            cancellation.ThrowIfCancellationRequested();
            var listed = _segments;
            if (listed.Count == 0)
            {
                return;
            }

            // From the newest back: what is damaged takes the older ones off the list anyway.
            var segment = listed.LastOrDefault(segment => segment.Number < _nextToVerify) ?? listed[^1];
            _nextToVerify = segment.Number;
            try
            {
                ReadOrUnlist(segment, segment.Verify);
            }
            catch (AsrException damage) when (IsDamage(damage))
            {
                // It is remembered, and shown.
            }
        }
    }

    /// <summary>Makes sure that a point can be read: every before-image since it is where the index says.</summary>
    /// <exception cref="AsrException"><c>JournalDamaged</c>, <c>FileMissing</c>: the point is not listed any more; <c>PointNotFound</c>.</exception>
    public void RequireReadable(Guid pointId)
    {
        foreach (var segment in Since(SegmentOf(pointId).Number).Reverse())
        {
            ReadOrUnlist(segment, segment.Load);
        }
    }

    private static bool IsDamage(AsrException error) => error.Error.Id is "JournalDamaged" or "FileMissing";

    private IReadOnlyList<HistorySegment> Since(long number) => [.. _segments.Where(segment => segment.Number >= number)];

    private void ReadOrUnlist(HistorySegment segment, Action read)
    {
        try
        {
            read();
        }
        catch (AsrException damage) when (IsDamage(damage))
        {
            Exclusive(() => Unlist(segment, damage.Error.Message));
            throw;
        }
    }

    // Nothing is deleted: the files go when retention has come to them.
    private bool Unlist(HistorySegment damaged, string finding)
    {
        if (!_segments.Contains(damaged))
        {
            return false; // pruned meanwhile
        }

        _historyDamage.Add(finding);
        foreach (var segment in _segments.Where(segment => segment.Number <= damaged.Number))
        {
            segment.Dispose();
            _ages.Forget(segment.Point);
        }

        _segments = [.. _segments.Where(segment => segment.Number > damaged.Number)];
        return true;
    }
}
