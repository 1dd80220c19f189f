using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Core.Readiness;
using AsrFailback.Core.Servers;
using AsrFailback.Engine.Jobs;
using AsrFailback.Fabrics.Embedded;

namespace AsrFailback.Engine.Operations;

/// <summary>Registers a process server or master target with a site, or takes one off (TO-04, MT).</summary>
internal sealed class ServerOperation(FabricCommand command, FailbackEngine engine) : Operation(command, engine)
{
    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [ChangeInventory];

    public override IReadOnlyList<CheckResult> Check(string? asJob)
    {
        if (Engine.FabricPath(command.Fabric) is null)
        {
            return [CheckResult.Of("Fabric", "TO-01", false, () => ErrorCatalogue.Error("FabricNotFound", command.Fabric))];
        }

        var site = Engine.Site(command.Fabric).Snapshot();
        if (!site.Reachable)
        {
            return [CheckResult.Of("SiteReachable", "TO-01", false, () => ErrorCatalogue.Error("SiteUnreachable", command.Fabric))];
        }

        return command switch
        {
            RegisterProcessServer on => [CheckName(on.Server.Name)],
            RegisterMasterTarget on => CheckMasterTarget(on, site),
            UnregisterProcessServer off => CheckRemoval("TO-04", off.Name, [.. site.ProcessServers.Select(server => server.Name)], UsersThrough(off.Name, isLast: site.ProcessServers.Count == 1)),
            UnregisterMasterTarget off => CheckRemoval("MT-09", off.Name, [.. site.MasterTargets.Select(server => server.Name)], UsersOf(off.Name)),
            _ => [],
        };
    }

    private static CheckResult CheckName(string name) =>
        CheckResult.Of("Name", "TO-01", ServerAddress.IsName(name), () => ErrorCatalogue.Error("NameInvalid", name));

    private CheckResult[] CheckMasterTarget(RegisterMasterTarget on, InventorySnapshot site)
    {
        var server = Merged(on, site);
        var mistake = site.Kind.IsVSphere() ? Engine.Site(command.Fabric).MistakeIn(server) : null;
        var moved = Find(site, on.Name) is { } before && !before.RetentionVolumes.SequenceEqual(server.RetentionVolumes) ? UsersOf(on.Name) : [];
        return
        [
            CheckName(on.Name),
            CheckResult.Of("Direction", "MT-01", site.Kind.IsVSphere(), () => ErrorCatalogue.Error("MasterTargetNotHere", command.Fabric, site.Kind)),
            CheckResult.Of("MasterTarget", "MT-01", mistake is null, () => mistake!),
            CheckResult.Of("Datastore", "MT-03", on.Datastore is null || site.Datastores.Any(store => string.Equals(store.Name, on.Datastore, StringComparison.OrdinalIgnoreCase)), () =>
                ErrorCatalogue.Error("DatastoreNotFound", on.Datastore!, command.Fabric)),

            // Its journals and recovery points lie in the volume it has.
            CheckResult.Of("RetentionVolumeUnused", "MT-09", moved.Length == 0, () => ErrorCatalogue.Error(
                "ServerInUse", on.Name, command.Fabric, string.Join(", ", moved))),
        ];
    }

    // A new server shows after some time (TO-10).
    private ProcessServer Merged(ProcessServer on, InventorySnapshot site, TaskContext context)
    {
        var now = context.DecideOnce(() => new Decision(Engine.Options.Clock.GetUtcNow())).NowUtc;
        var known = site.ProcessServers.FirstOrDefault(server => string.Equals(server.Name, on.Name, StringComparison.OrdinalIgnoreCase));
        return known is null ? on with { AddedUtc = now } : known with { Port = on.Port };
    }

    // What is not given stays as it is known; a new server is a well-prepared one.
    private static MasterTarget Merged(RegisterMasterTarget on, InventorySnapshot site)
    {
        var system = on.OperatingSystem ?? Find(site, on.Name)?.OperatingSystem ?? "Linux";
        var known = Find(site, on.Name) ?? SiteTemplate.WellPrepared(on.Name, system, on.Host, on.RetentionVolume ?? "retention");
        return known with
        {
            Host = on.Host,
            OperatingSystem = system,
            Datastore = on.Datastore ?? known.Datastore ?? StorageRules.Usable(site, on.Host).FirstOrDefault(),
            RetentionVolumes = on.RetentionVolume is { } folder ? WithFolder(known, system, folder) : known.RetentionVolumes,
        };
    }

    // The volume it has is elsewhere now; others stay.
    private static IReadOnlyList<RetentionVolume> WithFolder(MasterTarget known, string system, string folder)
    {
        var volumes = known.RetentionVolumes;
        return volumes.Count == 0 ? [SiteTemplate.UsualVolume(system, folder)]
            : volumes[0].Folder == folder ? volumes
            : [volumes[0] with { Folder = folder }, .. volumes.Skip(1)];
    }

    private static MasterTarget? Find(InventorySnapshot site, string name) =>
        site.MasterTargets.FirstOrDefault(server => string.Equals(server.Name, name, StringComparison.OrdinalIgnoreCase));

    private string[] UsersOf(string masterTarget) =>
    [
        .. Engine.ItemsOf(command.Fabric)
            .Where(facts => facts.SourceSide == Side.Recovery && string.Equals(facts.MasterTarget, masterTarget, StringComparison.OrdinalIgnoreCase))
            .Select(facts => facts.Item),
    ];

    // The one its data goes through. Where that was never chosen it may be any, so that the last one stays.
    private string[] UsersThrough(string processServer, bool isLast) =>
    [
        .. from facts in Engine.ItemsOf(command.Fabric)
           let replicates = facts.Phase == Phase.Protected || Engine.Jobs.BusyWith(facts.Item, asJob: null) is not null
           where facts.ProcessServer is { } used ? replicates && string.Equals(used, processServer, StringComparison.OrdinalIgnoreCase) : isLast
           select facts.Item,
    ];

    private CheckResult[] CheckRemoval(string requirement, string name, string[] known, string[] users) =>
    [
        CheckResult.Of("Server", requirement, known.Contains(name, StringComparer.OrdinalIgnoreCase), () => ErrorCatalogue.Error(
            "ServerNotFound", name, command.Fabric, string.Join(", ", known))),
        CheckResult.Of("ServerUnused", requirement, users.Length == 0, () => ErrorCatalogue.Error(
            "ServerInUse", name, command.Fabric, string.Join(", ", users))),
    ];

    private Task ChangeInventory(TaskContext context)
    {
        var site = Engine.Site(command.Fabric);
        switch (command)
        {
            case RegisterProcessServer on:
                site.PutProcessServer(Merged(on.Server, site.Snapshot(), context));
                break;
            case UnregisterProcessServer off:
                site.RemoveProcessServer(off.Name);
                break;
            case RegisterMasterTarget on:
                site.PutMasterTarget(Merged(on, site.Snapshot()));
                break;
            case UnregisterMasterTarget off:
                site.RemoveMasterTarget(off.Name);
                break;
        }

        return Task.CompletedTask;
    }

    private sealed record Decision(DateTimeOffset NowUtc);
}
