using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Engine.Jobs;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Source;

namespace AsrFailback.Engine.Operations;

/// <summary>
/// Takes a failover back before its commit: its target becomes a replica again, at the latest that it had acknowledged, and
/// the machine runs at its source, protected as before (FO-07). Nothing of the source was changed meanwhile.
/// </summary>
internal sealed class CancelFailoverOperation(CancelFailover command, FailbackEngine engine)
    : UncommittedOperation(command, ProtectionOperation.CancelFailover, engine)
{
    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [CheckPrerequisites, TellAndStop, BringReplicaBack, StartSource];

    public override Preview Describe(Preview preview) =>
        preview with { From = Facts.FabricOf(Facts.ActiveSide), To = Facts.FabricOf(Facts.SourceSide) };

    private Task TellAndStop(TaskContext context)
    {
        if (command.Overdue)
        {
            context.Warn(ErrorCatalogue.Error("RolledBack", command.Item));
        }

        return StopMachine(context);
    }

    // Once the machine is stopped it has to run again: a history that cannot be read costs its points, not the machine.
    private Task BringReplicaBack(TaskContext context)
    {
        try
        {
            new TargetDisks(Engine, Runtime).BringToNewest(context);
        }
        catch (AsrException damage) when (!damage.Error.Temporary)
        {
            var places = Runtime.At(Facts.TargetSide);
            Runtime.State.Change(facts => facts with { CompareEverything = true });
            RetentionJournal.Remove(Engine.Options.Files, places.Journal(Facts.ReplicationEpoch));
            RetentionJournal.ForgetDigests(Engine.Options.Files, places.Manifests);
            context.Warn(ErrorCatalogue.Error("ReplicaBegunAnew", command.Item, places.Site.Name, damage.Error.Message));
        }

        return Task.CompletedTask;
    }

    private async Task StartSource(TaskContext context)
    {
        if (Facts.Switching)
        {
            MarkDifferent();
            var torn = Facts is { Path: ProviderPath.HyperVReplicaAzure, SourceSide: Side.Recovery };
            if (torn && Runtime.At(Side.Home).Site is { IsReachable: true } home)
            {
                home.SetInconsistent(command.Item, inconsistent: true); // what it wrote there is written over from now on (FB-06)
            }

            Runtime.At(Facts.SourceSide).Site.PowerOn(command.Item, Facts.Epoch);
            Runtime.State.Change(facts => facts with
            {
                Phase = Phase.Protected, ActiveSide = facts.SourceSide, Switching = false, PointsKept = false, StartedUtc = null, RollBack = null,
                HomeInconsistent = torn, AwaySinceUtc = facts.SourceSide == Side.Recovery ? Engine.Options.Clock.GetUtcNow() : null,
            });
        }

        Runtime.OpenMachine();
        Runtime.OpenReplication();
        await ClientRouting.TellAsync(Engine, Runtime, context).ConfigureAwait(false);
    }

    // Durable before anything is opened there: a stop in between must not begin a replication that knows less. A bitmap that
    // is missing counts as all marked.
    private void MarkDifferent()
    {
        var source = Runtime.At(Facts.SourceSide);
        long[] sizes = [.. source.Site.GetMachine(command.Item).Disks.Select(disk => disk.CapacityBytes)];
        using var intents = IntentBitmap.Open(Engine.Options.Files, source.Intents, sizes, writable: true);
        intents?.Mark(IntentBitmap.ReadOrFull(Engine.Options.Files, Runtime.At(Facts.TargetSide).Divergence, sizes));
    }
}
