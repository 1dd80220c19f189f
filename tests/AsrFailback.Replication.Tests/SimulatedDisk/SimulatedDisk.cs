using System.IO.Enumeration;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// A file system in memory behind a volatile cache: nothing survives a <see cref="Crash"/> for sure but what a flush made
/// durable, file content by the file's flush, folder entries by the folder's. Deterministic: the same random numbers make
/// the same crash. Thread-safe.
/// </summary>
internal sealed class SimulatedDisk : IFileSystem
{
    private readonly object _lock = new();
    private readonly Dictionary<string, SimulatedFile> _cached = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SimulatedFile> _durable = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal) { Path.GetPathRoot(Path.GetFullPath("/"))! };
    private readonly List<EntryChange> _pending = [];
    private long _operations;

    /// <summary>A change of a folder's entries: a creation or a rename (to a file), or a deletion (to nothing).</summary>
    private sealed record EntryChange(string Folder, string? Removed, string? Added, SimulatedFile? File);

    public IStoredFile Open(string path, FileOpening how)
    {
        var full = Path.GetFullPath(path);
        lock (_lock)
        {
            if (how == FileOpening.CreateNew)
            {
                RequireNew(full);
                Change(new EntryChange(Path.GetDirectoryName(full)!, null, full, new SimulatedFile()));
            }

            return new SimulatedHandle(full, Find(full));
        }
    }

    public bool Exists(string path)
    {
        lock (_lock)
        {
            return _cached.ContainsKey(Path.GetFullPath(path));
        }
    }

    public IReadOnlyList<string> List(string folder, string pattern)
    {
        var full = Path.GetFullPath(folder);
        lock (_lock)
        {
            return
            [
                .. _cached.Keys
                    .Where(path => Path.GetDirectoryName(path) == full)
                    .Where(path => FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(path), ignoreCase: false))
                    .Order(StringComparer.Ordinal),
            ];
        }
    }

    public void CreateFolder(string path)
    {
        lock (_lock)
        {
            for (var folder = Path.GetFullPath(path); folder is not null; folder = Path.GetDirectoryName(folder))
            {
                _folders.Add(folder);
            }
        }
    }

    public void Rename(string from, string to)
    {
        lock (_lock)
        {
            var file = Find(Path.GetFullPath(from));
            var target = Path.GetFullPath(to);
            Change(new EntryChange(Path.GetDirectoryName(target)!, Path.GetFullPath(from), target, file));
        }
    }

    public void Delete(string path)
    {
        var full = Path.GetFullPath(path);
        lock (_lock)
        {
            if (_cached.ContainsKey(full))
            {
                Change(new EntryChange(Path.GetDirectoryName(full)!, full, null, null));
            }
        }
    }

    public void FlushFolder(string path)
    {
        var full = Path.GetFullPath(path);
        lock (_lock)
        {
            foreach (var change in _pending.Where(change => change.Folder == full))
            {
                Apply(_durable, change);
            }

            _pending.RemoveAll(change => change.Folder == full);
        }
    }

    /// <summary>Whether it says that there is no space left.</summary>
    public Func<bool> IsFull { get; set; } = () => false;

    public long FreeBytes(string folder) => IsFull() ? 0 : long.MaxValue;

    public FileStamp Stamp(string path)
    {
        lock (_lock)
        {
            return new FileStamp(Find(Path.GetFullPath(path)).Length, _operations, _operations, 1);
        }
    }

    /// <summary>
    /// The disk as it may be after a power cut. Of each folder's pending changes a prefix survives, of each file what
    /// <see cref="SimulatedFile.Crash"/> leaves. The original is not changed, so that one moment can end in many ways.
    /// </summary>
    public SimulatedDisk Crash(Random random)
    {
        double[] likelihoods = [0, 0.2, 0.5, 0.8, 0.97, 1];
        var survival = likelihoods[random.Next(likelihoods.Length)];
        lock (_lock)
        {
            var after = new SimulatedDisk();
            after._folders.UnionWith(_folders);
            var entries = new Dictionary<string, SimulatedFile>(_durable, StringComparer.Ordinal);
            foreach (var folder in _pending.GroupBy(change => change.Folder, StringComparer.Ordinal))
            {
                var survivors = random.Next(folder.Count() + 1);
                foreach (var change in folder.Take(survivors))
                {
                    Apply(entries, change);
                }
            }

            foreach (var (path, file) in entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            {
                after._cached[path] = after._durable[path] = file.Crash(random, survival);
            }

            return after;
        }
    }

    /// <summary>The disk after a power cut in which nothing survives but what was flushed.</summary>
    public SimulatedDisk CrashKeepingNothing()
    {
        // The first likelihood is zero survival; a seed that draws it.
        var seed = Enumerable.Range(0, int.MaxValue).First(number => new Random(number).Next(6) == 0);
        return Crash(new Random(seed));
    }

    private static void Apply(Dictionary<string, SimulatedFile> entries, EntryChange change)
    {
        if (change.Removed is not null)
        {
            entries.Remove(change.Removed);
        }

        if (change.Added is not null)
        {
            entries[change.Added] = change.File!;
        }
    }

    private void Change(EntryChange change)
    {
        _operations++;
        Apply(_cached, change);
        _pending.Add(change);
    }

    private void RequireNew(string path)
    {
        if (_cached.ContainsKey(path))
        {
            throw ErrorCatalogue.Exception("FileError", path, "it exists");
        }

        if (!_folders.Contains(Path.GetDirectoryName(path)!))
        {
            throw ErrorCatalogue.Exception("FileMissing", path, "no such entry");
        }
    }

    private SimulatedFile Find(string path) =>
        _cached.TryGetValue(path, out var file) ? file : throw ErrorCatalogue.Exception("FileMissing", path, "no such entry");
}
