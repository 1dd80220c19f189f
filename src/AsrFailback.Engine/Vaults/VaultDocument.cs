namespace AsrFailback.Engine.Vaults;

/// <summary>What a vault is.</summary>
/// <param name="Id">Its own GUID, used as the subscription in ids.</param>
/// <param name="Name">Its name.</param>
internal sealed record VaultDocument(Guid Id, string Name);

/// <summary>A fabric of the vault.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">The site's folder, relative to the vault's parent folder where it lies below it, so that both can be moved together.</param>
/// <param name="Kind">The site's kind, known while the site is gone.</param>
internal sealed record FabricDocument(string Name, string Path, FabricKind Kind);
