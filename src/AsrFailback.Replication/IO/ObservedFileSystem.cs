namespace AsrFailback.Replication.IO;

/// <summary>The operations that change or make durable; reads are not counted.</summary>
public enum FileOperation
{
    /// <summary>A file is created.</summary>
    Create,

    /// <summary>Bytes are written, or a hole is made.</summary>
    Write,

    /// <summary>A file is flushed.</summary>
    Flush,

    /// <summary>A length is set.</summary>
    SetLength,

    /// <summary>A folder is created.</summary>
    CreateFolder,

    /// <summary>A file is renamed.</summary>
    Rename,

    /// <summary>A file is deleted.</summary>
    Delete,

    /// <summary>A folder is flushed.</summary>
    FlushFolder,
}

/// <summary>
/// Tells an observer of every changing operation before it happens. The observer may throw, or end the process: that is
/// how crashes and I/O errors are rehearsed at operation n, deterministically.
/// </summary>
public sealed class ObservedFileSystem(IFileSystem inner, Action<FileOperation, string> observer) : IFileSystem
{
    /// <inheritdoc/>
    public IStoredFile Open(string path, FileOpening how)
    {
        if (how == FileOpening.CreateNew)
        {
            observer(FileOperation.Create, path);
        }

        return new ObservedFile(inner.Open(path, how), observer);
    }

    /// <inheritdoc/>
    public bool Exists(string path) => inner.Exists(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string folder, string pattern) => inner.List(folder, pattern);

    /// <inheritdoc/>
    public void CreateFolder(string path)
    {
        observer(FileOperation.CreateFolder, path);
        inner.CreateFolder(path);
    }

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        observer(FileOperation.Rename, to);
        inner.Rename(from, to);
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        observer(FileOperation.Delete, path);
        inner.Delete(path);
    }

    /// <inheritdoc/>
    public void DeleteFolder(string path)
    {
        observer(FileOperation.Delete, path);
        inner.DeleteFolder(path);
    }

    /// <inheritdoc/>
    public void FlushFolder(string path)
    {
        observer(FileOperation.FlushFolder, path);
        inner.FlushFolder(path);
    }

    /// <inheritdoc/>
    public long FreeBytes(string folder) => inner.FreeBytes(folder);

    /// <inheritdoc/>
    public FileStamp Stamp(string path) => inner.Stamp(path);

    private sealed class ObservedFile(IStoredFile inner, Action<FileOperation, string> observer) : IStoredFile
    {
        public string Path => inner.Path;

        public long Length => inner.Length;

        public void Read(long offset, Span<byte> buffer) => inner.Read(offset, buffer);

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            observer(FileOperation.Write, Path);
            inner.Write(offset, bytes);
        }

        public void Flush()
        {
            observer(FileOperation.Flush, Path);
            inner.Flush();
        }

        public void SetLength(long length)
        {
            observer(FileOperation.SetLength, Path);
            inner.SetLength(length);
        }

        public DataRange? NextData(long offset) => inner.NextData(offset);

        public void PunchHole(long offset, long count)
        {
            observer(FileOperation.Write, Path);
            inner.PunchHole(offset, count);
        }

        public void WriteUncached(long offset, IReadOnlyList<ReadOnlyMemory<byte>> pieces)
        {
            observer(FileOperation.Write, Path);
            inner.WriteUncached(offset, pieces);
        }

        public void Dispose() => inner.Dispose();
    }
}
