using System.Security;
using System.Security.Cryptography;
using AsrFailback.Core.Errors;

namespace AsrFailback.Commands;

/// <summary>The certificate of an encrypted VMM cloud as a user gives it (FO-06).</summary>
internal static class GivenCertificate
{
    /// <summary>Opens the keys of the cloud's machines with it; null when none is given.</summary>
    /// <param name="service">The vault.</param>
    /// <param name="path">The absolute path of its file; null for none.</param>
    /// <param name="password">The file's password.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>What a command tells of it.</returns>
    /// <exception cref="AsrException"><c>ArgumentInvalid</c>: a password without a file; <c>EncryptionCertificateUnreadable</c>,
    /// <c>EncryptionCertificateWithoutKey</c>, or what the file system says.</exception>
    public static async Task<EncryptionCertificate?> UseAsync(IFailbackService service, string? path, SecureString? password, CancellationToken cancellation)
    {
        if (path is null)
        {
            return password is null ? null : throw ErrorCatalogue.Exception("ArgumentInvalid", "EncryptionCertificatePassword", Messages.Get("PasswordNeedsCertificate"));
        }

        var content = await BoundedFile.ReadAsync(path, EncryptionCertificateFile.MaxBytes, cancellation).ConfigureAwait(false);
        try
        {
            return await service.UseEncryptionCertificateAsync(new EncryptionCertificateFile(path, content, password), cancellation).ConfigureAwait(false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }
}
