using System.Security;
using System.Security.Cryptography;
using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Engine.Encryption;
using AsrFailback.Engine.Items;

namespace AsrFailback.Engine;

/// <content>Data of encrypted VMM clouds (FO-06).</content>
public sealed partial class FailbackEngine
{
    /// <summary>The data keys that are in memory.</summary>
    internal KeyRing Keys { get; }

    /// <inheritdoc/>
    public Task<EncryptionCertificate> UseEncryptionCertificateAsync(EncryptionCertificateFile file, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.Content.Length > EncryptionCertificateFile.MaxBytes)
        {
            throw ErrorCatalogue.Exception("FileTooLarge", file.Name, file.Content.Length, EncryptionCertificateFile.MaxBytes);
        }

        using var certificate = ReadCertificate(file);
        if (certificate.NotAfterUtc > Options.Clock.GetUtcNow())
        {
            foreach (var item in _items.Values.Where(item => item.State.Facts.Encryption is not null))
            {
                cancellation.ThrowIfCancellationRequested();
                OpenKey(item, certificate);
            }
        }

        return Task.FromResult(new EncryptionCertificate(certificate.Thumbprint, certificate.NotAfterUtc));
    }

    /// <inheritdoc/>
    public Task<byte[]> ExportEncryptionCertificateAsync(string fabric, string cloud, SecureString password, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(password);
        var site = Site(fabric);
        if (site.Outage is { } outage)
        {
            throw new AsrException(outage);
        }

        var found = site.Snapshot().Clouds.FirstOrDefault(known => IsName(known.Name, cloud)) ?? throw ErrorCatalogue.Exception("CloudNotFound", cloud, fabric);
        using var certificate = Keys.FindCertificate(fabric, found.EncryptionCertificate ?? "")
            ?? throw ErrorCatalogue.Exception("EncryptionCertificateNotIssued", cloud, found.EncryptionCertificate ?? "-", fabric);
        return Task.FromResult(certificate.Export(password));
    }

    /// <summary>The machines whose data is encrypted for a cloud.</summary>
    internal IEnumerable<ProtectionFacts> EncryptedFor(string fabric, string cloud) => _items.Values.Select(item => item.State.Facts)
        .Where(facts => IsName(facts.HomeFabric, fabric) && IsName(facts.Encryption?.Cloud ?? "", cloud));

    // A machine whose wrapped key is damaged does not keep the others from theirs.
    private void OpenKey(ItemRuntime item, CloudCertificate certificate)
    {
        try
        {
            if (item.At(Side.Recovery).Site.IsReachable && Keys.Open(item.State.Facts, certificate) && item.Failure is { Id: "EncryptionKeyMissing" })
            {
                ResumeIfIdle(item);
            }
        }
        catch (AsrException)
        {
            // Its own failover is refused, because its key is missing.
        }
    }

    private static CloudCertificate ReadCertificate(EncryptionCertificateFile file)
    {
        var content = file.Content.ToArray();
        try
        {
            return CloudCertificate.Read(file.Name, content, file.Password);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }
}
