using System.Text;
using System.Text.Json;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Engine.Encryption;

/// <summary>
/// <c>key.json</c> beside the journals of a machine in Azure: its data key, wrapped with a certificate (RSA-OAEP with SHA-256). While a
/// certificate is replaced it is there twice, so that either opens it.
/// </summary>
/// <param name="Version">Version of the format.</param>
/// <param name="Keys">The key as it is wrapped, by certificate.</param>
internal sealed record WrappedKey(int Version, IReadOnlyList<WrappedKeyEntry> Keys)
{
    private const int CurrentVersion = 1;
    private const int MaxBytes = 16 * 1024;

    /// <summary>A key that is wrapped with certificates.</summary>
    public static WrappedKey Of(params WrappedKeyEntry[] keys) => new(CurrentVersion, keys);

    /// <summary>The key wrapped with that certificate; null when it is not.</summary>
    public byte[]? For(string thumbprint) => Keys.FirstOrDefault(key => string.Equals(key.Thumbprint, thumbprint, StringComparison.OrdinalIgnoreCase))?.Key;

    /// <summary>Reads it.</summary>
    /// <exception cref="AsrException"><c>EncryptionKeyFileDamaged</c>, <c>FormatTooNew</c>, or what the file system says.</exception>
    public static WrappedKey Read(IFileSystem files, string path)
    {
        var content = AtomicFile.Read(files, path, MaxBytes) ?? throw ErrorCatalogue.Exception("EncryptionKeyFileDamaged", path);
        try
        {
            var read = EngineJson.Read<WrappedKey>(Encoding.UTF8.GetString(content));
            return read is not { Keys: not null } || read.Keys.Any(key => key is not { Thumbprint: not null, Key: not null }) ? throw ErrorCatalogue.Exception("EncryptionKeyFileDamaged", path)
                : read.Version > CurrentVersion ? throw ErrorCatalogue.Exception("FormatTooNew", path, read.Version, CurrentVersion)
                : read;
        }
        catch (JsonException damaged)
        {
            throw ErrorCatalogue.Caused(damaged, "EncryptionKeyFileDamaged", path);
        }
    }

    /// <summary>Replaces it durably.</summary>
    public void Write(IFileSystem files, string path)
    {
        files.CreateFolder(Path.GetDirectoryName(path)!);
        AtomicFile.Replace(files, path, Encoding.UTF8.GetBytes(EngineJson.Write(this)));
    }
}

/// <summary>A data key, wrapped.</summary>
/// <param name="Thumbprint">The certificate that unwraps it.</param>
/// <param name="Key">The wrapped key.</param>
internal sealed record WrappedKeyEntry(string Thumbprint, byte[] Key);
