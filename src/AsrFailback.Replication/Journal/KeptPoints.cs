namespace AsrFailback.Replication.Journal;

/// <summary>
/// The points of a failover that is not committed, as long as they can be kept. The machine comes first: when something cannot
/// be saved, the points are given up durably, and its writes go on. Thread-safe.
/// </summary>
/// <param name="journal">Where things are saved.</param>
/// <param name="mostBytes">Bytes of history at most.</param>
/// <param name="onLost">Told why, once, before the first write that was not saved; throws when the machine cannot go on either.</param>
public sealed class KeptPoints(RetentionJournal journal, long mostBytes, Action<AsrError> onLost)
{
    private readonly object _lock = new();
    private bool _ended;

    /// <summary>Saves what a range holds before it is overwritten.</summary>
    public void SaveBefore(int disk, long offset, long count)
    {
        lock (_lock)
        {
            if (_ended)
            {
                return;
            }

            try
            {
                journal.SaveBefore(disk, offset, count, mostBytes);
            }
            catch (AsrException reason)
            {
                GiveUp(reason.Error);
            }
        }
    }

    /// <summary>Saves nothing any more; the journal may be closed then.</summary>
    public void End()
    {
        lock (_lock)
        {
            _ended = true;
        }
    }

    // Two places remember it, the journal and who is told: either will do.
    private void GiveUp(AsrError reason)
    {
        AsrException? untold = null;
        try
        {
            journal.GiveUpPoints();
        }
        catch (AsrException failure)
        {
            untold = failure;
        }

        try
        {
            onLost(reason);
        }
        catch (AsrException) when (untold is null)
        {
            // The journal has it.
        }

        _ended = true;
    }
}
