using AsrFailback.Core.Readiness;

namespace AsrFailback.Core.Protection;

/// <summary>
/// The network a machine has after its failover (FO-12): away from home the one that its own is mapped to, or else the default
/// of the site, which its replica was made with; at home its own again. Pure.
/// </summary>
public static class NetworkPlan
{
    /// <summary>The mapping that counts for an item; null when its network is not mapped, or it goes home.</summary>
    /// <param name="facts">The item.</param>
    /// <param name="mappings">All mappings.</param>
    /// <param name="source">The machine where it runs; null when that cannot be looked at: then its network counts as it was seen last.</param>
    public static NetworkMapping? MappingOf(ProtectionFacts facts, IReadOnlyList<NetworkMapping> mappings, Machine? source) =>
        facts.TargetSide == Side.Recovery && (source is null ? facts.Addresses?.Network : source.Network) is { } network
            ? mappings.FirstOrDefault(mapping =>
                Words.Same(mapping.PrimaryFabric, facts.HomeFabric) && Words.Same(mapping.PrimaryNetwork, network) && Words.Same(mapping.RecoveryFabric, facts.RecoveryFabric))
            : null;

    /// <summary>The network the machine will have; null for none.</summary>
    /// <param name="facts">The item.</param>
    /// <param name="mappings">All mappings.</param>
    /// <param name="source">The machine where it runs; null when that cannot be looked at.</param>
    /// <param name="target">The machine that waits for it; null when it is not there.</param>
    /// <param name="networks">The networks of the target: one that is not there any more is not given to anybody.</param>
    public static string? OnArrival(
        ProtectionFacts facts, IReadOnlyList<NetworkMapping> mappings, Machine? source, Machine? target, IReadOnlyList<string> networks) =>
        MappingOf(facts, mappings, source) is { } mapping && networks.FirstOrDefault(network => Words.Same(network, mapping.RecoveryNetwork)) is { } mapped
            ? mapped
            : target?.Network;
}
