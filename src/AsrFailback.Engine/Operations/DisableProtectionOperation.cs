using AsrFailback.Core.Protection;
using AsrFailback.Engine.Jobs;
using AsrFailback.Replication.Journal;

namespace AsrFailback.Engine.Operations;

/// <summary>Stops protecting; the machine stays where it runs, its replica's disks stay where they are.</summary>
internal sealed class DisableProtectionOperation(DisableProtection command, FailbackEngine engine)
    : ItemOperation(command, ProtectionOperation.Disable, engine)
{
    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [Disable];

    private async Task Disable(TaskContext context)
    {
        if (Engine.TryRuntimeOf(command.Item) is not { } runtime)
        {
            return;
        }

        var facts = runtime.State.Facts;
        runtime.State.Change(facts => facts with { Phase = Phase.Unprotected });
        await runtime.DisposeAsync().ConfigureAwait(false);
        var target = runtime.At(facts.ActiveSide.Other());
        if (target.Site.Snapshot().Reachable)
        {
            RetentionJournal.Remove(Engine.Options.Files, target.Journal(facts.ReplicationEpoch));
        }

        Engine.RemoveItem(command.Item);
    }
}
