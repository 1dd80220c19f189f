using AsrFailback.Core.Errors;
using AsrFailback.Core.Readiness;
using AsrFailback.Engine.Jobs;
using AsrFailback.Fabrics.Embedded;
using AsrFailback.Replication.Link;

namespace AsrFailback.Engine.Operations;

/// <content>What a failover does at its source: shuts the machine down, sends what it wrote last, and lets it run on when a planned failover ends there.</content>
internal partial class FailoverOperation
{
    /// <summary>The last changes of a machine that was shut down are given up when nothing arrives for this long.</summary>
    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(60);

    private const string HangsId = "SourceHangs";

    private EmbeddedSite Source => Runtime.At(Facts.FailoverFrom).Site;

    private bool SourceAnswers => Source.IsReachable;

    private bool IsPlanned => command.Type == FailoverType.Planned;

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

        context.NoteShutdown(Engine.Options.Clock.GetUtcNow());
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
            var failed = ErrorCatalogue.Error("PlannedShutdownFailed", command.Item, source.Name, ShutdownTimeout);
            Runtime.LeaveHungMachine(failed);
            Runtime.State.Change(facts => facts with { ShutDown = false });
            throw new AsrException(failed);
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
        if (IsPlanned)
        {
            if (!Facts.ShutDown)
            {
                await ShutDownSource(context).ConfigureAwait(false);
            }

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

        RequireConfirmed(context);
        context.SetBytes(session.Status.BytesMoved - before);
    });

    // The point was the latest when it was chosen; since then the machine may have written (FO-10).
    private void RequireConfirmed(TaskContext context)
    {
        if (command is { PointId: not null, AllowOlderPoint: false }
            && Check(context.JobName).FirstOrDefault(check => check is { Id: "OlderPointConfirmed", State: CheckState.Failed }) is { Finding: { } unconfirmed })
        {
            throw new AsrException(unconfirmed);
        }
    }

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
}
