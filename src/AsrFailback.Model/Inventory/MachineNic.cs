namespace AsrFailback;

/// <summary>A network interface of a machine (FO-12). Immutable, thread-safe.</summary>
/// <param name="Name">Name within the machine; it is the same at both sites.</param>
/// <param name="Network">The network it is attached to; null when isolated.</param>
/// <param name="Primary">Whether it is the machine's primary one; a machine has exactly one.</param>
public sealed record MachineNic(string Name, string? Network, bool Primary)
{
    /// <summary>The name of the only interface of a machine that nobody named.</summary>
    public const string UsualName = "nic0";

    /// <summary>Its address; null for DHCP, or when it is not known.</summary>
    public string? Address { get; init; }

    /// <summary>Whether the address was set by hand (RP-16).</summary>
    public bool AddressIsStatic { get; init; }

    /// <summary>Whether the address is a public one of its provider.</summary>
    public bool AddressIsPublic { get; init; }

    /// <summary>The address it is to have after a failover; null for whatever it is given there.</summary>
    public string? TargetAddress { get; init; }

    /// <summary>The interfaces of a machine that has only one.</summary>
    /// <param name="network">The network it is attached to; null for none.</param>
    public static IReadOnlyList<MachineNic> Only(string? network) => [new(UsualName, network, Primary: true)];

    /// <summary>Its name, for people.</summary>
    public override string ToString() => Name;
}
