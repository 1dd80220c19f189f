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

/// <summary>
/// Turns replication around: from the side the machine runs on now back to the other one, whose disks are kept. Only what
/// either side wrote since the common point is compared, and only what differs is moved (RP-02).
/// </summary>
internal sealed class ReprotectOperation(Reprotect command, FailbackEngine engine)
    : ItemOperation(command, ProtectionOperation.Reprotect, engine)
{
    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [CheckPrerequisites, DiscoverReplica, PlanDelta, Protect];

    private Side Target => Facts.ActiveSide.Other();

    // Nothing that lies at a site which becomes its home is believed.
    public override long? Estimate()
    {
        var at = SituationFor(asJob: null);
        return at.MovesHome ? at.Machine!.Disks.Sum(disk => disk.CapacityBytes) : Plan(Choose(at).Datastore).Regions.Bytes;
    }

    // A job that failed has given its slots back; somebody may have taken them (MT-08).
    protected override IReadOnlyList<AsrError> ReasonsAgainstRestart(string job) =>
        Engine.TryRuntimeOf(command.Item) is null ? [] : [.. Check(job).Where(check => check is { Id: "FreeSlots", State: CheckState.Failed }).Select(check => check.Finding!)];

    public override Preview Describe(Preview preview)
    {
        var at = SituationFor(asJob: null);
        return preview with { From = Facts.FabricOf(Facts.ActiveSide), To = at.Target.Inventory.Fabric, NewMachine = NewMachine(at) };
    }

    // A machine that is gone at home is made anew, and all of its data moves: shown before the start (RP-03).
    private NewMachinePlace? NewMachine(Situation at) => at is { GoesToVSphere: true, Replica: null } && Choose(at) is { Host: { } host, Datastore: { } datastore }
        ? new(command.Item, host, datastore)
        : null;

    // The old machine is off before a block of it is touched (RP-04). One that is gone is created anew on the master target's
    // host, and then nothing that is known about its old disks may be believed (RP-03).
    private async Task DiscoverReplica(TaskContext context)
    {
        var choice = context.DecideOnce(() => Choose(RequireNamedHome(SituationFor(context.JobName))));
        if (Facts.Phase == Phase.Protected)
        {
            await GiveLostReplicaUpAsync().ConfigureAwait(false);
        }

        if (choice.NewHome is { } home)
        {
            MoveHome(home);
        }

        Runtime.State.Change(facts => facts with
        {
            MasterTarget = choice.MasterTarget ?? facts.MasterTarget, RetentionVolume = choice.RetentionVolume ?? facts.RetentionVolume, ProcessServer = choice.ProcessServer,
        });
        var places = Runtime.At(Target);
        var active = Runtime.At(Facts.ActiveSide).Site.GetMachine(command.Item);
        Runtime.State.Change(facts => facts.ActiveSide == Side.Home ? facts with { Addresses = AddressPlan.Of(active) } : facts);
        if (Runtime.RunsTwice)
        {
            Runtime.State.Change(facts => facts with { CompareEverything = true });
        }

        if (choice.NewHome is not null || !IsKnown(places, active, choice.Datastore))
        {
            RetentionJournal.ForgetDigests(Engine.Options.Files, places.Manifests);
            ImageStamps.Remove(Engine.Options.Files, places.ReplicaStamps);
            IntentBitmap.Save(Engine.Options.Files, places.Intents, RegionMap.Full([.. active.Disks.Select(disk => disk.CapacityBytes)]));
        }

        places.Site.EnsureMachine(active with { Guest = Target == Side.Home ? AddressPlan.BackHome(active.Guest) : AddressPlan.Waiting(active.Guest) }, choice.Host, choice.Datastore);
        places.Site.PowerOff(command.Item);
        places.Site.MergeSnapshots(command.Item);
    }

    // A site that was named, and has gone since the checks, is no reason to go to another one.
    private Situation RequireNamedHome(Situation at) => command.Fabric is null || Facts.ActiveSide == Side.Home ? at
        : !at.GoesToVSphere ? throw ErrorCatalogue.Exception("SiteUnreachable", command.Fabric)
        : at.MasterTarget is null ? throw ErrorCatalogue.Exception("NoMasterTarget", command.MasterTarget ?? at.OperatingSystem ?? "", command.Fabric)
        : at;

    // Its points were read through disks that are gone. From here on this is a reprotect like any other.
    private async Task GiveLostReplicaUpAsync()
    {
        try
        {
            await Runtime.CloseReplicationAsync().ConfigureAwait(false);
        }
        catch (AsrException)
        {
            // There is nothing left to close in order.
        }

        if (Runtime.At(Target) is { Site.IsReachable: true } places)
        {
            RetentionJournal.Remove(Engine.Options.Files, places.Journal(Facts.ReplicationEpoch));
        }

        Runtime.State.Change(facts => facts with { Phase = Phase.Committed, CompareEverything = true, ReplicaSuspect = false, ReplicaSpoilt = false });
    }

    // From here on everything at home is at the new site. Whatever lies there is believed in nothing, and what stays at the old one
    // never runs again: the vault knows that before anything is done at the old one.
    private void MoveHome(string home)
    {
        if (Facts.HomeFabric != home)
        {
            BecomeHome(Engine.Site(home));
        }

        Runtime.LeaveOldHomes();
        foreach (var left in Facts.Left)
        {
            Engine.UnregisterMachine(left.Fabric, command.Item);
        }

        Engine.RegisterMachine(home, command.Item);
    }

    private void BecomeHome(EmbeddedSite site)
    {
        // The item may have left it once. Its epoch there must not be newer than that of the item which comes back: an opening in between
        // would take the vault for an old one.
        if (HomeMove.HasLeft(Facts, site.Name))
        {
            site.Fence(command.Item, Facts.Epoch);
        }

        var machine = Runtime.At(Facts.ActiveSide).Site.GetMachine(command.Item);
        Runtime.State.Change(facts => HomeMove.To(facts, site.Name, site.Kind, machine.Uuid));
    }

    // At home, disks without their machine may be anybody's. In Azure they are the seed that a commit of a failback left.
    private static bool IsKnown(ItemPlaces places, Machine active, string? datastore) => places.Site.Kind.IsVSphere()
        ? places.Site.FindMachine(active.Name) is not null && places.Site.HasAllDisks(active)
        : places.Site.HasAllDisks(active, datastore);

    private static Choice Choose(Situation at) => at.GoesToVSphere && at.MasterTarget is { } server
        ? new(
            server.Name, MasterTargetRules.ChooseVolume(server, at.Reprotect?.RetentionVolume, at.TargetDiscovery)?.Name,
            server.Host, StorageChecks.NewMachineDatastore(at)?.Name, at.ProcessServer?.Name)
        {
            NewHome = at.MovesHome ? at.Facts.HomeFabric : null,
        }
        : new(null, null, null, null, at.ProcessServer?.Name);

    private Task PlanDelta(TaskContext context)
    {
        var plan = Plan(datastore: null);
        context.Decide(new Decision(plan.Regions.Bytes, plan.IsFull));
        RequireMachine().MarkDifferent(plan.Regions);
        return Task.CompletedTask;
    }

    private async Task Protect(TaskContext context)
    {
        if (Facts.Phase == Phase.Protected)
        {
            return;
        }

        RequireMachine();
        await ReplicationProgress.SynchroniseAsync(Runtime, "Reprotect", context).ConfigureAwait(false);
        var placement = PlacementNow();
        Runtime.State.Change(facts => facts with
        {
            Phase = Phase.Protected, SourceSide = facts.ActiveSide, ReplicationEpoch = facts.Epoch, Placement = placement, ReplicaRan = false,
        });
    }

    // Where the disks lie now; that they lie elsewhere later is seen by comparing (MT-03, FB-08).
    private Placement? PlacementNow()
    {
        var site = new SiteView(Runtime.At(Target).Site.Snapshot());
        var server = site.Inventory.MasterTargets.FirstOrDefault(server => server.Name == Facts.MasterTarget);
        return site.Inventory.Kind.IsVSphere() && site.Find(command.Item) is { } machine ? PlacementRules.Of(server, machine) : null;
    }

    private DeltaPlan Plan(string? datastore)
    {
        var active = Runtime.At(Facts.ActiveSide);
        var other = Runtime.At(Target);
        var sizes = active.Site.GetMachine(command.Item).Disks.Select(disk => disk.CapacityBytes).ToArray();
        return DeltaPlanner.Plan(new DeltaFacts(
            sizes, Read(active.Intents, sizes), IsUnknown(other, datastore) ? null : Read(other.Intents, sizes), Read(active.Divergence, sizes)));
    }

    // Disks that are not there yet, or that somebody else wrote.
    private bool IsUnknown(ItemPlaces places, string? datastore) =>
        !IsKnown(places, Runtime.At(Facts.ActiveSide).Site.GetMachine(command.Item), datastore) || WrittenElsewhere(places);

    private bool WrittenElsewhere(ItemPlaces places) =>
        places.Site.FindMachine(command.Item) is not null
        && (ImageStamps.Changed(Engine.Options.Files, places.Site, command.Item, places.MachineStamps)
            || ImageStamps.Changed(Engine.Options.Files, places.Site, command.Item, places.ReplicaStamps));

    private RegionMap? Read(string path, long[] sizes)
    {
        using var map = IntentBitmap.Open(Engine.Options.Files, path, sizes, writable: false);
        return map?.Regions;
    }

    private WriteSplitter RequireMachine() =>
        Runtime.Machine ?? throw ErrorCatalogue.Exception("MachineNotRunning", command.Item, Facts.FabricOf(Facts.ActiveSide));

    private sealed record Decision(long BytesToCompare, bool IsFull);

    /// <summary>What a new machine is made with, and where the journals are kept, all null toward Azure; and what the data goes through.</summary>
    private sealed record Choice(string? MasterTarget, string? RetentionVolume, string? Host, string? Datastore, string? ProcessServer)
    {
        /// <summary>The site that its home moves to; null where it stays.</summary>
        public string? NewHome { get; init; }
    }
}
