using System.Collections.Concurrent;
using AsrFailback.Replication.IO;

namespace AsrFailback.Fabrics.Embedded;

/// <summary>
/// The JSON files of a site, read anew whenever their stamp says that somebody changed them; what a file held is kept meanwhile,
/// because the work of a plan asks for the same files thousands of times. Documents are immutable. Thread-safe.
/// </summary>
internal sealed class SiteFiles(IFileSystem files, TimeProvider clock)
{
    /// <summary>Files that are kept at most; beyond them all are read anew.</summary>
    private const int MostKept = 65_536;

    /// <summary>
    /// The clock of a file system stands still for some milliseconds, so that a file may change twice under one stamp: one that
    /// changed a moment ago is not kept.
    /// </summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, Kept> _kept = new(StringComparer.Ordinal);

    /// <summary>The document in a file, or null when it is missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="upgrade">Makes the newest version of an older one; null where there is only one.</param>
    /// <param name="require">Refuses a document that breaks a rule; one that was kept has been asked.</param>
    /// <exception cref="AsrException"><c>SiteInvalid</c>, <c>FileTooLarge</c>.</exception>
    public T? TryRead<T>(string path, Func<string, byte[], byte[]>? upgrade = null, Action<T>? require = null)
        where T : class
    {
        var stamp = TryStamp(path);
        if (stamp is not null && _kept.TryGetValue(path, out var kept) && kept.Stamp == stamp && kept.Document is T known)
        {
            return known;
        }

        _kept.TryRemove(path, out _);
        var document = SiteJson.TryRead<T>(files, path, upgrade);
        if (document is not null)
        {
            require?.Invoke(document);
            Keep(path, stamp, document);
        }

        return document;
    }

    /// <summary>Replaces a file.</summary>
    /// <exception cref="AsrException"><c>SiteInvalid</c>, <c>FileTooLarge</c>.</exception>
    public void Write<T>(string path, T document)
    {
        _kept.TryRemove(path, out _);
        SiteJson.Write(files, path, document);
    }

    private FileStamp? TryStamp(string path)
    {
        try
        {
            return files.Stamp(path);
        }
        catch (AsrException)
        {
            return null; // reading it says what is wrong
        }
    }

    private void Keep(string path, FileStamp? stamp, object document)
    {
        var settled = (clock.GetUtcNow() - DateTimeOffset.UnixEpoch - Settled).Ticks;
        if (stamp is not { Inode: not 0 } || stamp.ModifiedTicks > settled || stamp.ChangedTicks > settled)
        {
            return;
        }

        if (_kept.Count >= MostKept)
        {
            _kept.Clear();
        }

        _kept[path] = new Kept(stamp, document);
    }

    /// <summary>What a file held.</summary>
    private sealed record Kept(FileStamp Stamp, object Document);
}
