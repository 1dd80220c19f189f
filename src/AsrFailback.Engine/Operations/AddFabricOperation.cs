using AsrFailback.Core.Errors;
using AsrFailback.Engine.Jobs;

namespace AsrFailback.Engine.Operations;

/// <summary>Adds an embedded site to the vault and binds its folder to it.</summary>
internal sealed class AddFabricOperation(AddFabric command, FailbackEngine engine) : Operation(command, engine)
{
    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [Register];

    public override IReadOnlyList<CheckResult> Check(string? asJob)
    {
        var other = Engine.FabricPath(command.Name);
        var passed = other is null || other == Engine.Absolute(command.Path);
        return [new CheckResult("FabricName", "TO-01", passed, passed ? null : ErrorCatalogue.Error("FabricExists", command.Name, other!))];
    }

    private Task Register(TaskContext context)
    {
        Engine.RegisterFabric(command.Name, command.Path);
        return Task.CompletedTask;
    }
}
