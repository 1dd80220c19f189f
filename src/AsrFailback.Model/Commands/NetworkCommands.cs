namespace AsrFailback;

/// <summary>Maps a network of one site to one of another (FO-12); a network that is mapped to that site already is mapped anew.</summary>
/// <param name="Fabric">The site the machines come from.</param>
/// <param name="Network">Their network there.</param>
/// <param name="RecoveryFabric">The site they fail over to.</param>
/// <param name="RecoveryNetwork">Their network there.</param>
public sealed record MapNetwork(string Fabric, string Network, string RecoveryFabric, string RecoveryNetwork) : FabricCommand(Fabric);

/// <summary>Forgets the mapping of a network to a site: machines get the default network of that site again (FO-12).</summary>
/// <param name="Fabric">The site the machines come from.</param>
/// <param name="Network">Their network there.</param>
/// <param name="RecoveryFabric">The site they fail over to.</param>
public sealed record UnmapNetwork(string Fabric, string Network, string RecoveryFabric) : FabricCommand(Fabric);
