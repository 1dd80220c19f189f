using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>Remembers the largest single write, which is the largest buffer its writer held. Keeps nothing else in mind.</summary>
internal sealed class MeasuringFileSystem(IFileSystem inner, Func<string, bool> where) : IFileSystem
{
    public long LargestWrite { get; private set; }

    public IStoredFile Open(string path, FileOpening how) =>
        where(path) ? new MeasuredFile(this, inner.Open(path, how)) : inner.Open(path, how);

    public bool Exists(string path) => inner.Exists(path);

    public IReadOnlyList<string> List(string folder, string pattern) => inner.List(folder, pattern);

    public void CreateFolder(string path) => inner.CreateFolder(path);

    public void Rename(string from, string to) => inner.Rename(from, to);

    public void Delete(string path) => inner.Delete(path);

    public void FlushFolder(string path) => inner.FlushFolder(path);

    public long FreeBytes(string folder) => inner.FreeBytes(folder);

    public FileStamp Stamp(string path) => inner.Stamp(path);

    private sealed class MeasuredFile(MeasuringFileSystem owner, IStoredFile inner) : IStoredFile
    {
        public string Path => inner.Path;

        public long Length => inner.Length;

        public void Read(long offset, Span<byte> buffer) => inner.Read(offset, buffer);

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            owner.LargestWrite = Math.Max(owner.LargestWrite, bytes.Length);
            inner.Write(offset, bytes);
        }

        public void Flush() => inner.Flush();

        public void SetLength(long length) => inner.SetLength(length);

        public void Dispose() => inner.Dispose();
    }
}
