using AsrFailback.Core.Protection;
using AsrFailback.Engine.Jobs;

namespace AsrFailback.Engine.Operations;

/// <summary>
/// Brings a machine that failed over to another recovery point, forward or back, as often as one likes until the commit
/// (FO-07). Every listed point stays exact, because what the machine overwrites is kept.
/// </summary>
internal sealed class SwitchPointOperation(SwitchRecoveryPoint command, FailbackEngine engine)
    : UncommittedOperation(command, ProtectionOperation.SwitchPoint, engine)
{
    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [CheckPrerequisites, VerifyAndStop, BringToPoint, StartMachine];

    public override Preview Describe(Preview preview) =>
        WithPoint(preview, command.PointId ?? (Runtime.Points is { Count: > 0 } points ? points[^1].Id : null)) with { From = Facts.FabricOf(Facts.ActiveSide), To = Facts.FabricOf(Facts.ActiveSide) };

    private Task VerifyAndStop(TaskContext context)
    {
        if (Runtime.Undo is { Points: [.., var newest] } journal)
        {
            journal.VerifyPoint(command.PointId ?? newest.Id); // while the machine still runs
        }

        return StopMachine(context);
    }

    private Task BringToPoint(TaskContext context)
    {
        var disks = new TargetDisks(Engine, Runtime);
        disks.BringToPoint(context, command.PointId, disks.NewestOf);
        return Task.CompletedTask;
    }

    private Task StartMachine(TaskContext context)
    {
        if (Facts.Switching)
        {
            Runtime.At(Facts.ActiveSide).Site.PowerOn(command.Item, Facts.Epoch);
            Runtime.State.Change(facts => facts with { Switching = false, StartedUtc = Engine.Options.Clock.GetUtcNow() });
        }

        Runtime.OpenMachine();
        return Task.CompletedTask;
    }
}
