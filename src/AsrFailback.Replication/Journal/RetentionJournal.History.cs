using AsrFailback.Core.Errors;

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
            if (FindDamage(segment) is { Count: > 0 } findings)
            {
                Exclusive(() => Unlist(segment, findings));
            }
        }
    }

    /// <summary>Makes sure that a point can be brought back: reads all history since it.</summary>
    /// <exception cref="AsrException"><c>PointDamaged</c>: the point is not listed any more; <c>PointNotFound</c>.</exception>
    public void VerifyPoint(Guid pointId)
    {
        foreach (var segment in Since(SegmentOf(pointId).Number).Reverse())
        {
            if (FindDamage(segment) is { Count: > 0 } findings)
            {
                Exclusive(() => Unlist(segment, findings));
                throw ErrorCatalogue.Exception("PointDamaged", findings[0]);
            }
        }
    }

    private void LoadSince(Guid pointId)
    {
        foreach (var segment in Since(SegmentOf(pointId).Number).Reverse())
        {
            try
            {
                segment.Load();
            }
            catch (AsrException damage) when (IsDamage(damage))
            {
                Exclusive(() => Unlist(segment, [damage.Error.Message]));
                throw;
            }
        }
    }

    private static bool IsDamage(AsrException error) => error.Error.Id is "JournalDamaged" or "FileMissing";

    private IReadOnlyList<HistorySegment> Since(long number) => [.. _segments.Where(segment => segment.Number >= number)];

    private static IReadOnlyList<string> FindDamage(HistorySegment segment)
    {
        try
        {
            return segment.FindDamage();
        }
        catch (AsrException damage) when (IsDamage(damage))
        {
            return [damage.Error.Message];
        }
    }

    // Nothing is deleted: the files go when retention has come to them. What is in use stays: the newest, which before-images
    // are still added to, until it is closed, and a point that is read, until it is let go; a bad block of theirs is refused.
    private bool Unlist(HistorySegment damaged, IReadOnlyList<string> findings)
    {
        if (!_segments.Contains(damaged))
        {
            return false; // pruned meanwhile
        }

        _historyDamage.AddRange(findings.Except(_historyDamage).ToArray());
        if (damaged == _segments[^1] || _segments.Any(segment => segment.Number <= damaged.Number && _pins.ContainsKey(segment.Point.Id)))
        {
            return false;
        }

        foreach (var segment in _segments.Where(segment => segment.Number <= damaged.Number))
        {
            segment.Dispose();
        }

        _segments = [.. _segments.Where(segment => segment.Number > damaged.Number)];
        return true;
    }
}
