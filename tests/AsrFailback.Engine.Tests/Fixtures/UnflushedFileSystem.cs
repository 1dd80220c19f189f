using AsrFailback.Replication.IO;

namespace AsrFailback.Engine.Tests;

/// <summary>
/// The real file system without waiting for the device. Processes stop in these tests, power does not fail: what was
/// written stays written. Losing unflushed bytes is rehearsed by the tests of the replication.
/// </summary>
internal sealed class UnflushedFileSystem : IFileSystem
{
    private readonly LocalFileSystem _inner = new();

    public IStoredFile Open(string path, FileOpening how) => new UnflushedFile(_inner.Open(path, how));

    public bool Exists(string path) => _inner.Exists(path);

    public IReadOnlyList<string> List(string folder, string pattern) => _inner.List(folder, pattern);

    public void CreateFolder(string path) => Directory.CreateDirectory(path);

    public void Rename(string from, string to) => _inner.Rename(from, to);

    public void Delete(string path) => _inner.Delete(path);

    public void DeleteFolder(string path) => _inner.DeleteFolder(path);

    public void FlushFolder(string path)
    {
    }

    /// <summary>Whether it says that there is no space left.</summary>
    public Func<bool> IsFull { get; init; } = () => false;

    public long FreeBytes(string folder) => IsFull() ? 0 : _inner.FreeBytes(folder);

    public FileStamp Stamp(string path) => _inner.Stamp(path);

    private sealed class UnflushedFile(IStoredFile inner) : IStoredFile
    {
        public string Path => inner.Path;

        public long Length => inner.Length;

        public void Read(long offset, Span<byte> buffer) => inner.Read(offset, buffer);

        public void Write(long offset, ReadOnlySpan<byte> bytes) => inner.Write(offset, bytes);

        public void Flush()
        {
        }

        public void SetLength(long length) => inner.SetLength(length);

        public DataRange? NextData(long offset) => inner.NextData(offset);

        public void PunchHole(long offset, long count) => inner.PunchHole(offset, count);

        public void Dispose() => inner.Dispose();
    }
}
