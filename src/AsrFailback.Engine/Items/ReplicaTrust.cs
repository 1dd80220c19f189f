using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Link;
using AsrFailback.Replication.Source;

namespace AsrFailback.Engine.Items;

/// <summary>
/// Whether the replica of one item is what replication left there. Blocks that somebody else may have written, or that a
/// disk lost, are compared with the machine and fetched again. Points are read through the replica: those that are not exact
/// any more go when there is a new one (invariant 3), not before, because without the machine they are all there is
/// (invariant 6). Thread-safe.
/// </summary>
internal sealed class ReplicaTrust
{
    private readonly ItemState _state;
    private readonly WriteSplitter _machine;
    private readonly RetentionJournal _journal;
    private readonly ReplicationSession _session;
    private readonly object _lock = new();
    private bool _comparing;

    /// <summary>Begins to compare at once when the facts say that the replica is suspect.</summary>
    public ReplicaTrust(ItemState state, WriteSplitter machine, RetentionJournal journal, ReplicationSession session)
    {
        (_state, _machine, _journal, _session) = (state, machine, journal, session);
        lock (_lock)
        {
            if (state.Facts.ReplicaSuspect)
            {
                Compare();
            }
        }
    }

    /// <summary>Ends when a suspect replica was compared, or cannot be now.</summary>
    public Task Comparing { get; private set; } = Task.CompletedTask;

    /// <summary>Compares the next blocks of the replica with their digests, going round; those that differ are fetched again.</summary>
    /// <param name="blocks">How many blocks to look at.</param>
    /// <returns>The blocks that differ.</returns>
    public IReadOnlyList<BlockAddress> Scrub(long blocks)
    {
        var found = _journal.Scrub(blocks);
        lock (_lock)
        {
            if (found.Count > 0)
            {
                var regions = RegionMap.Of(found, _machine.DiskBytes);
                CompleteDigests(regions);
                _journal.RememberDamage(found);
                _state.Change(facts => facts with { ReplicaSuspect = true });
                _machine.MarkDifferent(regions);
                _session.Synchronise();
            }

            if (_state.Facts.ReplicaSuspect)
            {
                Compare(); // once more, where the last one ended with an error
            }
        }

        return found;
    }

    // After a restart only digests tell what was whole in the regions that are compared; an unknown one would spoil the points.
    private void CompleteDigests(RegionMap regions)
    {
        try
        {
            foreach (var (disk, region) in regions.Members())
            {
                var (first, count) = RegionMap.BlocksOf(region, _machine.DiskBytes[disk]);
                _journal.CompleteDigests(disk, first, count);
            }
        }
        catch (AsrException full) when (full.Error.Id == "TargetFull")
        {
            // The damage itself is what matters.
        }
    }

    private void Compare()
    {
        if (!_comparing)
        {
            _comparing = true;
            Comparing = CompareAsync();
        }
    }

    private async Task CompareAsync()
    {
        try
        {
            do
            {
                await _session.WaitUntilInOrderAsync(CancellationToken.None).ConfigureAwait(false);
            }
            while (!await SettleAsync().ConfigureAwait(false));
        }
        catch (Exception ended) when (ended is AsrException or ObjectDisposedException)
        {
            // The session tells why it ended; whoever opens it again comes here again. While it runs, the next look does.
            lock (_lock)
            {
                _comparing = false;
            }
        }
    }

    // False when more was found meanwhile.
    private async Task<bool> SettleAsync()
    {
        int spoilings;
        lock (_lock)
        {
            if (_session.Status.Mode != ReplicationMode.InOrder)
            {
                return false;
            }

            if (_state.Facts.CompareEverything)
            {
                _comparing = false;
                return true; // everything is compared first, when the replication is opened again; no point is given up before
            }

            spoilings = _journal.Spoilings;
            if (_journal.DamagedBlocks.Count > 0)
            {
                // The machine holds by now what the damage made of a block: nobody knows what the points held there.
                _state.Change(facts => facts with { ReplicaSpoilt = true });
            }
        }

        if (_state.Facts.ReplicaSpoilt)
        {
            if (await PointOrNullAsync().ConfigureAwait(false) is not { } point)
            {
                return false;
            }

            _journal.DropBefore(point.Id);
        }

        lock (_lock)
        {
            if (_session.Status.Mode != ReplicationMode.InOrder || _journal.Spoilings != spoilings)
            {
                return false;
            }

            // It may have been switched on again: that suspicion is settled where everything is compared.
            var facts = _state.Change(facts => facts.CompareEverything || _journal.Spoilings != spoilings
                ? facts
                : facts with { ReplicaSuspect = false, ReplicaSpoilt = false });
            if (!facts.ReplicaSuspect)
            {
                _journal.Trust();
            }

            _comparing = false;
            return true;
        }
    }

    // Null when the replication fell behind before the target had the mark.
    private async Task<RecoveryPoint?> PointOrNullAsync() =>
        (await ReplicationSession.MarkCommonPointAsync([_session], Guid.NewGuid(), "", PointConsistency.CrashConsistent, CancellationToken.None).ConfigureAwait(false))[0];
}
