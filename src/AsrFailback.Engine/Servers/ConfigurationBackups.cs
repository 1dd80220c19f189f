using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AsrFailback.Core.Errors;
using AsrFailback.Fabrics.Embedded;
using AsrFailback.Replication.IO;

namespace AsrFailback.Engine.Servers;

/// <summary>A saved database of a configuration server.</summary>
/// <param name="Version">Version of the format.</param>
/// <param name="Fabric">The fabric it belongs to.</param>
/// <param name="Server">Name of the server.</param>
/// <param name="Address">Its address then; null when it was not known.</param>
/// <param name="TakenUtc">When it was saved, UTC.</param>
/// <param name="Database">What it knew.</param>
/// <param name="Sha256">SHA-256, in hexadecimal, of the document with an empty one.</param>
internal sealed record ConfigurationBackup(int Version, string Fabric, string Server, string? Address, DateTimeOffset TakenUtc, ConfigurationDatabase Database, string Sha256);

/// <summary>The saved databases of one fabric's configuration server, in the vault's folder: beside the site, not in it.</summary>
internal sealed class ConfigurationBackups(IFileSystem files, string vaultFolder, string fabric)
{
    /// <summary>Backups that are kept in the vault's folder.</summary>
    public const int Kept = 7;

    private const int CurrentVersion = 1;
    private const int MaxBytes = 4 << 20;

    private readonly string _folder = Path.Combine(vaultFolder, "configuration-server", fabric);

    /// <summary>The newest backup in the vault's folder, or null.</summary>
    public string? Newest => files.List(_folder, "*.json").Order(StringComparer.Ordinal).LastOrDefault();

    /// <summary>The file of a backup taken now.</summary>
    public string PathAt(DateTimeOffset now) => Path.Combine(_folder, now.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture) + ".json");

    /// <summary>Saves a database.</summary>
    public void Write(string path, ConfigurationServer server, ConfigurationDatabase database, DateTimeOffset now)
    {
        files.CreateFolder(Path.GetDirectoryName(path)!);
        var backup = new ConfigurationBackup(CurrentVersion, fabric, server.Name, server.Address, now, database, "");
        AtomicFile.Replace(files, path, Encoding.UTF8.GetBytes(EngineJson.Write(backup with { Sha256 = DigestOf(backup) })));
        foreach (var old in files.List(_folder, "*.json").OrderDescending(StringComparer.Ordinal).Skip(Kept))
        {
            files.Delete(old);
        }
    }

    /// <summary>Reads a backup and proves that it is whole.</summary>
    /// <exception cref="AsrException"><c>BackupInvalid</c>, <c>FileMissing</c>, <c>FileTooLarge</c>.</exception>
    public ConfigurationBackup Read(string path)
    {
        var content = AtomicFile.Read(files, path, MaxBytes) ?? throw ErrorCatalogue.Exception("FileMissing", path, "it is to be restored");
        try
        {
            var backup = EngineJson.Read<ConfigurationBackup>(Encoding.UTF8.GetString(content));
            return backup is { Version: CurrentVersion, Database: not null } && backup.Sha256 == DigestOf(backup) ? backup : throw ErrorCatalogue.Exception("BackupInvalid", path);
        }
        catch (JsonException cause)
        {
            throw ErrorCatalogue.Caused(cause, "BackupInvalid", path);
        }
    }

    private static string DigestOf(ConfigurationBackup backup) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(EngineJson.Write(backup with { Sha256 = "" }))));
}
