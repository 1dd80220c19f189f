namespace AsrFailback;

/// <summary>What a network interface of a machine becomes at the recovery site (FO-12); what is null is as it would be without. Immutable, thread-safe.</summary>
/// <param name="Nic">Its name.</param>
public sealed record NicTarget(string Nic)
{
    /// <summary>Its network there; null for the one that its own is mapped to, or else the site's first one.</summary>
    public string? Network { get; init; }

    /// <summary>Its address there; null for the target address of the machine's file.</summary>
    public string? Address { get; init; }

    /// <summary>Whether it is not made there at all; never for the primary one.</summary>
    public bool DoNotCreate { get; init; }
}
