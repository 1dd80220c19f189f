using AsrFailback.Engine.Items;
using AsrFailback.Replication.Link;

namespace AsrFailback.Engine;

/// <content>Automatic points, common points of replication groups, how far they are behind, and the daily look at every replica.</content>
public sealed partial class FailbackEngine
{
    private const int ScrubsADay = 24;

    /// <summary>Machines of one replication group at most.</summary>
    internal const int MaxGroup = 16;

    /// <summary>The members of an item's replication group that replicate the same way, itself included, in order of name.</summary>
    internal IReadOnlyList<ItemRuntime> GroupMembers(ItemRuntime runtime)
    {
        var facts = runtime.State.Facts;
        return facts.ReplicationGroup is null ? [runtime] :
        [
            .. _items.Values.Where(other => IsName(other.State.Facts.ReplicationGroup ?? "", facts.ReplicationGroup)
                && other.State.Facts.Phase == facts.Phase && other.State.Facts.SourceSide == facts.SourceSide),
        ];
    }

    /// <summary>Machines of a replication group, and those about to be; but one.</summary>
    internal int GroupSize(string group, string except)
    {
        // Those about to be come first: one that becomes a member in between is in both.
        var coming = Jobs.Unfinished().Select(record => record.Command).OfType<EnableProtection>()
            .Where(command => IsName(command.ReplicationGroup ?? "", group)).Select(command => command.Item).ToArray();
        return _items.Values.Select(item => item.State.Facts).Where(facts => IsName(facts.ReplicationGroup ?? "", group)).Select(facts => facts.Item)
            .Concat(coming).Where(name => !IsName(name, except)).Distinct(StringComparer.OrdinalIgnoreCase).Count();
    }

    /// <summary>Marks one point across the machines that follow in order, and lets old points go.</summary>
    /// <param name="members">The machines; of an application-consistent point all have scripts.</param>
    /// <param name="id">The point's id.</param>
    /// <param name="label">Its label.</param>
    /// <param name="consistency">Whether the applications are brought to rest for it.</param>
    /// <param name="cancellation">Stops waiting; the point may come nevertheless.</param>
    /// <returns>The machines that list the point.</returns>
    /// <exception cref="AsrException">What a freeze said.</exception>
    internal static async Task<IReadOnlyList<ItemRuntime>> MarkAsync(
        IReadOnlyList<ItemRuntime> members, Guid id, string label, PointConsistency consistency, CancellationToken cancellation)
    {
        var replicating = members.Select(member => (Member: member, member.Session)).Where(one => one.Session is not null).ToArray();

        // The point has its place in the order when this returns; only then do applications go on.
        Task<IReadOnlyList<RecoveryPoint?>> Mark() =>
            ReplicationSession.MarkCommonPointAsync([.. replicating.Select(one => one.Session!)], id, label, consistency, cancellation);
        var marking = consistency == PointConsistency.CrashConsistent
            ? Mark()
            : await Quiescence.WhileFrozenAsync([.. replicating.Select(one => one.Member.Quiescence)], Mark, cancellation).ConfigureAwait(false);
        var points = await marking.ConfigureAwait(false);
        var having = replicating.Zip(points).Where(one => one.Second is not null).Select(one => one.First.Member).ToArray();
        foreach (var member in having)
        {
            member.Journal?.Prune(member.State.Facts.PolicyInForce);
        }

        return having;
    }

    // The first machine of a group that follows in order marks for all that do.
    private async Task MarkAutomaticPointAsync(ItemRuntime runtime)
    {
        var following = GroupMembers(runtime).Where(member => member.Session is { Status.Mode: ReplicationMode.InOrder }).ToArray();
        if (following.Length == 0 || following[0] != runtime)
        {
            return;
        }

        if (!await TryMarkAppConsistentAsync(following).ConfigureAwait(false))
        {
            await MarkAsync(following, Guid.NewGuid(), "", PointConsistency.CrashConsistent, CancellationToken.None).ConfigureAwait(false);
        }
    }

    // Applications that cannot be brought to rest cost the point its consistency, not the machine its points.
    private async Task<bool> TryMarkAppConsistentAsync(ItemRuntime[] following)
    {
        var (leader, now) = (following[0], Options.Clock.GetUtcNow());
        if (leader.State.Facts.PolicyInForce.AppConsistentInterval is not { } interval || following.Any(member => member.State.Facts.Policy.Quiesce is null)
            || leader.Journal?.Points.LastOrDefault(point => point.Consistency == PointConsistency.AppConsistent)?.TimeUtc > now - interval)
        {
            return false;
        }

        try
        {
            var having = await MarkAsync(following, Guid.NewGuid(), "", PointConsistency.AppConsistent, _stop.Token).ConfigureAwait(false);
            leader.Quiescence.Failure = null;
            return having.Contains(leader);
        }
        catch (AsrException failure)
        {
            // What is left frozen is in the health of its own machine until it goes on.
            leader.Quiescence.Failure = failure.Error.Id == "ThawFailed" ? null : failure.Error;
            return false;
        }
        catch (OperationCanceledException)
        {
            return true; // the vault closes
        }
    }

    private void LookEveryMinute()
    {
        SampleRpo();
        EndOverdueFailovers();
    }

    private void SampleRpo()
    {
        var now = Options.Clock.GetUtcNow();
        foreach (var item in _items.Values)
        {
            ItemProjection.SampleRpo(item, now);
        }
    }

    // A share of every replica and its history an hour, all of it in a day; the next hour begins when this share was read.
    private void ScrubInBackground()
    {
        foreach (var item in _items.Values)
        {
            try
            {
                item.Trust?.Scrub(((item.Journal?.BlockCount ?? 0) / ScrubsADay) + 1);
                (item.Journal ?? item.Undo)?.VerifyHistory(((item.Points?.Count ?? 0) / ScrubsADay) + 1);
            }
            catch (Exception failure) when (failure is AsrException or ObjectDisposedException)
            {
                // What cannot be read now is read at the next round; the session tells why it cannot go on.
            }
        }

        _scrub?.Change(Options.ScrubInterval, Timeout.InfiniteTimeSpan);
    }
}
