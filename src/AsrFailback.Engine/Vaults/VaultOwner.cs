using System.Globalization;
using System.Text.Json;
using AsrFailback.Core.Errors;

namespace AsrFailback.Engine.Vaults;

/// <summary>
/// One owner process per vault: an operating system lock, which the system takes back when the process dies, and a record
/// that tells a second process who the owner is.
/// </summary>
internal sealed class VaultOwner : IDisposable
{
    private readonly FileStream _lock;

    private VaultOwner(FileStream lockFile) => _lock = lockFile;

    /// <summary>Takes the vault.</summary>
    /// <exception cref="AsrException"><c>VaultInUse</c> with the owner's process, host and start.</exception>
    public static VaultOwner Take(string folder, TimeProvider clock)
    {
        FileStream lockFile;
        try
        {
            lockFile = new FileStream(Path.Combine(folder, "owner.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw InUse(folder);
        }
        catch (UnauthorizedAccessException cause)
        {
            throw ErrorCatalogue.Caused(cause, "AccessDenied", folder, cause.Message);
        }

        try
        {
            var record = new OwnerRecord(Environment.ProcessId, Environment.MachineName, clock.GetUtcNow());
            File.WriteAllText(RecordPath(folder), JsonSerializer.Serialize(record));
            return new VaultOwner(lockFile);
        }
        catch (IOException cause)
        {
            lockFile.Dispose();
            throw ErrorCatalogue.Caused(cause, cause.HResult is 28 or 122 ? "DiskFull" : "FileError", RecordPath(folder), cause.Message);
        }
    }

    public void Dispose() => _lock.Dispose();

    private static string RecordPath(string folder) => Path.Combine(folder, "owner.json");

    private static AsrException InUse(string folder)
    {
        try
        {
            var owner = JsonSerializer.Deserialize<OwnerRecord>(File.ReadAllText(RecordPath(folder)))!;
            return ErrorCatalogue.Exception("VaultInUse", folder, owner.Process, owner.Host, owner.SinceUtc.ToString("u", CultureInfo.InvariantCulture));
        }
        catch (Exception unreadable) when (unreadable is IOException or JsonException)
        {
            return ErrorCatalogue.Exception("VaultInUse", folder, "?", "?", "?");
        }
    }

    private sealed record OwnerRecord(int Process, string Host, DateTimeOffset SinceUtc);
}
