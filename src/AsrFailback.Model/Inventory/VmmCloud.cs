namespace AsrFailback;

/// <summary>A cloud of a VMM site (FO-06).</summary>
/// <param name="Name">Its name.</param>
/// <param name="EncryptionCertificate">Thumbprint of the certificate that was issued when the provider was set up on the VMM server; null when its data is not encrypted.</param>
public sealed record VmmCloud(string Name, string? EncryptionCertificate = null);
