using AsrFailback.Core.Protection;
using AsrFailback.Engine.Jobs;

namespace AsrFailback.Engine.Operations;

/// <summary>Declares a machine at home in Azure: it is not reprotected any more (RP-08). Nothing is removed.</summary>
internal sealed class CompleteMigrationOperation(CompleteMigration command, FailbackEngine engine)
    : ItemOperation(command, ProtectionOperation.CompleteMigration, engine)
{
    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [CheckOnce, Complete];

    // Run again after a stop, it must not refuse what it has done itself.
    private Task CheckOnce(TaskContext context) => Facts.MigrationCompleted ? Task.CompletedTask : CheckPrerequisites(context);

    private Task Complete(TaskContext context)
    {
        Runtime.State.Change(facts => facts with { MigrationCompleted = true });
        return Task.CompletedTask;
    }
}
