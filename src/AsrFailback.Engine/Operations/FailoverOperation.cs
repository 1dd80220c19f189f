using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Core.Readiness;
using AsrFailback.Engine.Items;
using AsrFailback.Engine.Jobs;
using AsrFailback.Fabrics.Embedded;
using AsrFailback.Replication.Source;

namespace AsrFailback.Engine.Operations;

/// <summary>
/// Failover in the direction of the replication: away from home, or as a failback (FO-02, FO-03, FB-02). The epoch is raised durably
/// before the target is touched, so the old side cannot write any more (invariant 5). What goes wrong at the source is a warning of an
/// unplanned one, and the end of a planned one, which loses nothing: then the machine runs on where it was.
/// </summary>
internal partial class FailoverOperation(StartFailover command, FailbackEngine engine)
    : ItemOperation(command, ProtectionOperation.Failover, engine)
{
    /// <inheritdoc/>
    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [CheckPrerequisites, ShutDownSource, SendLastChanges, SwitchSides, StartMachine];

    /// <summary>What it carries out.</summary>
    protected new StartFailover Command => command;

    // A job that failed has given back what it was promised; somebody may have it by now. One that is changing sides must end.
    protected override IReadOnlyList<AsrError> ReasonsAgainstRestart(string job) => Engine.TryRuntimeOf(command.Item) is null || Facts.Switching
        ? []
        : [.. Check(job).Where(check => check is { Id: "HostMemory" or "NetworkInterface", State: CheckState.Failed }).Select(check => check.Finding!)];

    /// <inheritdoc/>
    public override Preview Describe(Preview preview) => WithPoint(preview, command.PointId) with { Nics = preview.Ready ? Engine.NicsOnArrival(Facts) : [] };

    /// <summary>Raises the epoch, closes the source, and brings the target to the point.</summary>
    protected async Task SwitchSides(TaskContext context)
    {
        if (IsPlanned && Facts is { ShutDown: false, Switching: false })
        {
            await SendLastChanges(context).ConfigureAwait(false); // it was given back to its source, and has written there
        }

        if (command.PointId is { } chosen)
        {
            Runtime.Journal?.Pin(chosen);
        }

        var decision = context.DecideOnce(() => new Decision(Guid.NewGuid(), Facts.Epoch + 1, Engine.Options.Clock.GetUtcNow()));
        var target = Runtime.At(Facts.TargetSide).Site;
        if (target.EpochOf(command.Item) is var ran && ran >= decision.Epoch)
        {
            // Before its start the target cannot have run in that epoch: the vault was restored from the middle of a failover.
            throw ErrorCatalogue.Exception("VaultOutdated", command.Item, target.Name, $"epoch {ran}", $"epoch {Facts.Epoch}");
        }

        Runtime.State.Change(facts => facts with { Switching = true, Epoch = decision.Epoch, LastFailover = command.Type });
        await CloseSourceAsync().ConfigureAwait(false);
        try
        {
            BringToPoint(context, decision);
        }
        catch (AsrException damage) when (!damage.Error.Temporary)
        {
            await GoBackToSourceAsync().ConfigureAwait(false);
            throw;
        }
    }

    private void BringToPoint(TaskContext context, Decision decision)
    {
        RequireUntouched(Runtime.At(Facts.TargetSide));
        new TargetDisks(Engine, Runtime).BringToPoint(context, command.PointId, journal => journal.MarkLatest(decision.LatestId, decision.NowUtc, "Latest"));
    }

    // A copy that took the place of a replica's image lacks what was written since.
    private void RequireUntouched(ItemPlaces places)
    {
        if (ImageStamps.Changed(Engine.Options.Files, places.Site, command.Item, places.ReplicaStamps))
        {
            throw ErrorCatalogue.Exception("ReplicaReplaced", command.Item, places.Site.Name);
        }

        ImageStamps.Remove(Engine.Options.Files, places.ReplicaStamps);
    }

    // The target cannot be brought to the point, and trying again would not help: the machine stays where it was. What a
    // rollback may have begun to change at the target is compared again.
    private async Task GoBackToSourceAsync()
    {
        Runtime.State.Change(facts => facts with { Switching = false, ShutDown = false });
        if (!SourceAnswers)
        {
            await Runtime.ResumeAsync().ConfigureAwait(false);
            return;
        }

        var places = Runtime.At(Facts.TargetSide);
        Runtime.At(Facts.SourceSide).Site.PowerOn(command.Item, Facts.Epoch);
        Runtime.OpenMachine();
        Runtime.Machine!.MarkDifferent(IntentBitmap.ReadOrFull(Engine.Options.Files, places.Divergence, Runtime.Machine.DiskBytes));
        Runtime.OpenReplication();
    }

    private async Task CloseSourceAsync()
    {
        var source = Runtime.At(Facts.SourceSide).Site;
        await Runtime.CloseReplicationAsync().ConfigureAwait(false);
        try
        {
            if (source.IsReachable)
            {
                source.PowerOff(command.Item);
                Runtime.CloseMachine();
            }
        }
        catch (AsrException)
        {
            // A broken source does not keep the machine from starting elsewhere; it is fenced, and kept off when it is mended.
        }
        finally
        {
            Runtime.AbandonMachine();
        }
    }

    /// <summary>Starts the machine at its new side; the downtime ends.</summary>
    protected async Task StartMachine(TaskContext context)
    {
        if (Facts.Switching)
        {
            var target = Runtime.At(Facts.TargetSide).Site;
            target.SetNics(command.Item, Engine.NicsOnArrival(Facts));
            if (Facts.HomeInconsistent)
            {
                target.SetInconsistent(command.Item, inconsistent: false);
            }

            target.PowerOn(command.Item, Facts.Epoch);
            Runtime.BeginToMeasure();
            var resourceGroup = target.GetMachine(command.Item).ResourceGroup;
            Runtime.State.Change(facts => facts with
            {
                Phase = Phase.CommitPending, ActiveSide = facts.TargetSide, Switching = false, ShutDown = false,
                ResourceGroup = resourceGroup, ReplicaRan = false, ReplicaSpoilt = false, ReplicaSuspect = false,
                CompareEverything = facts.CompareEverything || facts.ReplicaSuspect, PointsKept = true, StartedUtc = Engine.Options.Clock.GetUtcNow(),
                HomeInconsistent = false, AwaySinceUtc = facts.TargetSide == Side.Recovery ? Engine.Options.Clock.GetUtcNow() : null,
                RollBack = command.RollBackAfter is { } after ? new RollBackFacts(facts.Epoch, after) : null,
            });
        }

        context.SetDowntime(Engine.Options.Clock.GetUtcNow());
        Runtime.OpenMachine();
        await ClientRouting.TellAsync(Engine, Runtime, context).ConfigureAwait(false);
    }

    /// <summary>What the switch decided before it acted.</summary>
    /// <param name="LatestId">Id of the point that <c>Latest</c> becomes.</param>
    /// <param name="Epoch">The epoch of the machine at the target.</param>
    /// <param name="NowUtc">Capture time of <c>Latest</c>.</param>
    private sealed record Decision(Guid LatestId, long Epoch, DateTimeOffset NowUtc);
}
