using AsrFailback.Core.Errors;
using AsrFailback.Replication.Disks;

namespace AsrFailback.Fabrics.Embedded;

/// <content>The snapshots of a site's machines.</content>
public sealed partial class EmbeddedSite
{
    /// <summary>
    /// Merges the snapshots of a machine that is off into its disks (RP-05). Begins anew when it was stopped, and does nothing
    /// when there are none. Not for two at a time on one machine.
    /// </summary>
    /// <exception cref="AsrException">
    /// <c>SnapshotChainUnusable</c>, <c>SnapshotMergeFails</c> and <c>DiskShared</c>, which change nothing; <c>SiteInvalid</c>,
    /// <c>SiteUnreachable</c>, and what the file system says.
    /// </exception>
    public void MergeSnapshots(string machine)
    {
        RequireReachable();
        if (ReadDocument(machine) is not { } document)
        {
            return;
        }

        var chains = ChainsOf(machine, document);

        // What an earlier merge left would look like other snapshots of the same disks.
        RemoveMerged(machine, chains);
        if (chains.Count > 0)
        {
            RequireUnshared(machine, document, chains);
            foreach (var chain in chains.Values)
            {
                chain.Merge();
            }

            _json.Write(MergedPath(machine), new MergedSnapshots([.. chains.Values.SelectMany(chain => chain.SnapshotFiles).Select(Relative)]));
        }

        NameBases(machine, chains);
        RemoveMerged(machine, []);
    }

    private Dictionary<string, SnapshotChain> ChainsOf(string machine, MachineDocument document)
    {
        var chains = new Dictionary<string, SnapshotChain>(StringComparer.Ordinal);
        AboutChains(machine, () =>
        {
            foreach (var disk in document.Disks.Where(disk => IsVmdk(disk.File) && _files.Exists(SitePath.Resolve(_root, disk.File))))
            {
                if (IsSnapshot(disk))
                {
                    chains[disk.File] = SnapshotChain.Read(_files, SitePath.Resolve(_root, disk.File), disk.CapacityBytes);
                }
                else if (document.Snapshots > 0)
                {
                    // A snapshot that is too damaged to be known as one must not count as merged.
                    OpenDisk(disk, writable: false).Dispose();
                }
            }
        });
        return chains.Count == 0 || document.SnapshotsMerge
            ? chains
            : throw ErrorCatalogue.Exception("SnapshotMergeFails", machine, Math.Max(1, document.Snapshots));
    }

    // The remedy is one for all that may be wrong with a chain.
    private void AboutChains(string machine, Action read)
    {
        try
        {
            read();
        }
        catch (AsrException cause) when (!cause.Error.Temporary)
        {
            throw ErrorCatalogue.Caused(cause, "SnapshotChainUnusable", machine, Name, cause.Error.Message);
        }
    }

    // The merge writes and removes files: none may be of another disk, whoever's.
    private void RequireUnshared(string machine, MachineDocument document, Dictionary<string, SnapshotChain> chains)
    {
        var own = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var disk in document.Disks)
        {
            if (!(chains.TryGetValue(disk.File, out var chain) ? chain.AllFiles : FilesOf(disk)).All(own.Add))
            {
                throw ErrorCatalogue.Exception("DiskShared", machine, machine, Name);
            }
        }

        AboutChains(machine, () => chains.Values.ToList().ForEach(chain => chain.RequireAlone()));
        foreach (var other in _files.List(Path.GetDirectoryName(MachinePath(machine))!, "*.json").Select(Path.GetFileNameWithoutExtension))
        {
            if (other != machine && FilesOfNeighbour(other!).Any(own.Contains))
            {
                throw ErrorCatalogue.Exception("DiskShared", machine, other!, Name);
            }
        }
    }

    // A machine whose file cannot be read stops nobody but itself.
    private IReadOnlyList<string> FilesOfNeighbour(string machine)
    {
        try
        {
            return [.. ReadMachine(machine).Disks.SelectMany(FilesOf)];
        }
        catch (AsrException)
        {
            return [];
        }
    }

    private IReadOnlyList<string> FilesOf(MachineDisk disk) => [.. new[] { SitePath.Resolve(_root, disk.File), ContentFile(disk.File) }.Distinct()];

    private void NameBases(string machine, Dictionary<string, SnapshotChain> chains)
    {
        lock (_lock)
        {
            if (ReadDocument(machine) is { } document && (document.Snapshots > 0 || chains.Count > 0))
            {
                WriteMachine(machine, document with
                {
                    Snapshots = 0,
                    Disks = [.. document.Disks.Select(disk => chains.TryGetValue(disk.File, out var chain) ? disk with { File = Relative(chain.BasePath) } : disk)],
                });
            }
        }
    }

    // They go when the machine does not name them any more; what it was given under the same names since stays.
    private void RemoveMerged(string machine, Dictionary<string, SnapshotChain> chains)
    {
        if (_json.TryRead<MergedSnapshots>(MergedPath(machine)) is not { } merged)
        {
            return;
        }

        var used = chains.Values.SelectMany(chain => chain.AllFiles).ToHashSet(StringComparer.OrdinalIgnoreCase);
        string[] left = [.. merged.Files.Select(file => SitePath.Resolve(_root, file)).Where(file => !used.Contains(file))];
        foreach (var file in left)
        {
            _files.Delete(file);
        }

        foreach (var folder in left.Select(file => Path.GetDirectoryName(file)!).Distinct())
        {
            _files.FlushFolder(folder);
        }

        _files.Delete(MergedPath(machine));
        _files.FlushFolder(Path.GetDirectoryName(MergedPath(machine))!);
    }

    private bool IsSnapshot(MachineDisk disk) => IsVmdk(disk.File) && SnapshotChain.IsSnapshot(_files, SitePath.Resolve(_root, disk.File));

    private string Relative(string path) => Path.GetRelativePath(_root, path).Replace('\\', '/');

    private string MergedPath(string machine) => Path.Combine(_root, "state", "merged", SitePath.RequireName(_root, machine) + ".json");
}
