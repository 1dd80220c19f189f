using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Core.Readiness;
using AsrFailback.Engine.Items;
using AsrFailback.Engine.Jobs;
using AsrFailback.Fabrics.Embedded;
using AsrFailback.Replication.Link;
using AsrFailback.Replication.Source;

namespace AsrFailback.Engine.Operations;

/// <summary>
/// Failover in the direction of the replication: away from home, or as a failback (FO-02, FO-03, FB-02). The epoch is raised durably
/// before the target is touched, so the old side cannot write any more (invariant 5). What goes wrong at the source is a warning of an
/// unplanned one, and the end of a planned one, which loses nothing: then the machine runs on where it was.
/// </summary>
internal class FailoverOperation(StartFailover command, FailbackEngine engine)
    : ItemOperation(command, ProtectionOperation.Failover, engine)
{
    /// <summary>The last changes of a machine that was shut down are given up when nothing arrives for this long.</summary>
    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(60);

    private const string HangsId = "SourceHangs";

    /// <inheritdoc/>
    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [CheckPrerequisites, ShutDownSource, SendLastChanges, SwitchSides, StartMachine];

    /// <summary>What it carries out.</summary>
    protected new StartFailover Command => command;

    private EmbeddedSite Source => Runtime.At(Facts.FailoverFrom).Site;

    private bool SourceAnswers => Source.IsReachable;

    private bool IsPlanned => command.Type == FailoverType.Planned;

    // A job that failed has given back what it was promised; somebody may have it by now. One that is changing sides must end.
    protected override IReadOnlyList<AsrError> ReasonsAgainstRestart(string job) => Engine.TryRuntimeOf(command.Item) is null || Facts.Switching
        ? []
        : [.. Check(job).Where(check => check is { Id: "HostMemory" or "NetworkInterface", State: CheckState.Failed }).Select(check => check.Finding!)];

    /// <inheritdoc/>
    public override Preview Describe(Preview preview) => WithPoint(preview, command.PointId);

    /// <summary>A planned one that is stopped before the sides change has done nothing.</summary>
    public override Task WhenStoppedAsync() => IsPlanned && Facts is { ShutDown: true, Switching: false } ? GiveSourceBackAsync() : Task.CompletedTask;

    /// <summary>Shuts the machine down; the downtime begins.</summary>
    protected async Task ShutDownSource(TaskContext context)
    {
        if (command.PointId is { } point)
        {
            Runtime.Journal?.VerifyPoint(point); // while the machine still runs
        }

        if (!command.ShutDownSource)
        {
            context.Skip();
            return;
        }

        var source = Source;
        if (source.Outage is { } outage)
        {
            RequireUnplanned(outage);
            context.Warn(ErrorCatalogue.Error("SourceNotShutDown", command.Item, outage.Message));
            context.Skip();
            return;
        }

        Runtime.State.Change(facts => facts with { ShutDown = true });
        try
        {
            var machine = Runtime.Machine;
            await Task.Run(() =>
            {
                machine?.Stop();
                machine?.Flush();
            }).WaitAsync(ShutdownTimeout, Engine.Options.Clock, context.Cancellation).ConfigureAwait(false);
            source.PowerOff(command.Item);
        }
        catch (TimeoutException) when (IsPlanned)
        {
            Runtime.LeaveHungMachine();
            Runtime.State.Change(facts => facts with { ShutDown = false });
            throw ErrorCatalogue.Exception("PlannedShutdownFailed", command.Item, source.Name, ShutdownTimeout);
        }
        catch (TimeoutException)
        {
            WarnOfHungSource(context);
            Runtime.LeaveHungMachine();
            context.Skip();
        }
        catch (AsrException broken)
        {
            await StopIfPlannedAsync(broken.Error).ConfigureAwait(false);
            WarnOfBrokenSource(context, broken.Error);
            context.Skip();
        }
    }

    private void RequireUnplanned(AsrError reason)
    {
        if (IsPlanned)
        {
            throw ErrorCatalogue.Exception("PlannedSourceAway", command.Item, Source.Name, reason.Message);
        }
    }

    // What an unplanned failover does without, a planned one does not: production goes on where it was.
    private async Task StopIfPlannedAsync(AsrError reason)
    {
        if (IsPlanned)
        {
            await GiveSourceBackAsync().ConfigureAwait(false);
            RequireUnplanned(reason);
        }
    }

    private TimeSpan ShutdownTimeout => command.ShutdownTimeout ?? StartFailover.UsualShutdownTimeout;

    private void WarnOfHungSource(TaskContext context)
    {
        var around = Engine.SurroundingsOf(Runtime, context.JobName);
        context.Warn(ErrorCatalogue.Error(
            HangsId, command.Item, ShutdownTimeout, around.ExpectedLoss is { } loss ? Math.Round(loss.TotalSeconds, 1) : "?", around.ExpectedLostWrites is { } writes ? writes : "?"));
    }

    // It is not opened again to send what it wrote last: its disks may hang once more.
    private static bool IsToldHung(TaskContext context) => context.Record.Job.Warnings.Any(warning => warning.Id == HangsId);

    /// <summary>Sends what the machine wrote last. A planned failover that was stopped here shuts it down once more.</summary>
    protected async Task SendLastChanges(TaskContext context)
    {
        if (IsPlanned && !Facts.ShutDown)
        {
            await ShutDownSource(context).ConfigureAwait(false);
        }

        if (IsPlanned)
        {
            await SendAllAsync(context).ConfigureAwait(false);
            return;
        }

        if (!command.ShutDownSource || !Facts.ShutDown || !SourceAnswers || IsToldHung(context) || !TryOpenSource(context, attempts: 2))
        {
            context.Skip();
            return;
        }

        try
        {
            await SendRestAsync(context).ConfigureAwait(false);
        }
        catch (AsrException) when (IsToldBroken(context))
        {
            context.Skip(); // what has not come will not come
        }
        catch (AsrException refused) when (refused.Error is { Temporary: false, Id: not "VaultOutdated" })
        {
            await GiveSourceBackAsync().ConfigureAwait(false);
            throw;
        }
    }

    // Nothing may be missing: what keeps a write from arriving ends the failover, and the machine runs on.
    private Task SendAllAsync(TaskContext context) => OrGiveSourceBackAsync(async () =>
    {
        Runtime.OpenMachine();
        await Runtime.EnsureReplicationAsync().ConfigureAwait(false);
        var session = Runtime.Session!;
        var before = session.Status.BytesMoved;
        context.Report("Sending what the machine wrote last");
        if (!await DrainAsync(session, context.Cancellation).ConfigureAwait(false))
        {
            throw ErrorCatalogue.Exception("PlannedNotSent", command.Item, Facts.FabricOf(Facts.TargetSide), StallTimeout.TotalSeconds);
        }

        context.SetBytes(session.Status.BytesMoved - before);
    });

    /// <summary>Does what a planned failover needs its shut down source for; when that fails the machine runs on there.</summary>
    protected async Task OrGiveSourceBackAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (AsrException)
        {
            await GiveSourceBackAsync().ConfigureAwait(false);
            throw;
        }
    }

    // After a restart in the middle of a failback the machine is off and its device closed; its last changes still go. What
    // goes wrong once may be a moment's trouble, and costs work.
    private bool TryOpenSource(TaskContext context, int attempts)
    {
        try
        {
            Runtime.OpenMachine();
            return true;
        }
        catch (AsrException) when (SourceAnswers && attempts > 1)
        {
            return TryOpenSource(context, attempts - 1);
        }
        catch (AsrException broken) when (SourceAnswers)
        {
            WarnOfBrokenSource(context, broken.Error);
            return false;
        }
        catch (AsrException gone)
        {
            context.Warn(ErrorCatalogue.Error("SourceNotShutDown", command.Item, gone.Message));
            return false;
        }
    }

    // A machine whose file is broken may still be open: its replication goes on as it is, and is not begun anew.
    private async Task SendRestAsync(TaskContext context)
    {
        if (!IsToldBroken(context) || Runtime.Session is null)
        {
            await Runtime.EnsureReplicationAsync().ConfigureAwait(false);
        }

        var session = Runtime.Session!;
        var before = session.Status.BytesMoved;
        context.Report("Sending what the machine wrote last");
        if (!await DrainAsync(session, context.Cancellation).ConfigureAwait(false))
        {
            WarnOfRest(context);
            context.Skip();
        }

        context.SetBytes(session.Status.BytesMoved - before);
    }

    // That of a broken machine something is lost is told already.
    private void WarnOfRest(TaskContext context)
    {
        if (!IsToldBroken(context))
        {
            context.Warn(ErrorCatalogue.Error("LastChangesNotSent", command.Item, StallTimeout.TotalSeconds));
        }
    }

    // Told once, by the checks or where it was noticed (FO-03).
    private void WarnOfBrokenSource(TaskContext context, AsrError fault)
    {
        if (!IsToldBroken(context))
        {
            context.Warn(SourceFaults.Warning(command.Item, fault, Engine.SurroundingsOf(Runtime, context.JobName).ExpectedLoss));
        }
    }

    private static bool IsToldBroken(TaskContext context) => context.Record.Job.Warnings.Any(SourceFaults.IsWarning);

    // The failover is refused for good before the sides have changed: production goes on where it was.
    private async Task GiveSourceBackAsync()
    {
        Runtime.State.Change(facts => facts with { ShutDown = false });
        try
        {
            Source.PowerOn(command.Item, Facts.Epoch);
        }
        catch (AsrException)
        {
            // Why the failover was refused is what counts. Its site has a health of its own.
        }

        await Runtime.ResumeAsync().ConfigureAwait(false);
    }

    // False when nothing moves any more: then the latest available point is what there is (FO-03).
    private async Task<bool> DrainAsync(ReplicationSession session, CancellationToken cancellation)
    {
        using var stalled = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var draining = session.DrainAsync(stalled.Token);
        var seen = session.Status;
        while (await Task.WhenAny(draining, Task.Delay(StallTimeout, Engine.Options.Clock, stalled.Token)).ConfigureAwait(false) != draining)
        {
            cancellation.ThrowIfCancellationRequested();
            var now = session.Status;
            if (now.Acknowledged == seen.Acknowledged && now.SyncBytesDone == seen.SyncBytesDone)
            {
                await stalled.CancelAsync().ConfigureAwait(false);
                return false;
            }

            seen = now;
        }

        await draining.ConfigureAwait(false);
        return true;
    }

    /// <summary>Raises the epoch, closes the source, and brings the target to the point.</summary>
    protected async Task SwitchSides(TaskContext context)
    {
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
            Attach(target);
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

    private void Attach(EmbeddedSite target)
    {
        var source = SourceAnswers ? Engine.TryFindMachine(Facts, Facts.SourceSide) : null;
        var waiting = target.GetMachine(command.Item);
        target.SetGuest(
            command.Item, AddressPlan.Arrived(Facts, source?.Guest, waiting.Guest),
            NetworkPlan.OnArrival(Facts, Engine.NetworkMappings, source, waiting, target.Snapshot(command.Item).Networks));
    }

    /// <summary>What the switch decided before it acted.</summary>
    /// <param name="LatestId">Id of the point that <c>Latest</c> becomes.</param>
    /// <param name="Epoch">The epoch of the machine at the target.</param>
    /// <param name="NowUtc">Capture time of <c>Latest</c>.</param>
    private sealed record Decision(Guid LatestId, long Epoch, DateTimeOffset NowUtc);
}
