using AsrFailback.Core.Readiness;

namespace AsrFailback.Core.Protection;

/// <summary>
/// The network that a network interface has after its failover (FO-12): away from home the one that was chosen for it, or that its own
/// is mapped to, or else the default of the site, which its replica was made with; at home its own again. Pure.
/// </summary>
public static class NetworkPlan
{
    /// <summary>The network that an interface is to have away from home, whether it is there or not; null for the default of the site.</summary>
    /// <param name="facts">The item.</param>
    /// <param name="mappings">All mappings.</param>
    /// <param name="nic">The interface at home.</param>
    public static string? WantedAway(ProtectionFacts facts, IReadOnlyList<NetworkMapping> mappings, MachineNic nic) =>
        NicTargets.For(facts, nic)?.Network ?? Mapped(mappings, facts.HomeFabric, nic.Network, facts.RecoveryFabric);

    /// <summary>The network it will have away from home; null for none.</summary>
    /// <param name="facts">The item.</param>
    /// <param name="mappings">All mappings.</param>
    /// <param name="nic">The interface at home.</param>
    /// <param name="usual">The default.</param>
    /// <param name="networks">The networks of the target: one that is not there any more is not given to anybody.</param>
    public static string? Away(ProtectionFacts facts, IReadOnlyList<NetworkMapping> mappings, MachineNic nic, string? usual, IReadOnlyList<string> networks) =>
        WantedAway(facts, mappings, nic) is { } wanted && networks.FirstOrDefault(network => Words.Same(network, wanted)) is { } there ? there : usual;

    /// <summary>
    /// The network of an interface that is made anew at home, which may be another site by now: the one that its network away from
    /// home is mapped to, or the one of the name that it had; null where neither is told.
    /// </summary>
    /// <param name="facts">The item, at its home as it is now.</param>
    /// <param name="mappings">All mappings.</param>
    /// <param name="away">Its network away from home; null for none.</param>
    /// <param name="before">Its network at its home before; null when it is not known.</param>
    public static string? AtHome(ProtectionFacts facts, IReadOnlyList<NetworkMapping> mappings, string? away, string? before) =>
        Mapped(mappings, facts.RecoveryFabric, away, facts.HomeFabric) ?? before;

    private static string? Mapped(IReadOnlyList<NetworkMapping> mappings, string from, string? network, string to) => network is null ? null
        : mappings.FirstOrDefault(mapping =>
            Words.Same(mapping.PrimaryFabric, from) && Words.Same(mapping.PrimaryNetwork, network) && Words.Same(mapping.RecoveryFabric, to))?.RecoveryNetwork;
}
