using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Encryption;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Journal;

/// <summary>The files of a journal: where they are, how they begin and end.</summary>
public sealed partial class RetentionJournal
{
    /// <summary>Whether a journal is in the folder.</summary>
    public static bool Exists(IFileSystem files, string folder) => files.Exists(RedoPath(folder));

    /// <summary>Creates an empty journal, unless one is there; the manifests are there already.</summary>
    /// <param name="files">File system.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="key">What its redo log and history are encrypted with, for good; null for nothing.</param>
    public static void Create(IFileSystem files, string folder, DataKey? key = null)
    {
        files.CreateFolder(HistoryFolder(folder));
        if (!Exists(files, folder))
        {
            RedoLog.Create(files, RedoPath(folder), key);
        }
    }

    /// <summary>
    /// Opens a journal over its replica disks and applies what was acknowledged but perhaps not applied.
    /// </summary>
    /// <param name="files">File system.</param>
    /// <param name="folder">The journal's folder.</param>
    /// <param name="manifestFolder">The folder of the disks' manifests.</param>
    /// <param name="disks">The replica disks in order; owned by the journal from now on.</param>
    /// <param name="options">How it is opened; null for an ordinary opening.</param>
    /// <exception cref="AsrException"><c>JournalDamaged</c>, <c>FormatTooNew</c>, <c>JournalKeyMissing</c>, <c>JournalKeyWrong</c>, or what the file system says; a full disk does not keep it from opening.</exception>
    public static RetentionJournal Open(IFileSystem files, string folder, string manifestFolder, IReadOnlyList<IBlockDevice> disks, JournalOptions? options = null)
    {
        var opened = new Stack<IDisposable>(disks);
        try
        {
            return Open(opened, files, folder, manifestFolder, disks, options ?? new JournalOptions());
        }
        catch
        {
            foreach (var resource in opened)
            {
                resource.Dispose();
            }

            throw;
        }
    }

    private static RetentionJournal Open(
        Stack<IDisposable> opened, IFileSystem files, string folder, string manifestFolder, IReadOnlyList<IBlockDevice> disks, JournalOptions options)
    {
        var cipher = options.Key is { } key ? new FrameCipher(key) : null;
        if (cipher is not null)
        {
            opened.Push(cipher);
        }

        var (redo, redoBase, records) = RedoLog.Open(files, RedoPath(folder), writable: true, cipher);
        opened.Push(redo);
        RecordRules.RequireStored(RedoPath(folder), records, disks);
        var history = HistoryFolderReader.Open(files, HistoryFolder(folder), redo, redoBase, disks, cipher, writable: true);
        history.Usable.ToList().ForEach(opened.Push);
        files.FlushFolder(HistoryFolder(folder));
        if (redoBase.Synchronizing && history.Usable.Count == 0)
        {
            // A first synchronisation stopped in the middle. Its blocks were not in the redo log, so that after a power
            // cut a stored digest may speak of content that never reached the disk.
            Replica.ForgetDigests(files, manifestFolder);
        }

        var replica = Replica.Open(files, manifestFolder, disks);
        opened.Push(replica);
        var journal = new RetentionJournal(files, folder, replica, history, redo, redoBase, cipher, options);
        if (options.Pinned is { } point && history.Usable.Any(segment => segment.Point.Id == point))
        {
            journal.Pin(point);
        }

        journal.Replay(records);
        return journal;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _redo.Dispose();
            foreach (var resource in _segments.Append<IDisposable>(_replica))
            {
                resource.Dispose();
            }

            _cipher?.Dispose();
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
