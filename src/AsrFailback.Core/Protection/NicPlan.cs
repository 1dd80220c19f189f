using AsrFailback.Core.Readiness;

namespace AsrFailback.Core.Protection;

/// <summary>The network interfaces of a machine at its two sites (FO-12): an interface has one name at both. Pure.</summary>
public static class NicPlan
{
    /// <summary>The interfaces of a replica away from home: they have no address before a failover, and the default network of the site.</summary>
    public static IReadOnlyList<MachineNic> Waiting(IReadOnlyList<MachineNic> home) =>
        [.. home.Select(nic => nic with { Network = null, Address = null, TargetAddress = null })];

    /// <summary>
    /// The interfaces of a machine that is made anew at home: those it had there, also the ones that were not made away from home. The
    /// own address of one is what it was to have after its failover.
    /// </summary>
    /// <param name="facts">The item, at its home as it is now.</param>
    /// <param name="mappings">All mappings.</param>
    /// <param name="away">The machine away from home.</param>
    public static IReadOnlyList<MachineNic> BackHome(ProtectionFacts facts, IReadOnlyList<NetworkMapping> mappings, Machine away) =>
    [
        .. (facts.KnownNics ?? [.. away.Nics.Select(nic => nic with { Network = null })]).Select(nic => Find(away.Nics, nic) is { } there
            ? nic with
            {
                Network = NetworkPlan.AtHome(facts, mappings, there.Network, nic.Network),
                Address = there.TargetAddress ?? (facts.KnownNics is null ? null : nic.Address),
                TargetAddress = there.Address ?? (facts.KnownNics is null ? null : nic.TargetAddress),
            }
            : nic),
    ];

    /// <summary>The interfaces a machine will have when it has failed over.</summary>
    /// <param name="facts">The item.</param>
    /// <param name="mappings">All mappings.</param>
    /// <param name="source">The machine where it runs; null when that cannot be looked at: then its interfaces count as they were seen last.</param>
    /// <param name="target">The machine that waits for it; null when it is not there.</param>
    /// <param name="networks">The networks of the target.</param>
    public static IReadOnlyList<MachineNic> OnArrival(
        ProtectionFacts facts, IReadOnlyList<NetworkMapping> mappings, Machine? source, Machine? target, IReadOnlyList<string> networks) =>
        facts.TargetSide == Side.Home ? AtHome(facts, source, target)
        : (source?.Nics ?? facts.KnownNics) is { } home ? Away(facts, mappings, home, target, networks)
        : target?.Nics ?? [];

    /// <summary>The interfaces at home, each with what a failover away from there makes of it.</summary>
    public static IReadOnlyList<ItemNic> Shown(ProtectionFacts facts, IReadOnlyList<NetworkMapping> mappings) =>
    [
        .. (facts.KnownNics ?? []).Select(nic => NicTargets.IsCreated(facts, nic)
            ? new ItemNic(nic.Name, nic.Primary, nic.Network, nic.Address)
            {
                RecoveryNetwork = NetworkPlan.WantedAway(facts, mappings, nic), RecoveryAddress = NicTargets.AddressAway(facts, nic),
            }
            : new ItemNic(nic.Name, nic.Primary, nic.Network, nic.Address) { IsCreated = false }),
    ];

    /// <summary>The interface of the same name; null when there is none.</summary>
    public static MachineNic? Find(IReadOnlyList<MachineNic> nics, MachineNic nic) => nics.FirstOrDefault(other => Words.Same(other.Name, nic.Name));

    // What it was at home is what it becomes there again.
    private static MachineNic[] AtHome(ProtectionFacts facts, Machine? source, Machine? target) =>
    [
        .. (target?.Nics ?? facts.KnownNics ?? source?.Nics ?? []).Select(nic => nic with
        {
            Address = (target is null ? null : nic.Address) ?? Find(source?.Nics ?? [], nic)?.TargetAddress ?? Find(facts.KnownNics ?? [], nic)?.Address,
        }),
    ];

    private static MachineNic[] Away(
        ProtectionFacts facts, IReadOnlyList<NetworkMapping> mappings, IReadOnlyList<MachineNic> home, Machine? target, IReadOnlyList<string> networks) =>
    [
        .. home.Where(nic => NicTargets.IsCreated(facts, nic)).Select(nic =>
        {
            var waiting = Find(target?.Nics ?? [], nic) ?? Waiting([nic])[0] with { Network = target?.Network };
            var address = NicTargets.AddressAway(facts, nic);
            return waiting with
            {
                Primary = nic.Primary,
                Network = NetworkPlan.Away(facts, mappings, nic, waiting.Network, networks),
                Address = address ?? (nic.Address is null ? waiting.Address : null),
                TargetAddress = address is null && nic.Address is null ? waiting.TargetAddress : nic.Address,
            };
        }),
    ];
}
