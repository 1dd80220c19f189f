namespace AsrFailback.Core.Protection;

/// <summary>
/// Names of protection groups (TO-08, RPL-04). A machine belongs to a group that it fails over with, and to the failback group
/// of it while replication leads home: derived from the facts, so that the two can never disagree. Pure.
/// </summary>
public static class ProtectionGroups
{
    private const string FailbackSuffix = "_Failback";

    /// <summary>The failback group of a group.</summary>
    public static string FailbackOf(string group) => group + FailbackSuffix;

    /// <summary>Whether a name belongs to failback groups.</summary>
    public static bool IsFailback(string group) => group.EndsWith(FailbackSuffix, StringComparison.OrdinalIgnoreCase);

    /// <summary>The group an item fails over with.</summary>
    public static string ForwardOf(ProtectionFacts facts) => facts.ProtectionGroup ?? DefaultOf(facts.HomeFabric, facts.RecoveryFabric);

    /// <summary>The group a machine is to fail over with.</summary>
    public static string ForwardOf(EnableProtection command) => command.ProtectionGroup ?? DefaultOf(command.HomeFabric, command.RecoveryFabric);

    /// <summary>The group of an item whose replication leads to a side.</summary>
    public static string Toward(ProtectionFacts facts, Side target) => target == Side.Home ? FailbackOf(ForwardOf(facts)) : ForwardOf(facts);

    /// <summary>The group an item is in now.</summary>
    public static string Of(ProtectionFacts facts) => Toward(facts, facts.TargetSide);

    /// <summary>The groups of several items, each followed by its failback group, in order of first appearance.</summary>
    public static IReadOnlyList<string> OfAll(IEnumerable<ProtectionFacts> items) =>
        [.. items.Select(ForwardOf).Distinct(StringComparer.OrdinalIgnoreCase).SelectMany(group => new[] { group, FailbackOf(group) })];

    // Of machines that were given none: one for each pair of fabrics.
    private static string DefaultOf(string homeFabric, string recoveryFabric) => $"{homeFabric}-{recoveryFabric}";
}
