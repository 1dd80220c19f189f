namespace AsrFailback;

/// <summary>A network interface of a protected item: at home, and what a failover away from there makes of it (FO-12). Immutable, thread-safe.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsPrimary">Whether it is the primary one.</param>
/// <param name="Network">Its network at home; null when it is isolated.</param>
/// <param name="Address">Its address at home; null for DHCP, or when it is not known.</param>
public sealed record ItemNic(string Name, bool IsPrimary, string? Network, string? Address)
{
    /// <summary>Whether it is made at the recovery site.</summary>
    public bool IsCreated { get; init; } = true;

    /// <summary>The network that was chosen for it there, or that its own is mapped to; null for the site's first one.</summary>
    public string? RecoveryNetwork { get; init; }

    /// <summary>Its address there; null for whatever it is given.</summary>
    public string? RecoveryAddress { get; init; }

    /// <summary>Its name, for people.</summary>
    public override string ToString() => Name;
}
