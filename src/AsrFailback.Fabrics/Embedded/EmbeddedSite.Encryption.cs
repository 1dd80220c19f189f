using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Fabrics.Embedded;

/// <content>
/// The certificates of a VMM site's clouds (FO-06): <c>provider/THUMBPRINT.pfx</c>, for its owner alone, stands in for the VMM server's
/// certificate store.
/// </content>
public sealed partial class EmbeddedSite
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private string ProviderFolder => Path.Combine(_root, "provider");

    /// <summary>Keeps a certificate with its private key; one that is there stays.</summary>
    /// <param name="thumbprint">Its thumbprint.</param>
    /// <param name="content">PKCS #12 without a password.</param>
    /// <exception cref="AsrException"><c>SiteUnreachable</c>, or what the file system says.</exception>
    public void KeepCertificate(string thumbprint, ReadOnlySpan<byte> content)
    {
        lock (_lock)
        {
            RequireReachable();
            var path = CertificatePath(thumbprint);
            if (_files.Exists(path))
            {
                return;
            }

            // The folder is shut before a file is in it.
            _files.CreateFolder(ProviderFolder);
            Shut(ProviderFolder, OwnerOnly | UnixFileMode.UserExecute);
            AtomicFile.Replace(_files, path, content);
            Shut(path, OwnerOnly);
        }
    }

    /// <summary>A certificate that is kept here with its private key; null when it is not, or the site does not answer.</summary>
    /// <param name="thumbprint">Its thumbprint.</param>
    /// <exception cref="AsrException"><c>FileTooLarge</c>, or what the file system says.</exception>
    public byte[]? FindCertificate(string thumbprint) => IsReachable ? AtomicFile.Read(_files, CertificatePath(thumbprint), EncryptionCertificateFile.MaxBytes) : null;

    /// <summary>Names the certificate of a cloud in the inventory.</summary>
    /// <param name="cloud">The cloud.</param>
    /// <param name="thumbprint">The certificate's thumbprint.</param>
    /// <exception cref="AsrException"><c>SiteInvalid</c>.</exception>
    public void PutCloudCertificate(string cloud, string thumbprint) => ChangeInventory(site => site with
    {
        Clouds = [.. site.Clouds.Select(known => IsNamed(known.Name, cloud) ? known with { EncryptionCertificate = thumbprint } : known)],
    });

    // A thumbprint comes from files that people edit.
    private string CertificatePath(string thumbprint) => thumbprint.Length is > 0 and <= 128 && thumbprint.All(char.IsAsciiHexDigit)
        ? Path.Combine(ProviderFolder, thumbprint.ToUpperInvariant() + ".pfx")
        : throw ErrorCatalogue.Exception("NameInvalid", thumbprint);

    private static void Shut(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows() && Path.Exists(path))
        {
            File.SetUnixFileMode(path, mode);
        }
    }
}
