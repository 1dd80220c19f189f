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
/// Unplanned failover in the direction of the replication: to Azure, or home as a failback (FO-03, FB-02). The epoch is
/// raised durably before the target is touched, so the old side cannot write any more (invariant 5).
/// </summary>
internal sealed class FailoverOperation(StartFailover command, FailbackEngine engine)
    : ItemOperation(command, ProtectionOperation.Failover, engine)
{
    /// <summary>The last changes of a machine that was shut down are given up when nothing arrives for this long.</summary>
    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(60);

    private const string HangsId = "SourceHangs";

    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [CheckPrerequisites, ShutDownSource, SendLastChanges, SwitchSides, StartMachine];

    private bool SourceAnswers => Runtime.At(Facts.SourceSide).Site.IsReachable;

    // A job that failed has given back what it was promised; somebody may have it by now. One that is changing sides must end.
    protected override IReadOnlyList<AsrError> ReasonsAgainstRestart(string job) => Engine.TryRuntimeOf(command.Item) is null || Facts.Switching
        ? []
        : [.. Check(job).Where(check => check is { Id: "HostMemory" or "NetworkInterface", State: CheckState.Failed }).Select(check => check.Finding!)];

    public override Preview Describe(Preview preview) => WithPoint(preview, command.PointId);

    private async Task ShutDownSource(TaskContext context)
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

        var source = Runtime.At(Facts.SourceSide).Site;
        if (source.Outage is { } outage)
        {
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
        catch (TimeoutException)
        {
            WarnOfHungSource(context);
            Runtime.LeaveHungMachine();
            context.Skip();
        }
        catch (AsrException broken)
        {
            WarnOfBrokenSource(context, broken.Error);
            context.Skip();
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

    private async Task SendLastChanges(TaskContext context)
    {
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
            Runtime.At(Facts.SourceSide).Site.PowerOn(command.Item, Facts.Epoch);
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

    private async Task SwitchSides(TaskContext context)
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

        Runtime.State.Change(facts => facts with { Switching = true, Epoch = decision.Epoch });
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

    private async Task StartMachine(TaskContext context)
    {
        if (Facts.Switching)
        {
            var target = Runtime.At(Facts.TargetSide).Site;
            Attach(target);
            target.PowerOn(command.Item, Facts.Epoch);
            Runtime.BeginToMeasure();
            var resourceGroup = target.GetMachine(command.Item).ResourceGroup;
            Runtime.State.Change(facts => facts with
            {
                Phase = Phase.CommitPending, ActiveSide = facts.TargetSide, Switching = false, ShutDown = false,
                ResourceGroup = resourceGroup, ReplicaRan = false, ReplicaSpoilt = false, ReplicaSuspect = false,
                CompareEverything = facts.CompareEverything || facts.ReplicaSuspect, PointsKept = true, StartedUtc = Engine.Options.Clock.GetUtcNow(),
                RollBack = command.RollBackAfter is { } after ? new RollBackFacts(facts.Epoch, after) : null,
            });
        }

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
