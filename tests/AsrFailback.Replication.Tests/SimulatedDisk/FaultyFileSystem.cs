using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>How a call fails.</summary>
public enum Fault
{
    /// <summary>ENOSPC: nothing is done.</summary>
    NoSpace,

    /// <summary>EIO: nothing is done, or nothing is known.</summary>
    IoError,

    /// <summary>Half of a write arrives, then the disk is full.</summary>
    ShortWrite,
}

/// <summary>
/// Lets the n-th call of a file system fail once, reading calls too. As on a real disk, a file whose flush failed is never
/// used again by those who hold it open.
/// </summary>
internal sealed class FaultyFileSystem(IFileSystem inner, int call, Fault fault) : IFileSystem
{
    private int _seen;

    /// <summary>What failed; null while nothing has.</summary>
    public string? Failed { get; private set; }

    public IStoredFile Open(string path, FileOpening how)
    {
        Pass("open", path);
        return new FaultyFile(this, inner.Open(path, how));
    }

    public bool Exists(string path) => inner.Exists(path);

    public IReadOnlyList<string> List(string folder, string pattern)
    {
        Pass("list", folder);
        return inner.List(folder, pattern);
    }

    public void CreateFolder(string path)
    {
        Pass("create folder", path);
        inner.CreateFolder(path);
    }

    public void Rename(string from, string to)
    {
        Pass("rename", to);
        inner.Rename(from, to);
    }

    public void Delete(string path)
    {
        Pass("delete", path);
        inner.Delete(path);
    }

    public void FlushFolder(string path)
    {
        Pass("flush folder", path);
        inner.FlushFolder(path);
    }

    public long FreeBytes(string folder) => inner.FreeBytes(folder);

    public FileStamp Stamp(string path) => inner.Stamp(path);

    private void Pass(string what, string path, Action? half = null)
    {
        if (++_seen == call)
        {
            Failed = $"{fault} at {what} {path}";
            if (fault == Fault.ShortWrite)
            {
                half?.Invoke();
            }

            throw fault == Fault.IoError
                ? ErrorCatalogue.Exception(what == "flush" ? "FlushFailed" : "FileError", path, "Input/output error")
                : ErrorCatalogue.Exception("DiskFull", path, "test");
        }
    }

    private sealed class FaultyFile(FaultyFileSystem owner, IStoredFile inner) : IStoredFile
    {
        private bool _unusable;

        public string Path => inner.Path;

        public long Length => inner.Length;

        public void Read(long offset, Span<byte> buffer)
        {
            owner.Pass("read", Path);
            inner.Read(offset, buffer);
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            RequireUsable();
            var half = bytes[..(bytes.Length / 2)].ToArray();
            owner.Pass("write", Path, () => inner.Write(offset, half));
            inner.Write(offset, bytes);
        }

        public void Flush()
        {
            RequireUsable();
            _unusable = true;
            owner.Pass("flush", Path);
            _unusable = false;
            inner.Flush();
        }

        public void SetLength(long length)
        {
            owner.Pass("set length", Path);
            inner.SetLength(length);
        }

        public void Dispose() => inner.Dispose();

        private void RequireUsable()
        {
            if (_unusable)
            {
                throw ErrorCatalogue.Exception("FlushFailedBefore", Path);
            }
        }
    }
}
