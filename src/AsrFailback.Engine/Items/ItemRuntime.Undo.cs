using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Journal;

namespace AsrFailback.Engine.Items;

/// <content>The points that a failover may still go to, until it is committed (FO-07).</content>
internal sealed partial class ItemRuntime
{
    /// <summary>The journal of a failover that is not committed, where its machine runs; null without one, and when its points are lost.</summary>
    public RetentionJournal? Undo { get; private set; }

    private KeptPoints? _kept;

    /// <summary>The listed points, oldest first: those of the replication, or those the failover may still go to; null when neither is open.</summary>
    public IReadOnlyList<RecoveryPoint>? Points => (Journal ?? Undo)?.Points;

    // What somebody else wrote into the images was not saved. Whatever is wrong with the points, the machine runs.
    private IReadOnlyList<IBlockDevice> Undoable(IReadOnlyList<IBlockDevice> disks, ItemPlaces places, bool changedOutside)
    {
        if (state.Facts.PointsKept && (changedOutside || !TryOpenUndo(places)))
        {
            state.Change(facts => facts with { PointsKept = false });
        }

        if (Undo is not { } journal || !state.Facts.PointsKept)
        {
            return disks;
        }

        var points = _kept = new KeptPoints(journal, state.Facts.PolicyInForce.MaxHistoryBytes, reason => Lose(places, reason));
        return [.. disks.Select((disk, index) => new UndoableDisk(disk, index, points))];
    }

    /// <summary>Nothing is kept any more: the failover is committed.</summary>
    public void EndUndo()
    {
        _kept?.End();
        CloseUndo();
    }

    private bool TryOpenUndo(ItemPlaces places)
    {
        try
        {
            Undo = RetentionJournal.Open(
                options.Files, places.Journal(state.Facts.ReplicationEpoch), places.Manifests, places.Site.OpenDisks(state.Facts.Item, writable: true),
                new JournalOptions { Clock = options.Clock, Key = keys.KeyOf(state.Facts) });
            if (Undo.Points.Count > 0)
            {
                return true;
            }
        }
        catch (AsrException)
        {
            // What the journal is missing is the points' end, not the machine's.
        }

        CloseUndo();
        return false;
    }

    // Where the whole site is gone the disks are, too, and nothing is overwritten.
    private void Lose(ItemPlaces places, AsrError reason)
    {
        if (places.Site.IsGone)
        {
            throw new AsrException(reason);
        }

        state.Change(facts => facts with { PointsKept = false });
    }

    private void CloseUndo()
    {
        try
        {
            Undo?.NoteHistory();
        }
        catch (AsrException)
        {
            // What is noted may be older; it must never be newer.
        }

        Undo?.Dispose();
        (Undo, _kept) = (null, null);
    }
}
