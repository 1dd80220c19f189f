using System.Management.Automation.Runspaces;
using AsrFailback.Core.Errors;

namespace AsrFailback.Commands;

/// <summary>
/// The vaults this process has open: one engine per folder, shared by all runspaces that connected it, closed when the
/// last of them lets go, closes, or the process ends. Thread-safe.
/// </summary>
internal static class OpenVaults
{
    private static readonly object Lock = new();
    private static readonly Dictionary<string, Entry> Entries = [];
    private static readonly HashSet<Guid> Watched = [];

    static OpenVaults() => AppDomain.CurrentDomain.ProcessExit += (_, _) => CloseAll();

    /// <summary>All open vaults, by name.</summary>
    public static IReadOnlyList<IFailbackService> All
    {
        get
        {
            lock (Lock)
            {
                return [.. Entries.Values.Select(entry => entry.Service).OrderBy(service => service.Vault.Name, StringComparer.OrdinalIgnoreCase)];
            }
        }
    }

    /// <summary>Opens a vault for a runspace, or shares the one that is open.</summary>
    /// <exception cref="AsrException">What the engine says: <c>VaultMissing</c>, <c>VaultInUse</c>, …</exception>
    public static IFailbackService Open(string folder, Runspace runspace)
    {
        lock (Lock)
        {
            var key = Canonical(folder);
            if (!Entries.TryGetValue(key, out var entry))
            {
                Entries[key] = entry = new Entry(EngineHost.Open(key));
            }

            entry.Users.Add(runspace.InstanceId);
            if (Watched.Add(runspace.InstanceId))
            {
                runspace.StateChanged += ReleaseWhenClosed;
            }

            return entry.Service;
        }
    }

    /// <summary>A runspace lets go of a vault; the last one closes it. Its jobs go on when it is opened again.</summary>
    public static void Release(IFailbackService service, Guid runspace)
    {
        lock (Lock)
        {
            var (key, entry) = Entries.FirstOrDefault(candidate => candidate.Value.Service == service);
            if (entry is not null && entry.Users.Remove(runspace) && entry.Users.Count == 0)
            {
                Entries.Remove(key);
                EngineHost.CloseAsync(service).GetAwaiter().GetResult();
            }
        }
    }

    /// <summary>A runspace lets go of every vault it has.</summary>
    public static void ReleaseAll(Guid runspace)
    {
        foreach (var service in All)
        {
            Release(service, runspace);
        }
    }

    /// <summary>The open vault of a folder; null when it is not open here.</summary>
    public static IFailbackService? At(string folder)
    {
        lock (Lock)
        {
            return Entries.GetValueOrDefault(Canonical(folder))?.Service;
        }
    }

    /// <summary>An open vault by id, path or name; null when there is none.</summary>
    /// <param name="identity">What was given.</param>
    /// <param name="location">Where a relative path begins.</param>
    /// <exception cref="AsrException"><c>VaultAmbiguous</c>.</exception>
    public static IFailbackService? Find(string identity, string location)
    {
        bool Is(string text) => string.Equals(text, identity, StringComparison.OrdinalIgnoreCase);
        if (At(Path.GetFullPath(identity, location)) is { } found)
        {
            return found;
        }

        var open = All;
        if (open.FirstOrDefault(service => Is(service.Vault.Id.Value)) is { } meant)
        {
            return meant;
        }

        var named = open.Where(service => Is(service.Vault.Name)).ToArray();
        return named.Length <= 1 ? named.FirstOrDefault() : throw ErrorCatalogue.Exception(
            "VaultAmbiguous", identity, string.Join(", ", named.Select(service => service.Vault.Path)));
    }

    private static string Canonical(string folder)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return Directory.Exists(full) ? new DirectoryInfo(full).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? full : full;
    }

    private static void ReleaseWhenClosed(object? sender, RunspaceStateEventArgs change)
    {
        if (sender is not Runspace runspace || change.RunspaceStateInfo.State is not (RunspaceState.Closed or RunspaceState.Broken))
        {
            return;
        }

        runspace.StateChanged -= ReleaseWhenClosed;
        lock (Lock)
        {
            Watched.Remove(runspace.InstanceId);
        }

        ReleaseAll(runspace.InstanceId);
    }

    private static void CloseAll()
    {
        foreach (var service in All)
        {
            try
            {
                EngineHost.CloseAsync(service).GetAwaiter().GetResult();
            }
            catch (AsrException)
            {
                // The process ends; what could not be closed cleanly is replayed when the vault is opened again.
            }
        }
    }

    private sealed record Entry(IFailbackService Service)
    {
        public HashSet<Guid> Users { get; } = [];
    }
}
