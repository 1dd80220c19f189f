using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Engine.Jobs;
using AsrFailback.Fabrics.Embedded;
using AsrFailback.Replication.Journal;

namespace AsrFailback.Engine.Operations;

/// <summary>
/// Ends a failover. The commit is durable before anything is removed (invariant 6): the other points, and after a
/// failback the Azure machine, whose disks stay as the seed of the next protection (FB-04).
/// </summary>
internal sealed class CommitOperation(CommitFailover command, FailbackEngine engine)
    : ItemOperation(command, ProtectionOperation.Commit, engine)
{
    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [CheckPrerequisites, Commit];

    private Task Commit(TaskContext context)
    {
        Runtime.State.Change(facts => facts with { Phase = Phase.Committed, PointsKept = false, StartedUtc = null, RollBack = null });
        Runtime.EndUndo();
        var places = Runtime.At(Facts.ActiveSide);
        RetentionJournal.Remove(Engine.Options.Files, places.Journal(Facts.ReplicationEpoch));
        var azure = Runtime.At(Side.Recovery).Site;
        if (Facts.ActiveSide == Side.Home)
        {
            RemoveAzureMachine(context, azure);
        }

        return Task.CompletedTask;
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
