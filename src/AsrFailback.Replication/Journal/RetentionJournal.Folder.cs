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
    public static void ForgetDigests(IFileSystem files, string manifestFolder) => Replica.ForgetDigests(files, manifestFolder);

    internal static string RedoPath(string folder) => Path.Combine(folder, "redo.log");

    internal static string HistoryFolder(string folder) => Path.Combine(folder, "history");
}
