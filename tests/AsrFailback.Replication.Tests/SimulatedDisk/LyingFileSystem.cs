using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>Says that it flushed, and does not, for the operations chosen: what a wrong order of writes looks like from below.</summary>
internal sealed class LyingFileSystem(IFileSystem inner, Func<FileOperation, string, bool> lost) : IFileSystem
{
    public IStoredFile Open(string path, FileOpening how) => new LyingFile(inner.Open(path, how), lost);

    public bool Exists(string path) => inner.Exists(path);

    public IReadOnlyList<string> List(string folder, string pattern) => inner.List(folder, pattern);

    public void CreateFolder(string path) => inner.CreateFolder(path);

    public void Rename(string from, string to) => inner.Rename(from, to);

    public void Delete(string path) => inner.Delete(path);

    public void FlushFolder(string path)
    {
        if (!lost(FileOperation.FlushFolder, path))
        {
            inner.FlushFolder(path);
        }
    }

    public long FreeBytes(string folder) => inner.FreeBytes(folder);

    public FileStamp Stamp(string path) => inner.Stamp(path);

    private sealed class LyingFile(IStoredFile inner, Func<FileOperation, string, bool> lost) : IStoredFile
    {
        public string Path => inner.Path;

        public long Length => inner.Length;

        public void Read(long offset, Span<byte> buffer) => inner.Read(offset, buffer);

        public void Write(long offset, ReadOnlySpan<byte> bytes) => inner.Write(offset, bytes);

        public void Flush()
        {
            if (!lost(FileOperation.Flush, Path))
            {
                inner.Flush();
            }
        }

        public void SetLength(long length) => inner.SetLength(length);

        public void Dispose() => inner.Dispose();
    }
}
