using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// An observer that lets the n-th changing operation fail once for want of space. As on a real disk, a flush has an error of its own,
/// and a file whose flush failed is never used again by those who hold it open.
/// </summary>
internal sealed class OneFailure(int operation)
{
    private readonly HashSet<string> _unusable = new(StringComparer.Ordinal);
    private int _seen;

    /// <summary>What failed; null while nothing has.</summary>
    public string? Failed { get; private set; }

    /// <summary>Lets everything pass again: the process was started anew.</summary>
    public void Forget() => _unusable.Clear();

    public void Observe(FileOperation what, string path)
    {
        if (++_seen == operation)
        {
            Failed = $"{what} {path}";
            if (what == FileOperation.Flush)
            {
                _unusable.Add(path);
            }

            throw ErrorCatalogue.Exception(what == FileOperation.Flush ? "FlushFailed" : "DiskFull", path, "test");
        }

        if (_unusable.Contains(path) && what is FileOperation.Write or FileOperation.Flush)
        {
            throw ErrorCatalogue.Exception("FlushFailedBefore", path);
        }
    }
}
