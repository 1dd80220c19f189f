namespace AsrFailback;

/// <summary>A certificate that decrypts the data of a VMM cloud, as far as it can be told without its key (FO-06).</summary>
/// <param name="Thumbprint">Its thumbprint, in hexadecimal; not a secret.</param>
/// <param name="NotAfterUtc">When it expires, UTC.</param>
public sealed record EncryptionCertificate(string Thumbprint, DateTimeOffset NotAfterUtc);
