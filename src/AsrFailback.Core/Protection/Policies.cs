namespace AsrFailback.Core.Protection;

/// <summary>Which policy counts in which direction (TO-09). Pure.</summary>
public static class Policies
{
    /// <summary>Whether the failback policy counts while replication leads to a side.</summary>
    public static bool IsFailback(ProtectionFacts facts, Side target) => target == Side.Home && facts.HomeKind.IsVSphere();

    /// <summary>The policy that counts while replication leads to a side.</summary>
    public static ReplicationPolicy Toward(ProtectionFacts facts, Side target) => IsFailback(facts, target) ? FailbackPolicy.Of(facts.Policy) : facts.Policy;

    /// <summary>Its name: a machine has a policy of its own, a configuration server one for all that comes home.</summary>
    public static string NameToward(ProtectionFacts facts, Side target) => IsFailback(facts, target) ? FailbackPolicy.NameOf(facts.HomeFabric) : $"{facts.Item}-policy";
}
