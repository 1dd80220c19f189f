using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Core.Readiness;
using AsrFailback.Engine.Items;
using AsrFailback.Engine.Jobs;
using AsrFailback.Fabrics.Embedded;
using AsrFailback.Replication.Delta;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Source;

namespace AsrFailback.Engine.Operations;

/// <summary>What a machine that is made anew is made with, and where the journals are kept, all null toward Azure; and what the data goes through.</summary>
internal sealed record ReplicaPlace(string? MasterTarget, string? RetentionVolume, string? Host, string? Datastore, string? ProcessServer)
{
    /// <summary>Whatever the site itself has: nothing is chosen.</summary>
    public static readonly ReplicaPlace Usual = new(null, null, null, null, null);

    /// <summary>The site that its home moves to; null where it stays.</summary>
    public string? NewHome { get; init; }
}

/// <summary>
/// Turns the replication of an item around, toward the side that its machine does not run on: a reprotect, the data of a planned
/// failback, the reversal between own sites. Each step may be repeated after a stop.
/// </summary>
internal sealed class ReverseReplication(FailbackEngine engine, ItemRuntime runtime)
{
    private ProtectionFacts Facts => runtime.State.Facts;

    private Side Target => Facts.ActiveSide.Other();

    /// <summary>
    /// Makes the disks of the other side ready. Its machine is off before a block of it is touched (RP-04). One that is gone is made anew,
    /// and then nothing that is known about its old disks may be believed (RP-03).
    /// </summary>
    public void Prepare(ReplicaPlace place)
    {
        if (place.NewHome is { } home)
        {
            MoveHome(home);
        }

        runtime.State.Change(facts => facts with
        {
            MasterTarget = place.MasterTarget ?? facts.MasterTarget, RetentionVolume = place.RetentionVolume ?? facts.RetentionVolume, ProcessServer = place.ProcessServer,
        });
        var places = runtime.At(Target);
        var active = runtime.At(Facts.ActiveSide).Site.GetMachine(Facts.Item);
        runtime.State.Change(facts => facts.ActiveSide == Side.Home ? facts.WithHomeNics(active.Nics) : facts);
        if (runtime.RunsTwice)
        {
            runtime.State.Change(facts => facts with { CompareEverything = true });
        }

        if (place.NewHome is not null || !IsKnown(places, active, place.Datastore))
        {
            RetentionJournal.ForgetDigests(engine.Options.Files, places.Manifests);
            ImageStamps.Remove(engine.Options.Files, places.ReplicaStamps);
            IntentBitmap.Save(engine.Options.Files, places.Intents, RegionMap.Full([.. active.Disks.Select(disk => disk.CapacityBytes)]));
        }

        var nics = Target == Side.Home ? NicPlan.BackHome(Facts, engine.NetworkMappings, active) : NicPlan.Waiting(active.Nics);
        places.Site.EnsureMachine(active with { Nics = nics }, place.Host, place.Datastore);
        places.Site.PowerOff(Facts.Item);
        places.Site.MergeSnapshots(Facts.Item);
    }

    /// <summary>Gives up a replica that is lost, or that is left for another site: its points were read through its disks. From here on nothing replicates.</summary>
    public async Task GiveReplicaUpAsync()
    {
        try
        {
            await runtime.CloseReplicationAsync().ConfigureAwait(false);
        }
        catch (AsrException)
        {
            // There is nothing left to close in order.
        }

        if (runtime.At(Target) is { Site.IsReachable: true } places)
        {
            RetentionJournal.Remove(engine.Options.Files, places.Journal(Facts.ReplicationEpoch));
        }

        runtime.State.Change(facts => facts with { Phase = Phase.Committed, CompareEverything = true, ReplicaSuspect = false, ReplicaSpoilt = false });
    }

    /// <summary>What has to be compared; all of it after an unplanned failover between own sites (FO-09).</summary>
    /// <param name="datastore">Where a machine that is made anew would lie; null for where it is.</param>
    public DeltaPlan Plan(string? datastore)
    {
        var active = runtime.At(Facts.ActiveSide);
        var other = runtime.At(Target);
        var sizes = active.Site.GetMachine(Facts.Item).Disks.Select(disk => disk.CapacityBytes).ToArray();
        return DeltaPlanner.Plan(new DeltaFacts(
            sizes, Read(active.Intents, sizes), ResendsAll || IsUnknown(other, datastore) ? null : Read(other.Intents, sizes), Read(active.Divergence, sizes)));
    }

    /// <summary>Marks what has to be compared.</summary>
    /// <exception cref="AsrException"><c>MachineNotRunning</c>.</exception>
    public void MarkDifferent(DeltaPlan plan) => RequireMachine().MarkDifferent(plan.Regions);

    /// <summary>Sends until the other side follows and lists a point: the item is protected there from then on (RP-14).</summary>
    /// <param name="context">The task.</param>
    /// <param name="label">Label of the first point.</param>
    /// <param name="sendAll">Send what is marked without comparing it.</param>
    public async Task SynchroniseAsync(TaskContext context, string label, bool sendAll = false)
    {
        if (Facts.Phase == Phase.Protected)
        {
            return;
        }

        RequireMachine();
        await ReplicationProgress.SynchroniseAsync(runtime, label, context, sendAll).ConfigureAwait(false);
        var placement = PlacementNow();
        runtime.State.Change(facts => facts with
        {
            Phase = Phase.Protected, SourceSide = facts.ActiveSide, ReplicationEpoch = facts.Epoch, Placement = placement, ReplicaRan = false,
        });
    }

    private bool ResendsAll => Facts is { Path: ProviderPath.HyperVReplica, LastFailover: FailoverType.Unplanned };

    // From here on everything at home is at the new site. Whatever lies there is believed in nothing, and what stays at the old one
    // never runs again: the vault knows that before anything is done at the old one.
    private void MoveHome(string home)
    {
        if (Facts.HomeFabric != home)
        {
            BecomeHome(engine.Site(home));
        }

        runtime.LeaveOldHomes();
        foreach (var left in Facts.Left)
        {
            engine.UnregisterMachine(left.Fabric, Facts.Item);
        }

        engine.RegisterMachine(home, Facts.Item);
    }

    private void BecomeHome(EmbeddedSite site)
    {
        // The item may have left it once. Its epoch there must not be newer than that of the item which comes back: an opening in between
        // would take the vault for an old one.
        if (HomeMove.HasLeft(Facts, site.Name))
        {
            site.Fence(Facts.Item, Facts.Epoch);
        }

        var machine = runtime.At(Facts.ActiveSide).Site.GetMachine(Facts.Item);
        runtime.State.Change(facts => HomeMove.To(facts, site.Name, site.Kind, machine.Uuid));
    }

    // At an own site, disks without their machine may be anybody's. In Azure they are the seed that a commit of a failback left.
    private static bool IsKnown(ItemPlaces places, Machine active, string? datastore) => places.Site.Kind == FabricKind.Azure
        ? places.Site.HasAllDisks(active, datastore)
        : places.Site.FindMachine(active.Name) is not null && places.Site.HasAllDisks(active);

    // Where the disks lie now; that they lie elsewhere later is seen by comparing (MT-03, FB-08).
    private Placement? PlacementNow()
    {
        var site = new SiteView(runtime.At(Target).Site.Snapshot());
        var server = site.Inventory.MasterTargets.FirstOrDefault(server => server.Name == Facts.MasterTarget);
        return site.Inventory.Kind.IsVSphere() && site.Find(Facts.Item) is { } machine ? PlacementRules.Of(server, machine) : null;
    }

    // Disks that are not there yet, or that somebody else wrote.
    private bool IsUnknown(ItemPlaces places, string? datastore) =>
        !IsKnown(places, runtime.At(Facts.ActiveSide).Site.GetMachine(Facts.Item), datastore) || WrittenElsewhere(places);

    private bool WrittenElsewhere(ItemPlaces places) =>
        places.Site.FindMachine(Facts.Item) is not null
        && (ImageStamps.Changed(engine.Options.Files, places.Site, Facts.Item, places.MachineStamps)
            || ImageStamps.Changed(engine.Options.Files, places.Site, Facts.Item, places.ReplicaStamps));

    private RegionMap? Read(string path, long[] sizes)
    {
        using var map = IntentBitmap.Open(engine.Options.Files, path, sizes, writable: false);
        return map?.Regions;
    }

    private WriteSplitter RequireMachine() =>
        runtime.Machine ?? throw ErrorCatalogue.Exception("MachineNotRunning", Facts.Item, Facts.FabricOf(Facts.ActiveSide));
}
