using System.Security;

namespace AsrFailback;

/// <summary>A certificate with its private key as a file (PKCS #12), for as long as a call takes: nothing of it is stored (FO-06).</summary>
public sealed class EncryptionCertificateFile
{
    /// <summary>Bytes of a file at most.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>A file that was read.</summary>
    /// <param name="name">Its name, for errors.</param>
    /// <param name="content">Its content.</param>
    /// <param name="password">What it is encrypted with; null for nothing.</param>
    public EncryptionCertificateFile(string name, ReadOnlyMemory<byte> content, SecureString? password) =>
        (Name, Content, Password) = (name, content, password);

    /// <summary>Its name, for errors.</summary>
    public string Name { get; }

    /// <summary>Its content.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>What it is encrypted with; null for nothing.</summary>
    public SecureString? Password { get; }
}
