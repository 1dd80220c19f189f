using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>The paths of something under test, below a folder.</summary>
internal sealed class FilesBelow(string root) : IFileSystem
{
    private readonly LocalFileSystem _inner = new();

    public IStoredFile Open(string path, FileOpening how) => _inner.Open(root + path, how);

    public bool Exists(string path) => _inner.Exists(root + path);

    public IReadOnlyList<string> List(string folder, string pattern) => [.. _inner.List(root + folder, pattern).Select(path => path[root.Length..])];

    public void CreateFolder(string path) => _inner.CreateFolder(root + path);

    public void Rename(string from, string to) => _inner.Rename(root + from, root + to);

    public void Delete(string path) => _inner.Delete(root + path);

    public void FlushFolder(string path) => _inner.FlushFolder(root + path);

    public long FreeBytes(string folder) => _inner.FreeBytes(root + folder);

    public FileStamp Stamp(string path) => _inner.Stamp(root + path);
}
