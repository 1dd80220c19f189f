namespace AsrFailback;

/// <summary>Which network of a recovery site the machines of a network get when they fail over there (FO-12). Immutable, thread-safe.</summary>
/// <param name="PrimaryFabric">The site the machines come from.</param>
/// <param name="PrimaryNetwork">Their network there.</param>
/// <param name="RecoveryFabric">The site they fail over to.</param>
/// <param name="RecoveryNetwork">Their network there.</param>
public sealed record NetworkMapping(string PrimaryFabric, string PrimaryNetwork, string RecoveryFabric, string RecoveryNetwork);
