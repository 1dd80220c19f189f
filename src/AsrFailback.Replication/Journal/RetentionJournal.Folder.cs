using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Journal;

/// <summary>The files of a journal: where they are, how they begin and end.</summary>
public sealed partial class RetentionJournal
{
    /// <summary>Whether a journal is in the folder.</summary>
    public static bool Exists(IFileSystem files, string folder) => files.Exists(RedoPath(folder));

    /// <summary>Creates an empty journal; the manifests are there already.</summary>
    public static void Create(IFileSystem files, string folder)
    {
        files.CreateFolder(HistoryFolder(folder));
        if (!Exists(files, folder))
        {
            RedoLog.Create(files, RedoPath(folder));
        }
    }

    /// <summary>Where the manifest of a disk is.</summary>
    public static string ManifestPath(string folder, int disk) => Path.Combine(folder, $"manifest-{disk}.sha256");

    /// <summary>Removes a journal and with it its points. The redo log goes last: while it is there, the removal is unfinished.</summary>
    public static void Remove(IFileSystem files, string folder)
    {
        foreach (var segment in files.List(HistoryFolder(folder), "*"))
        {
            files.Delete(segment);
        }

        if (Exists(files, folder))
        {
            files.FlushFolder(HistoryFolder(folder));
            files.Delete(RedoPath(folder));
            files.FlushFolder(folder);
        }
    }

    /// <summary>Forgets every digest of a side's disks: a machine is about to write them.</summary>
    public static void ForgetDigests(IFileSystem files, string manifestFolder)
    {
        var manifests = files.List(manifestFolder, "manifest-*.sha256");
        foreach (var manifest in manifests)
        {
            files.Delete(manifest);
        }

        if (manifests.Count > 0)
        {
            files.FlushFolder(manifestFolder);
        }
    }

    /// <summary>Reads everything and changes nothing; returns what is wrong, naming each bad place.</summary>
    public static IReadOnlyList<string> Check(IFileSystem files, string folder, string manifestFolder, IReadOnlyList<IBlockDevice> disks)
    {
        var (redo, redoBase, records) = RedoLog.Open(files, RedoPath(folder), writable: false);
        redo.Dispose();
        var history = HistoryFolderReader.Open(files, HistoryFolder(folder), redoBase, writable: false);
        foreach (var segment in history.Usable)
        {
            segment.Dispose();
        }

        var settled = records.Count == 0;
        return [.. history.Findings, .. settled ? ReplicaChecker.Check(files, manifestFolder, disks) : []];
    }

    private static string RedoPath(string folder) => Path.Combine(folder, "redo.log");

    private static string HistoryFolder(string folder) => Path.Combine(folder, "history");

    private static DigestManifest[] OpenManifests(IFileSystem files, string folder, IReadOnlyList<IBlockDevice> disks) =>
        [.. disks.Select((disk, index) =>
        {
            var path = ManifestPath(folder, index);
            if (DigestManifest.Open(files, path, disk.Length, writable: true) is { } manifest)
            {
                return manifest;
            }

            DigestManifest.Create(files, path, disk.Length);
            return DigestManifest.Open(files, path, disk.Length, writable: true)!;
        })];
}
