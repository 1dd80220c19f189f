namespace AsrFailback.Core.Protection;

/// <summary>How the data of a machine is encrypted in Azure (FO-06). No secret.</summary>
/// <param name="Cloud">Its VMM cloud when it was protected.</param>
/// <param name="Thumbprint">The certificate that its key is wrapped with.</param>
public sealed record CloudEncryption(string Cloud, string Thumbprint);
