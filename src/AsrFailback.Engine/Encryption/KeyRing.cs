using System.Security.Cryptography;
using AsrFailback.Core.Errors;
using AsrFailback.Core.Protection;
using AsrFailback.Engine.Items;
using AsrFailback.Fabrics.Embedded;
using AsrFailback.Replication.Encryption;

namespace AsrFailback.Engine.Encryption;

/// <summary>
/// The data keys of machines whose data lies encrypted in Azure (FO-06), in memory only. A key that is not there is unwrapped with the
/// certificate at the VMM site while that answers; when it does not, somebody gives the certificate. No certificate is kept. Thread-safe.
/// </summary>
internal sealed class KeyRing(EngineOptions options, Func<string, EmbeddedSite> siteOf) : IDisposable
{
    private readonly Dictionary<string, DataKey> _keys = new(StringComparer.OrdinalIgnoreCase);
    private readonly object _lock = new();

    /// <summary>What a journal is encrypted with that a machine has where it replicates to, or replicated to last; null for nothing.</summary>
    /// <exception cref="AsrException"><c>EncryptionKeyMissing</c>, <c>EncryptionKeyFileDamaged</c>, <c>JournalKeyWrong</c>, or what the file system says.</exception>
    public DataKey? KeyOf(ProtectionFacts facts)
    {
        if (facts.Encryption is not { } encryption || facts.TargetSide != Side.Recovery)
        {
            return null;
        }

        lock (_lock)
        {
            if (_keys.TryGetValue(facts.Item, out var known))
            {
                return known;
            }

            using var certificate = FindCertificate(facts.HomeFabric, encryption.Thumbprint)
                ?? throw ErrorCatalogue.Exception("EncryptionKeyMissing", facts.Item, encryption.Cloud, encryption.Thumbprint);
            return _keys[facts.Item] = Unwrap(facts, certificate);
        }
    }

    /// <summary>Whether the data of a machine cannot be read, because its key is not there.</summary>
    public bool IsMissing(ProtectionFacts facts)
    {
        if (facts.FailoverFrom != Side.Home)
        {
            return false; // a machine that runs in Azure, and nothing that it wrote there is read
        }

        try
        {
            KeyOf(facts);
            return false;
        }
        catch (AsrException missing)
        {
            return missing.Error.Id == "EncryptionKeyMissing";
        }
    }

    /// <summary>Makes the key of a machine that is about to be protected, and forgets an earlier one.</summary>
    /// <exception cref="AsrException"><c>EncryptionCertificateNotIssued</c>, or what the file system says.</exception>
    public void Create(ProtectionFacts facts)
    {
        Forget(facts.Item);
        var path = PathOf(facts);
        if (facts.Encryption is not { } encryption)
        {
            options.Files.Delete(path);
            return;
        }

        using var certificate = FindCertificate(facts.HomeFabric, encryption.Thumbprint)
            ?? throw ErrorCatalogue.Exception("EncryptionCertificateNotIssued", encryption.Cloud, encryption.Thumbprint, facts.HomeFabric);
        var key = DataKey.Create();
        WrappedKey.Of(new WrappedKeyEntry(certificate.Thumbprint, key.Use(certificate.Wrap))).Write(options.Files, path);
        lock (_lock)
        {
            _keys[facts.Item] = key;
        }
    }

    /// <summary>Opens the key of a machine with a certificate that somebody gave.</summary>
    /// <returns>Whether it is there now.</returns>
    /// <exception cref="AsrException"><c>EncryptionKeyFileDamaged</c>, <c>JournalKeyWrong</c>, or what the file system says.</exception>
    public bool Open(ProtectionFacts facts, CloudCertificate certificate)
    {
        if (!string.Equals(facts.Encryption?.Thumbprint, certificate.Thumbprint, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        lock (_lock)
        {
            return _keys.ContainsKey(facts.Item) || _keys.TryAdd(facts.Item, Unwrap(facts, certificate));
        }
    }

    /// <summary>Wraps the key of a machine with another certificate as well; either opens it from then on.</summary>
    public void WrapAlso(ProtectionFacts facts, CloudCertificate certificate)
    {
        var wrapped = WrappedKey.Read(options.Files, PathOf(facts));
        if (wrapped.For(certificate.Thumbprint) is null)
        {
            var key = KeyFor(facts);
            WrappedKey.Of([.. wrapped.Keys, new WrappedKeyEntry(certificate.Thumbprint, key.Use(certificate.Wrap))]).Write(options.Files, PathOf(facts));
        }
    }

    /// <summary>Leaves the key of a machine to the certificate that its facts name.</summary>
    public void WrapOnly(ProtectionFacts facts)
    {
        var wrapped = WrappedKey.Read(options.Files, PathOf(facts));
        if (wrapped.Keys.Count > 1 && wrapped.For(facts.Encryption!.Thumbprint) is { } key)
        {
            WrappedKey.Of(new WrappedKeyEntry(facts.Encryption.Thumbprint, key)).Write(options.Files, PathOf(facts));
        }
    }

    /// <summary>Overwrites the key of a machine that is not protected any more.</summary>
    public void Forget(string item)
    {
        lock (_lock)
        {
            if (_keys.Remove(item, out var key))
            {
                key.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var key in _keys.Values)
            {
                key.Dispose();
            }

            _keys.Clear();
        }
    }

    // Whichever way the machine replicates now.
    private DataKey KeyFor(ProtectionFacts facts) => KeyOf(facts with { SourceSide = Side.Home })!;

    private DataKey Unwrap(ProtectionFacts facts, CloudCertificate certificate)
    {
        var path = PathOf(facts);
        var key = WrappedKey.Read(options.Files, path).For(certificate.Thumbprint) is { } wrapped ? certificate.TryUnwrap(wrapped) : null;
        if (key is not { Length: DataKey.Size })
        {
            throw ErrorCatalogue.Exception("EncryptionKeyFileDamaged", path);
        }

        try
        {
            return new DataKey(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>A certificate that is kept at a VMM site; null when it is not, or the site does not answer.</summary>
    public CloudCertificate? FindCertificate(string fabric, string thumbprint)
    {
        if (thumbprint.Length == 0 || siteOf(fabric).FindCertificate(thumbprint) is not { } content)
        {
            return null;
        }

        try
        {
            return CloudCertificate.Read(thumbprint, content, password: null);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    private string PathOf(ProtectionFacts facts) =>
        new ItemPlaces(siteOf(facts.RecoveryFabric), facts.Item, facts.MasterTarget, facts.RetentionVolume).WrappedKey;
}
