using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AsrFailback.Core.Errors;

namespace AsrFailback.Engine.Encryption;

/// <summary>A certificate of a VMM cloud with its private key, in memory. Not thread-safe.</summary>
internal sealed class CloudCertificate : IDisposable
{
    /// <summary>How long a new one is valid.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromDays(3 * 365);

    private const int KeyBits = 3072;

    private readonly X509Certificate2 _certificate;

    private CloudCertificate(X509Certificate2 certificate) => _certificate = certificate;

    /// <summary>Its thumbprint.</summary>
    public string Thumbprint => _certificate.Thumbprint;

    /// <summary>When it expires, UTC.</summary>
    public DateTimeOffset NotAfterUtc => _certificate.NotAfter.ToUniversalTime();

    /// <summary>Issues one for a cloud, signed by itself.</summary>
    public static CloudCertificate Issue(string cloud, DateTimeOffset now)
    {
        using var key = RSA.Create(KeyBits);
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(cloud.Length <= 64 ? cloud : cloud[..64]);
        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyEncipherment, critical: true));
        return new CloudCertificate(request.CreateSelfSigned(now - TimeSpan.FromMinutes(5), now + Validity));
    }

    /// <summary>Reads PKCS #12.</summary>
    /// <param name="name">Its name, for errors.</param>
    /// <param name="content">Its content.</param>
    /// <param name="password">Its password; null for none.</param>
    /// <exception cref="AsrException"><c>EncryptionCertificateUnreadable</c>, <c>EncryptionCertificateWithoutKey</c>.</exception>
    public static CloudCertificate Read(string name, byte[] content, SecureString? password)
    {
        X509Certificate2 certificate;
        try
        {
            // Nothing of it goes to the key store of this computer where that can be helped.
            certificate = new X509Certificate2(content, password, OperatingSystem.IsMacOS() ? X509KeyStorageFlags.DefaultKeySet : X509KeyStorageFlags.EphemeralKeySet | X509KeyStorageFlags.Exportable);
        }
        catch (CryptographicException unreadable)
        {
            throw ErrorCatalogue.Caused(unreadable, "EncryptionCertificateUnreadable", name);
        }

        using var key = certificate.GetRSAPrivateKey();
        if (key is null)
        {
            certificate.Dispose();
            throw ErrorCatalogue.Exception("EncryptionCertificateWithoutKey", name);
        }

        return new CloudCertificate(certificate);
    }

    /// <summary>The certificate with its private key.</summary>
    /// <param name="password">What it is encrypted with; null for nothing.</param>
    /// <returns>PKCS #12; the caller overwrites it.</returns>
    public byte[] Export(SecureString? password) => _certificate.Export(X509ContentType.Pkcs12, password);

    /// <summary>Wraps a key, for whoever has the private key.</summary>
    public byte[] Wrap(byte[] key)
    {
        using var rsa = _certificate.GetRSAPublicKey()!;
        return rsa.Encrypt(key, RSAEncryptionPadding.OaepSHA256);
    }

    /// <summary>Unwraps a key; null when it was wrapped for another certificate, or was changed. The caller overwrites it.</summary>
    public byte[]? TryUnwrap(byte[] wrapped)
    {
        using var rsa = _certificate.GetRSAPrivateKey()!;
        try
        {
            return rsa.Decrypt(wrapped, RSAEncryptionPadding.OaepSHA256);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _certificate.Dispose();
}
