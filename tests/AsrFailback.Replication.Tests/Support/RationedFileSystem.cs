using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// A file system with so much room and no more. Bytes count in pages, and as on every Unix a deleted file keeps its room
/// while somebody has it open. It may also say that it is full at any chosen operation. A file whose flush failed is not
/// used again by those who hold it open. Thread-safe.
/// </summary>
internal sealed class RationedFileSystem(IFileSystem inner) : IFileSystem
{
    private const int PageSize = 4096;

    private readonly object _lock = new();
    private readonly Dictionary<string, Node> _nodes = new(StringComparer.Ordinal);
    private long _operations;

    /// <summary>Bytes there are.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>Bytes in use, deleted files that are still open included.</summary>
    public long Used { get; private set; }

    /// <summary>Files open now.</summary>
    public int OpenFiles { get; private set; }

    /// <summary>Operations that need room, or make sure of it: from this one on they fail. Counted from 1.</summary>
    public long FullFrom { get; set; } = long.MaxValue;

    /// <summary>How many of them fail before there is room again.</summary>
    public long FullFor { get; set; }

    /// <summary>Whether a flush may be what fails, as where room is only found when bytes are written out.</summary>
    public bool FlushesFail { get; init; } = true;

    /// <summary>Reads of these bytes of a file fail.</summary>
    public Func<string, long, bool> Unreadable { get; set; } = (_, _) => false;

    /// <summary>What failed first; null while nothing has.</summary>
    public string? FirstFailed { get; private set; }

    /// <summary>Operations so far.</summary>
    public long Operations => Interlocked.Read(ref _operations);

    public IStoredFile Open(string path, FileOpening how)
    {
        lock (_lock)
        {
            if (how == FileOpening.CreateNew)
            {
                Spend("create", path);
            }

            var file = inner.Open(path, how);
            var node = NodeOf(path);
            node.Handles++;
            OpenFiles++;
            return new RationedFile(this, node, file);
        }
    }

    public bool Exists(string path) => inner.Exists(path);

    public IReadOnlyList<string> List(string folder, string pattern) => inner.List(folder, pattern);

    public void CreateFolder(string path) => inner.CreateFolder(path);

    public void Rename(string from, string to)
    {
        lock (_lock)
        {
            inner.Rename(from, to);
            Unlink(to);
            _nodes[to] = NodeOf(from);
            _nodes.Remove(from);
        }
    }

    public void Delete(string path)
    {
        lock (_lock)
        {
            inner.Delete(path);
            Unlink(path);
        }
    }

    public void FlushFolder(string path)
    {
        lock (_lock)
        {
            if (FlushesFail)
            {
                Spend("flush", path);
            }

            inner.FlushFolder(path);
        }
    }

    public long FreeBytes(string folder)
    {
        lock (_lock)
        {
            return _operations >= FullFrom - 1 && _operations < FullFrom + FullFor - 1 ? 0 : Math.Max(0, Capacity - Used);
        }
    }

    public FileStamp Stamp(string path) => inner.Stamp(path);

    /// <summary>Bytes in use by the files of some paths.</summary>
    public long BytesOf(Func<string, bool> path)
    {
        lock (_lock)
        {
            return _nodes.Where(one => path(one.Key)).Sum(one => one.Value.Pages.Count * (long)PageSize);
        }
    }

    private Node NodeOf(string path) => _nodes.TryGetValue(path, out var node) ? node : _nodes[path] = new Node();

    private void Unlink(string path)
    {
        if (_nodes.Remove(path, out var node))
        {
            node.Linked = false;
            Free(node);
        }
    }

    private void Free(Node node)
    {
        if (!node.Linked && node.Handles == 0)
        {
            Used -= node.Pages.Count * (long)PageSize;
            node.Pages.Clear();
        }
    }

    private void Spend(string what, string path, string error = "DiskFull")
    {
        var number = ++_operations;
        if (number >= FullFrom && number < FullFrom + FullFor)
        {
            FirstFailed ??= $"{what} {path}";
            throw ErrorCatalogue.Exception(error, path, "test");
        }
    }

    private sealed class Node
    {
        public HashSet<long> Pages { get; } = [];

        public int Handles { get; set; }

        public bool Linked { get; set; } = true;
    }

    private sealed class RationedFile(RationedFileSystem owner, Node node, IStoredFile file) : IStoredFile
    {
        private bool _failed;
        private bool _disposed;

        public string Path => file.Path;

        public long Length => file.Length;

        public void Read(long offset, Span<byte> buffer)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (owner.Unreadable(Path, offset))
            {
                throw ErrorCatalogue.Exception("FileError", Path, "unreadable");
            }

            file.Read(offset, buffer);
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            lock (owner._lock)
            {
                RequireGood();
                owner.Spend("write", Path);
                for (var page = offset / PageSize; page * PageSize < offset + bytes.Length; page++)
                {
                    if (node.Pages.Contains(page))
                    {
                        continue;
                    }

                    if (owner.Used + PageSize > owner.Capacity)
                    {
                        // What fitted is there, as after a short write.
                        var fitted = (int)Math.Max(0, (page * PageSize) - offset);
                        file.Write(offset, bytes[..fitted]);
                        throw ErrorCatalogue.Exception("DiskFull", Path, "test");
                    }

                    node.Pages.Add(page);
                    owner.Used += PageSize;
                }

                file.Write(offset, bytes);
            }
        }

        public void Flush()
        {
            lock (owner._lock)
            {
                RequireGood();
                if (owner.FlushesFail)
                {
                    _failed = true;
                    owner.Spend("flush", Path, "FlushFailed");
                    _failed = false;
                }

                file.Flush();
            }
        }

        public void SetLength(long length)
        {
            lock (owner._lock)
            {
                owner.Spend("set the length of", Path);
                var cut = node.Pages.RemoveWhere(page => page * PageSize >= length);
                owner.Used -= cut * (long)PageSize;
                file.SetLength(length);
            }
        }

        public void Dispose()
        {
            lock (owner._lock)
            {
                if (_disposed)
                {
                    return;
                }

                _disposed = true;
                node.Handles--;
                owner.OpenFiles--;
                owner.Free(node);
                file.Dispose();
            }
        }

        private void RequireGood()
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_failed)
            {
                throw ErrorCatalogue.Exception("FlushFailedBefore", Path);
            }
        }
    }
}
