using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Core.Readiness;
using AsrFailback.Engine.Jobs;
using AsrFailback.Replication.Journal;

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

    private ReverseReplication Turn => new(Engine, Runtime);

    // Nothing that lies at a site which becomes its home is believed.
    public override long? Estimate()
    {
        var at = SituationFor(asJob: null);
        return at.MovesHome ? at.Machine!.Disks.Sum(disk => disk.CapacityBytes) : Turn.Plan(Choose(at).Datastore).Regions.Bytes;
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

    private async Task DiscoverReplica(TaskContext context)
    {
        var choice = context.DecideOnce(() => Choose(RequireNamedHome(SituationFor(context.JobName))));
        if (Facts.Phase == Phase.Protected)
        {
            await Turn.GiveReplicaUpAsync().ConfigureAwait(false);
        }

        Turn.Prepare(choice);
    }

    // A site that was named, and has gone since the checks, is no reason to go to another one.
    private Situation RequireNamedHome(Situation at) => command.Fabric is null || Facts.ActiveSide == Side.Home ? at
        : !at.GoesToVSphere ? throw ErrorCatalogue.Exception("SiteUnreachable", command.Fabric)
        : at.MasterTarget is null ? throw ErrorCatalogue.Exception("NoMasterTarget", command.MasterTarget ?? at.OperatingSystem ?? "", command.Fabric)
        : at;

    private static ReplicaPlace Choose(Situation at) => at.GoesToVSphere && at.MasterTarget is { } server
        ? new(
            server.Name, MasterTargetRules.ChooseVolume(server, at.Reprotect?.RetentionVolume, at.TargetDiscovery)?.Name,
            server.Host, StorageChecks.NewMachineDatastore(at)?.Name, at.ProcessServer?.Name)
        {
            NewHome = at.MovesHome ? at.Facts.HomeFabric : null,
        }
        : new(null, null, null, null, at.ProcessServer?.Name);

    private Task PlanDelta(TaskContext context)
    {
        var plan = Turn.Plan(datastore: null);
        context.Decide(new Decision(plan.Regions.Bytes, plan.IsFull));
        Turn.MarkDifferent(plan);
        return Task.CompletedTask;
    }

    private Task Protect(TaskContext context) => Turn.SynchroniseAsync(context, "Reprotect");

    private sealed record Decision(long BytesToCompare, bool IsFull);
}
