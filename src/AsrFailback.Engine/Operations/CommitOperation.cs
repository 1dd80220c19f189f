using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Engine.Jobs;
using AsrFailback.Fabrics.Embedded;
using AsrFailback.Replication.Journal;

namespace AsrFailback.Engine.Operations;

/// <summary>
/// Ends a failover. The commit is durable before anything is removed (invariant 6): the other points, and after a
/// failback the Azure machine, whose disks stay as the seed of the next protection (FB-04). After a planned failover between own
/// sites replication is reversed as well (FO-08).
/// </summary>
internal sealed class CommitOperation(CommitFailover command, FailbackEngine engine)
    : ItemOperation(command, ProtectionOperation.Commit, engine)
{
    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => command.Reverses == true ? [CheckPrerequisites, Commit, Reverse] : [CheckPrerequisites, Commit];

    /// <summary>The command; between own sites a planned failover leaves its machine protected (FO-08).</summary>
    public override FailbackCommand Decide() =>
        command with { Reverses = command.Reverses ?? (Facts is { Path: ProviderPath.HyperVReplica, LastFailover: FailoverType.Planned } ? true : null) };

    private Task Commit(TaskContext context)
    {
        Runtime.State.Change(facts => facts with { Phase = Phase.Committed, PointsKept = false, StartedUtc = null, RollBack = null });
        Runtime.EndUndo();
        var places = Runtime.At(Facts.ActiveSide);
        RetentionJournal.Remove(Engine.Options.Files, places.Journal(Facts.ReplicationEpoch));
        var recovery = Runtime.At(Side.Recovery).Site;
        if (Facts.ActiveSide == Side.Home && recovery.Kind == FabricKind.Azure)
        {
            RemoveAzureMachine(context, recovery);
        }

        return Task.CompletedTask;
    }

    private async Task Reverse(TaskContext context)
    {
        if (Runtime.At(Facts.ActiveSide.Other()).Site is { TakesReplication: false } away && Facts.Phase == Phase.Committed)
        {
            context.Warn(ErrorCatalogue.Error("ReverseNotBegun", command.Item, away.Name));
            context.Skip();
            return;
        }

        var turn = new ReverseReplication(Engine, Runtime);
        if (Facts.Phase == Phase.Committed)
        {
            turn.Prepare(ReplicaPlace.Usual);
            turn.MarkDifferent(turn.Plan(datastore: null));
        }

        await turn.SynchroniseAsync(context, "Reverse replication").ConfigureAwait(false);
    }

    private void RemoveAzureMachine(TaskContext context, EmbeddedSite azure)
    {
        if (azure.IsReachable)
        {
            azure.RemoveMachine(command.Item);
        }
        else
        {
            context.Warn(ErrorCatalogue.Error("MachineLeft", command.Item, azure.Name));
        }
    }
}
