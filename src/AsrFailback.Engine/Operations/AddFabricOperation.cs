using AsrFailback.Core.Errors;
using AsrFailback.Core.Jobs;
using AsrFailback.Engine.Jobs;
using AsrFailback.Fabrics.Embedded;

namespace AsrFailback.Engine.Operations;

/// <summary>Adds an embedded site to the vault and binds its folder to it; begins the site where there is none yet.</summary>
internal sealed class AddFabricOperation(AddFabric command, FailbackEngine engine) : Operation(command, engine)
{
    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [Register];

    public override IReadOnlyList<CheckResult> Check(string? asJob)
    {
        var other = Engine.FabricPath(command.Name);
        var path = Engine.Absolute(command.Path);
        var sameFolder = Engine.FabricAt(path);
        var kind = EmbeddedSite.KindAt(Engine.Options.Files, path);
        var busyWith = Engine.Jobs.BusyWith(command.Name, asJob);
        return
        [
            CheckResult.Of("NotBusy", "FO-11", busyWith is null, () => BusyError.Of(command.Name, busyWith!)),
            CheckResult.Of("FolderUnused", "TO-01", sameFolder is null || sameFolder == command.Name, () => ErrorCatalogue.Error("FabricExists", sameFolder!, path)),
            CheckResult.Of("Type", "TO-01", kind is null || command.Type is null || kind == command.Type, () => ErrorCatalogue.Error("FabricTypeDiffers", path, kind!)),
            CheckResult.Of("SiteReachable", "TO-01", other != path || kind is not null, () => ErrorCatalogue.Error("SiteUnreachable", command.Name)),
            CheckResult.Of("FolderFree", "TO-01", !Engine.IsInVault(path) && !File.Exists(path), () => ErrorCatalogue.Error("FolderUnusable", path)),
            CheckResult.Of("FabricName", "TO-01", other is null || other == path, () => ErrorCatalogue.Error("FabricExists", command.Name, other!)),
            CheckResult.Of("Name", "TO-01", SitePath.IsName(command.Name), () => ErrorCatalogue.Error("NameInvalid", command.Name)),
        ];
    }

    private Task Register(TaskContext context)
    {
        RequireReady(context.JobName);
        if (command.Type is { } type)
        {
            SiteTemplate.CreateIfMissing(Engine.Options.Files, Engine.Absolute(command.Path), type);
        }

        Engine.RegisterFabric(command.Name, command.Path);
        return Task.CompletedTask;
    }
}

/// <summary>Forgets a site that no item uses.</summary>
internal sealed class RemoveFabricOperation(RemoveFabric command, FailbackEngine engine) : Operation(command, engine)
{
    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [Forget];

    public override IReadOnlyList<CheckResult> Check(string? asJob)
    {
        var users = Engine.ItemsOf(command.Fabric).Select(facts => facts.Item).ToArray();
        return
        [
            CheckResult.Of("Fabric", "TO-01", Engine.FabricPath(command.Fabric) is not null, () => ErrorCatalogue.Error("FabricNotFound", command.Fabric)),
            CheckResult.Of("FabricUnused", "TO-01", users.Length == 0, () => ErrorCatalogue.Error("FabricInUse", command.Fabric, string.Join(", ", users))),
        ];
    }

    private Task Forget(TaskContext context)
    {
        if (Engine.FabricPath(command.Fabric) is not null)
        {
            Engine.ForgetFabric(command.Fabric);
        }

        return Task.CompletedTask;
    }
}
