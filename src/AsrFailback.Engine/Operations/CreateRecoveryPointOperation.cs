using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Engine.Items;
using AsrFailback.Engine.Jobs;
using AsrFailback.Replication.Link;
using AsrFailback.Replication.Log;

namespace AsrFailback.Engine.Operations;

/// <summary>Takes a labelled point on demand.</summary>
internal sealed class CreateRecoveryPointOperation(CreateRecoveryPoint command, FailbackEngine engine)
    : ItemOperation(command, ProtectionOperation.CreatePoint, engine)
{
    /// <summary>How long other machines of the group that are being synchronised are waited for.</summary>
    private static readonly TimeSpan GroupPatience = TimeSpan.FromSeconds(30);

    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [Mark];

    public override IReadOnlyList<CheckResult> Check(string? asJob)
    {
        var fits = command.Label.Length <= LogRecord.MaxLabel;
        var label = CheckResult.Of("Label", "FO-10", fits, () => ErrorCatalogue.Error("LabelTooLong", command.Label.Length, LogRecord.MaxLabel));
        return
        [
            .. base.Check(asJob),
            label,
            CheckResult.Of("LabelReserved", "FO-10", !PointChoice.IsReserved(command.Label), () => ErrorCatalogue.Error("LabelReserved", command.Label)),
            .. command.AppConsistent ? CheckScripts() : [],
            .. new[] { Runtime.At(Side.Home).Site.Outage, Runtime.At(Side.Recovery).Site.Outage }.Select(outage =>
                CheckResult.Of("SiteReachable", "RP-14", outage is null, () => outage!)),
        ];
    }

    // A point of a replication group is one for all its machines. One that only some of them got before a stop is no common
    // point: another one is made.
    private async Task Mark(TaskContext context)
    {
        var others = Engine.GroupMembers(Runtime).Where(member => member != Runtime).ToArray();
        if (context.Checkpoint<Decision>() is { } earlier && others.Append(Runtime).All(member => Lists(member, earlier.PointId)))
        {
            return;
        }

        await Runtime.EnsureReplicationAsync().ConfigureAwait(false);
        await ReplicationProgress.WaitUntilInOrderAsync(Session, context).ConfigureAwait(false);
        await Task.WhenAny(Task.WhenAll(others.Select(member => FollowsAsync(member, context.Cancellation))), Task.Delay(GroupPatience, Engine.Options.Clock, context.Cancellation)).ConfigureAwait(false);

        // Never the id of an earlier attempt: its mark may still be on its way from one of the machines.
        var id = context.Decide(new Decision(Guid.NewGuid())).PointId;
        var having = await MarkAsync([Runtime, .. others], id, context).ConfigureAwait(false);
        if (!having.Contains(Runtime))
        {
            // Why the replication ended, or is refused, tells whether the job may be started again.
            throw (Session.Failure ?? Session.Refusal ?? ItemProjection.MissedPointOf(Runtime)) is { } reason ? new AsrException(reason) : ErrorCatalogue.Exception("ReplicationNotInOrder", command.Item, Session.Status.Mode);
        }

        if (others.Except(having).Select(member => member.State.Facts.Item).ToArray() is { Length: > 0 } without)
        {
            context.Warn(ErrorCatalogue.Error("PointNotCommon", Facts.ReplicationGroup!, string.Join(", ", without)));
            foreach (var hung in others.Except(having).Select(ItemProjection.MissedPointOf).OfType<AsrError>())
            {
                context.Warn(hung);
            }
        }
    }

    // Applications that do not go on are told of however the point ended.
    private async Task<IReadOnlyList<ItemRuntime>> MarkAsync(ItemRuntime[] members, Guid id, TaskContext context)
    {
        try
        {
            return await FailbackEngine.MarkAsync(members, id, command.Label, Consistency, context.Cancellation).ConfigureAwait(false);
        }
        finally
        {
            foreach (var left in members.Select(member => member.Quiescence.LeftFrozen).OfType<AsrError>())
            {
                context.Warn(left);
            }
        }
    }

    private PointConsistency Consistency => command.AppConsistent ? PointConsistency.AppConsistent : PointConsistency.CrashConsistent;

    private IEnumerable<CheckResult> CheckScripts() => Engine.GroupMembers(Runtime).Select(member => member.Quiescence.Obstacle)
        .Select(obstacle => CheckResult.Of("QuiesceScripts", "FO-10", obstacle is null, () => obstacle!));

    private ReplicationSession Session => Runtime.Session ?? throw ErrorCatalogue.Exception("ReplicationNotInOrder", command.Item, ReplicationMode.Stopped);

    private static bool Lists(ItemRuntime member, Guid point) => member.Journal?.Points.Any(listed => listed.Id == point) == true;

    // The replication of another machine is its own business: what does not run is not waited for, nor opened.
    private static async Task FollowsAsync(ItemRuntime member, CancellationToken cancellation)
    {
        try
        {
            await (member.Session?.WaitUntilInOrderAsync(cancellation) ?? Task.CompletedTask).ConfigureAwait(false);
        }
        catch (AsrException)
        {
            // It ended; the point is made without it.
        }
    }

    private sealed record Decision(Guid PointId);
}
