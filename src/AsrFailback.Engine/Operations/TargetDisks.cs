using AsrFailback.Core.Errors;
using AsrFailback.Engine.Items;
using AsrFailback.Engine.Jobs;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Source;

namespace AsrFailback.Engine.Operations;

/// <summary>The disks of the side that a failover leads to, while neither side runs. What it does may be repeated after a stop.</summary>
internal sealed class TargetDisks(FailbackEngine engine, ItemRuntime runtime)
{
    private readonly ItemPlaces _places = runtime.At(runtime.State.Facts.TargetSide);

    /// <summary>Brings the disks to a point, and makes them a machine's.</summary>
    /// <param name="context">The task.</param>
    /// <param name="pointId">The point; null for the latest.</param>
    /// <param name="latest">Makes or finds the latest point.</param>
    /// <exception cref="AsrException"><c>PointNotFound</c>, or what the journal says.</exception>
    public void BringToPoint(TaskContext context, Guid? pointId, Func<RetentionJournal, RecoveryPoint> latest)
    {
        using var journal = Open(pointId);
        var newest = latest(journal);
        var point = pointId is { } id
            ? journal.Points.FirstOrDefault(point => point.Id == id) ?? throw ErrorCatalogue.Exception("PointNotFound", id)
            : newest;
        RollBack(context, journal, point.Id);
        PrepareMachine();
        runtime.State.Change(facts => facts with { FailoverPoint = point });
    }

    /// <summary>Brings the disks to the newest listed point, and makes them a replica's again; what may differ from its source is in the divergence.</summary>
    /// <exception cref="AsrException"><c>NoRecoveryPoint</c>, or what the journal says.</exception>
    public void BringToNewest(TaskContext context)
    {
        using var journal = Open(null);
        RollBack(context, journal, NewestOf(journal).Id);
        engine.Options.Files.Delete(_places.MachineStamps);
        engine.Options.Files.Delete(_places.ReplicaStamps);
    }

    /// <summary>The newest listed point.</summary>
    /// <exception cref="AsrException"><c>NoRecoveryPoint</c>.</exception>
    public RecoveryPoint NewestOf(RetentionJournal journal) =>
        journal.Points.Count > 0 ? journal.Points[^1] : throw ErrorCatalogue.Exception("NoRecoveryPoint", runtime.State.Facts.Item);

    private RetentionJournal Open(Guid? pinned) => RetentionJournal.Open(
        engine.Options.Files, _places.Journal(runtime.State.Facts.ReplicationEpoch), _places.Manifests,
        _places.Site.OpenDisks(runtime.State.Facts.Item, writable: true), runtime.JournalOptionsFor(runtime.State.Facts) with { Pinned = pinned });

    // The old source may hold what the point does not: known before a block is changed.
    private void RollBack(TaskContext context, RetentionJournal journal, Guid pointId)
    {
        IntentBitmap.Save(engine.Options.Files, _places.Divergence, RegionMap.Of(journal.ChangedSince(pointId), Sizes()));
        context.Report("Bringing the disks to the point");
        context.SetBytes(journal.RollBackTo(pointId));
        journal.Settle();
    }

    // The machine starts on equal sides: nothing written here yet. The digests described a replica and are void.
    private void PrepareMachine()
    {
        IntentBitmap.Save(engine.Options.Files, _places.Intents, new RegionMap(Sizes()));
        engine.Options.Files.Delete(_places.MachineStamps);
        engine.Options.Files.Delete(_places.ReplicaStamps);
        RetentionJournal.ForgetDigests(engine.Options.Files, _places.Manifests);
    }

    private long[] Sizes() => [.. _places.Site.GetMachine(runtime.State.Facts.Item).Disks.Select(disk => disk.CapacityBytes)];
}
