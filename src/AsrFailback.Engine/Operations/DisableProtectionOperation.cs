using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Engine.Items;
using AsrFailback.Engine.Jobs;
using AsrFailback.Fabrics.Embedded;
using AsrFailback.Replication.Journal;

namespace AsrFailback.Engine.Operations;

/// <summary>
/// Stops protecting; the machine stays where it runs, or starts there again when a failover was stopped in the middle. Its
/// replica's disks stay where they are.
/// </summary>
internal sealed class DisableProtectionOperation(DisableProtection command, FailbackEngine engine)
    : ItemOperation(command, ProtectionOperation.Disable, engine)
{
    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [Disable];

    public override Preview Describe(Preview preview) => preview with { Leaves = DisableTable.Of(Facts, Runtime.Points?.Count ?? 0) };

    // A machine that is given back is started on one side, and must be known to be off on the other.
    public override IReadOnlyList<CheckResult> Check(string? asJob) =>
    [
        .. base.Check(asJob),
        CheckResult.Of("SourceReachable", "FO-11", Source.IsReachable || !(Facts.ShutDown || Facts.Switching), () => Source.Outage!),
        CheckResult.Of("TargetOff", "FO-11", Replica.IsReachable || !(Facts.Switching && TargetMayRun), () => Replica.Outage!),
    ];

    private EmbeddedSite Source => Runtime.At(Facts.ActiveSide).Site;

    private EmbeddedSite Replica => Runtime.At(Facts.ActiveSide.Other()).Site;

    private bool TargetMayRun =>
        Engine.Jobs.List().FirstOrDefault(record => record.Command is StartFailover failover && failover.Item == command.Item)?.Job.Tasks[^1].StartTime is not null;

    private async Task Disable(TaskContext context)
    {
        if (Engine.TryRuntimeOf(command.Item) is not { } runtime)
        {
            return;
        }

        RequireReady(context.JobName);
        await runtime.Quiescence.RequireThawedAsync(context.Cancellation).ConfigureAwait(false);
        var facts = runtime.State.Facts;
        runtime.State.Change(facts => facts with { Phase = Phase.Unprotected });
        await TolerateAsync(context, () => runtime.DisposeAsync().AsTask()).ConfigureAwait(false);
        GiveBack(runtime, facts);
        var target = runtime.At(facts.ActiveSide.Other());
        await TolerateAsync(context, () =>
        {
            if (target.Site.IsReachable)
            {
                RetentionJournal.Remove(Engine.Options.Files, target.Journal(facts.ReplicationEpoch));
                RetentionJournal.Remove(Engine.Options.Files, target.Journal(facts.Epoch)); // of a turn that was stopped
            }

            if (facts.Encryption is not null && runtime.At(Side.Recovery) is { Site.IsReachable: true } azure)
            {
                Engine.Options.Files.Delete(azure.WrappedKey);
            }

            return Task.CompletedTask;
        }).ConfigureAwait(false);

        Engine.UnregisterMachine(facts.HomeFabric, command.Item);
        Engine.Keys.Forget(command.Item);
        Engine.RemoveItem(command.Item);
    }

    // A journal that cannot be found or closed, because its master target is gone, keeps nobody from giving up a protection.
    private async Task TolerateAsync(TaskContext context, Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (AsrException left) when (!left.Error.Temporary)
        {
            context.Warn(ErrorCatalogue.Error("JournalLeft", command.Item, left.Message));
        }
    }

    // A failover that was stopped in the middle has shut the machine down and will not go on.
    // Its target may have been started already, and both must never run (invariant 5).
    private static void GiveBack(ItemRuntime runtime, ProtectionFacts facts)
    {
        var (active, other) = (runtime.At(facts.ActiveSide).Site, runtime.At(facts.ActiveSide.Other()).Site);
        if (facts.Switching && other.IsReachable)
        {
            other.PowerOff(facts.Item);
        }

        if ((facts.ShutDown || facts.Switching) && active.IsReachable)
        {
            active.PowerOn(facts.Item, facts.Epoch);
        }
    }
}
