using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Core.Readiness;
using AsrFailback.Engine.Jobs;

namespace AsrFailback.Engine.Operations;

/// <summary>
/// Planned failover from Azure to a Hyper-V or VMM site, which sends the data home first (FB-05): while the machine runs, so that it is
/// down for its last changes only, or once it is shut down, all of it. From the first block on the machine at home cannot be
/// started until the failover has come to its end (FB-06).
/// </summary>
internal sealed class PlannedFailbackOperation(StartFailover command, FailbackEngine engine) : FailoverOperation(command, engine)
{
    /// <summary>The command; where the data of its machine is not at home yet, with when it is sent.</summary>
    /// <param name="command">The command.</param>
    /// <param name="facts">The item; null where there is none.</param>
    public static StartFailover Decide(StartFailover command, ProtectionFacts? facts) =>
        command is { Type: FailoverType.Planned, DataSync: null } && facts?.BringsDataHome == true ? command with { DataSync = DataSync.BeforeFailover } : command;

    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => Command.DataSync == DataSync.DuringFailover
        ? [CheckPrerequisites, PrepareHome, ShutDownSource, DownloadAll, SwitchSides, StartMachine]
        : [CheckPrerequisites, PrepareHome, Synchronise, WaitForCompletion, ShutDownSource, SendLastChanges, SwitchSides, StartMachine];

    private ReverseReplication Turn => new(Engine, Runtime);

    public override long? Estimate() => Runtime.At(Facts.ActiveSide).Site.GetMachine(Command.Item).Disks.Sum(disk => disk.CapacityBytes);

    public override Preview Describe(Preview preview)
    {
        var at = SituationFor(asJob: null);
        return base.Describe(preview) with { From = at.Source.Inventory.Fabric, To = at.Target.Inventory.Fabric, NewMachine = NewMachine(at), Nics = preview.Ready ? at.NicsOnArrival : [] };
    }

    /// <summary>The data stays where it was sent to, and the machine runs on in Azure, as before.</summary>
    public override async Task WhenStoppedAsync()
    {
        await base.WhenStoppedAsync().ConfigureAwait(false);
        if (!Facts.HomeInconsistent || Facts.Phase != Phase.Protected)
        {
            return;
        }

        try
        {
            await Runtime.CloseReplicationAsync().ConfigureAwait(false);
        }
        catch (AsrException)
        {
            Runtime.State.Change(facts => facts with { CompareEverything = true }); // how much of it has arrived is not known
        }

        Runtime.State.Change(facts => facts with { Phase = Phase.Committed });
    }

    // A machine that is gone at home is made anew where that was asked for: shown before the start (FB-07).
    private NewMachinePlace? NewMachine(Situation at) => at is { SeesTarget: true, Replica: null } && PlannedChecks.Host(at) is { } host && PlannedChecks.StoreOf(at, host) is { } store
        ? new(Command.Item, host.Name, store.Name)
        : null;

    private async Task PrepareHome(TaskContext context)
    {
        var place = context.DecideOnce(() => Place(SituationFor(context.JobName)));
        if (Facts.Phase == Phase.Protected)
        {
            if (IsSentTo(place))
            {
                return; // by an earlier attempt
            }

            await Turn.GiveReplicaUpAsync().ConfigureAwait(false);
        }

        Turn.Prepare(place);
        Runtime.State.Change(facts => facts with { HomeInconsistent = true });
        Runtime.At(Side.Home).Site.SetInconsistent(Command.Item, inconsistent: true);
        if (Command.DataSync == DataSync.DuringFailover)
        {
            Runtime.State.Change(facts => facts with { CompareEverything = true });
        }
        else
        {
            Turn.MarkDifferent(Turn.Plan(datastore: null));
        }
    }

    // What was sent elsewhere, or is lost since, is sent anew.
    private bool IsSentTo(ReplicaPlace place) =>
        (place.NewHome ?? Facts.HomeFabric) == Facts.HomeFabric
        && new SiteView(Runtime.At(Side.Home).Site.Snapshot()).Find(Command.Item)?.Disks.All(disk => disk.Present) == true;

    private ReplicaPlace Place(Situation at) => new(null, null, PlannedChecks.Host(at)?.Name, NewMachine(at)?.Datastore, null)
    {
        NewHome = at.MovesHome ? at.Facts.HomeFabric : null,
    };

    private Task Synchronise(TaskContext context) => Turn.SynchroniseAsync(context, "Failback");

    private async Task DownloadAll(TaskContext context)
    {
        if (Facts.Phase == Phase.Protected)
        {
            await SendLastChanges(context).ConfigureAwait(false); // an earlier attempt has sent all but what was written since
            return;
        }

        if (!Facts.ShutDown)
        {
            await ShutDownSource(context).ConfigureAwait(false); // an earlier attempt has given it back
        }

        await OrGiveSourceBackAsync(() =>
        {
            Runtime.OpenMachine(); // closed after a stop of the engine, and still read
            return Turn.SynchroniseAsync(context, "Failback", sendAll: true);
        }).ConfigureAwait(false);
    }

    private Task WaitForCompletion(TaskContext context)
    {
        if (Command.CompletesItself)
        {
            context.Skip();
        }
        else if (context.Task.Observation is null)
        {
            context.Suspend(ErrorCatalogue.Error("FailbackReady", Command.Item, Facts.HomeFabric).Message);
        }

        return Task.CompletedTask;
    }
}
