namespace AsrFailback;

/// <summary>Where a vault's service runs.</summary>
public enum VaultHome
{
    /// <summary>In this process, over a vault folder.</summary>
    Embedded,
}

/// <summary>A vault that is connected. Immutable.</summary>
/// <param name="Id">ARM id; an embedded vault uses its own random GUID as the subscription.</param>
/// <param name="Name">Its name.</param>
/// <param name="Path">The vault's folder, absolute.</param>
/// <param name="Home">Where its service runs.</param>
public sealed record Vault(ArmId Id, string Name, string Path, VaultHome Home);
