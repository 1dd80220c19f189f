using AsrFailback.Core.Errors;
using AsrFailback.Core.Jobs;
using AsrFailback.Core.Ports;
using AsrFailback.Storage;

namespace AsrFailback.Engine.Vaults;

/// <summary>The folder of a vault: its state, its lock. Created as a whole or not at all.</summary>
public static class VaultFolder
{
    private const string StateFile = "state.db";

    /// <summary>Where a vault is put together before it gets its name; one that is found there was never finished.</summary>
    public static string Unfinished(string folder) =>
        Path.Combine(Path.GetDirectoryName(Path.GetFullPath(folder))!, $".{Path.GetFileName(folder)}-unfinished");

    /// <summary>Where the state is.</summary>
    public static string StatePath(string folder) => Path.Combine(folder, StateFile);

    /// <summary>Creates a vault, with a first job already recorded if one is given: from then on it can be resumed.</summary>
    /// <exception cref="AsrException"><c>VaultExists</c>, or what the file system says.</exception>
    public static void Create(string folder, string name, FailbackCommand? firstCommand, EngineOptions options)
    {
        var full = Path.GetFullPath(folder);
        if (Directory.Exists(full) || File.Exists(full))
        {
            throw ErrorCatalogue.Exception("VaultExists", full);
        }

        var parent = Path.GetDirectoryName(full)!;
        options.Files.CreateFolder(parent);
        var unfinished = Unfinished(full);
        if (Directory.Exists(unfinished))
        {
            Directory.Delete(unfinished, recursive: true);
        }

        options.Files.CreateFolder(unfinished);
        using (var store = options.Store(SqliteStateStore.Open(StatePath(unfinished), create: true)))
        {
            store.Put("vault", "vault", EngineJson.Write(new VaultDocument(Guid.NewGuid(), name)), 0);
            if (firstCommand is not null)
            {
                var job = JobRecord.Create(Guid.NewGuid().ToString(), firstCommand, options.Clock.GetUtcNow(), options.Caller);
                new Jobs.JobStore(store).Add(new Jobs.AuditLog(store, options).Note(job, AuditAction.Submitted));
            }
        }

        options.Files.FlushFolder(unfinished);
        Directory.Move(unfinished, full);
        options.Files.FlushFolder(parent);
    }

    /// <summary>Opens the state of an existing vault.</summary>
    /// <exception cref="AsrException"><c>VaultMissing</c>, <c>StateDamaged</c>.</exception>
    internal static IStateStore OpenState(string folder, EngineOptions options)
    {
        RequireVault(folder);
        return options.Store(SqliteStateStore.Open(StatePath(folder), create: false));
    }

    /// <summary>Refuses a folder that holds no vault.</summary>
    public static void RequireVault(string folder)
    {
        if (!File.Exists(StatePath(folder)))
        {
            throw ErrorCatalogue.Exception("VaultMissing", Path.GetFullPath(folder));
        }
    }
}
