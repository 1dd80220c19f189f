namespace AsrFailback;

/// <summary>
/// Issues the certificate that the data of a VMM cloud is encrypted with, as the set-up of its provider does; a cloud that has one gets a
/// new one, and its machines' keys are wrapped with that (FO-06). The private key stays at the site.
/// </summary>
/// <param name="Fabric">The VMM site.</param>
/// <param name="Cloud">The cloud.</param>
public sealed record IssueEncryptionCertificate(string Fabric, string Cloud) : FabricCommand(Fabric);
