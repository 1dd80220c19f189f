using AsrFailback.Core.Errors;
using AsrFailback.Engine.Jobs;

namespace AsrFailback.Engine.Operations;

/// <summary>Maps a network to one of another site, or forgets that (FO-12). Machines that have failed over stay where they are.</summary>
internal sealed class NetworkMappingOperation(FabricCommand command, FailbackEngine engine) : Operation(command, engine)
{
    public override IReadOnlyList<Func<TaskContext, Task>> Tasks => [Change];

    public override IReadOnlyList<CheckResult> Check(string? asJob) => command switch
    {
        MapNetwork map =>
        [
            .. CheckNetwork("PrimaryNetwork", map.Fabric, map.Network),
            .. CheckNetwork("RecoveryNetwork", map.RecoveryFabric, map.RecoveryNetwork),
            CheckResult.Of("TwoSites", "FO-12", !string.Equals(map.Fabric, map.RecoveryFabric, StringComparison.OrdinalIgnoreCase), () =>
                ErrorCatalogue.Error("MappingNeedsTwoSites", map.Network, map.Fabric)),
        ],
        UnmapNetwork unmap =>
        [
            CheckResult.Of("Mapping", "FO-12", Find(unmap) is not null, () =>
                ErrorCatalogue.Error("NetworkNotMapped", unmap.Network, unmap.Fabric, unmap.RecoveryFabric)),
        ],
        _ => [],
    };

    private IEnumerable<CheckResult> CheckNetwork(string id, string fabric, string network)
    {
        if (Engine.FabricPath(fabric) is null)
        {
            yield return CheckResult.Of("Fabric", "TO-01", passed: false, () => ErrorCatalogue.Error("FabricNotFound", fabric));
            yield break;
        }

        var site = Engine.Site(fabric).Snapshot();
        yield return site.Reachable
            ? CheckResult.Of(id, "FO-12", site.Networks.Contains(network, StringComparer.OrdinalIgnoreCase), () => ErrorCatalogue.Error("NetworkUnknown", network, fabric, string.Join(", ", site.Networks)))
            : CheckResult.Of("SiteReachable", "TO-01", passed: false, () => ErrorCatalogue.Error("SiteUnreachable", fabric));
    }

    private NetworkMapping? Find(UnmapNetwork unmap) => Engine.FindMapping(unmap.Fabric, unmap.Network, unmap.RecoveryFabric);

    private Task Change(TaskContext context)
    {
        switch (command)
        {
            case MapNetwork map:
                Engine.Map(new NetworkMapping(map.Fabric, map.Network, map.RecoveryFabric, map.RecoveryNetwork));
                break;
            case UnmapNetwork unmap:
                if (Find(unmap) is { } mapping)
                {
                    Engine.Unmap(mapping);
                }

                break;
        }

        return Task.CompletedTask;
    }
}
