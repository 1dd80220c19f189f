using System.ComponentModel;
using AsrFailback.Core.Errors;
using Microsoft.Win32.SafeHandles;

namespace AsrFailback.Replication.IO;

/// <summary>The real file system.</summary>
public sealed class LocalFileSystem : IFileSystem
{
    /// <inheritdoc/>
    public IStoredFile Open(string path, FileOpening how) => Guarded(path, () =>
    {
        RefuseLink(path);
        var (mode, access) = how switch
        {
            FileOpening.ReadOnly => (FileMode.Open, FileAccess.Read),
            FileOpening.ReadWrite => (FileMode.Open, FileAccess.ReadWrite),
            _ => (FileMode.CreateNew, FileAccess.ReadWrite),
        };
        return new StoredFile(path, Seekable(File.OpenHandle(path, mode, access, FileShare.ReadWrite | FileShare.Delete)));
    });

    /// <inheritdoc/>
    public bool Exists(string path) => Guarded(path, () => AttributesOf(path) is { } found && !found.HasFlag(FileAttributes.Directory));

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string folder, string pattern) => Guarded<IReadOnlyList<string>>(folder, () =>
        AttributesOf(folder) is null ? [] : [.. Directory.GetFiles(folder, pattern).Order(StringComparer.Ordinal)]);

    /// <inheritdoc/>
    public void CreateFolder(string path) => Guarded(path, () =>
    {
        var full = Path.GetFullPath(path);
        if (Directory.Exists(full))
        {
            return true;
        }

        if (Path.GetDirectoryName(full) is { } parent)
        {
            CreateFolder(parent);
            Directory.CreateDirectory(full);
            Durable.FlushFolder(parent);
        }

        return true;
    });

    /// <inheritdoc/>
    public void Rename(string from, string to) => Guarded(to, () =>
    {
        File.Move(from, to, overwrite: true);
        return true;
    });

    /// <inheritdoc/>
    public void Delete(string path) => Guarded(path, () =>
    {
        if (AttributesOf(path) is not null)
        {
            File.Delete(path);
        }

        return true;
    });

    /// <inheritdoc/>
    public void DeleteFolder(string path) => Guarded(path, () =>
    {
        if (Directory.Exists(path) && !Directory.EnumerateFileSystemEntries(path).Any())
        {
            Directory.Delete(path);
        }

        return true;
    });

    /// <inheritdoc/>
    public void FlushFolder(string path) => Guarded(path, () =>
    {
        Durable.FlushFolder(path);
        return true;
    });

    /// <inheritdoc/>
    public long FreeBytes(string folder) => Guarded(folder, () => new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace);

    /// <inheritdoc/>
    public FileStamp Stamp(string path) => Guarded(path, () =>
    {
        if (OperatingSystem.IsLinux())
        {
            return UnixStat.Read(path);
        }

        var info = new FileInfo(path);
        return new FileStamp(info.Length, info.LastWriteTimeUtc.Ticks, 0, 0);
    });

    /// <summary>Turns what the system says into an error of the catalogue.</summary>
    internal static T Guarded<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or Win32Exception or ArgumentException or NotSupportedException)
        {
            throw ErrorCatalogue.Caused(cause, ErrorIdOf(cause), path, cause.Message);
        }
    }

    // File.Exists says no as well when a disk that fails keeps it from looking; a file taken for missing would be made anew.
    private static FileAttributes? AttributesOf(string path)
    {
        try
        {
            return File.GetAttributes(path);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException or PathTooLongException)
        {
            return null; // nothing has a name that is too long
        }
    }

    // The framework asks once whether a file can be sought. Told no by a disk that fails at that moment, it would from then on
    // write at the beginning of the file, whatever the offset.
    private static SafeFileHandle Seekable(SafeFileHandle handle)
    {
        try
        {
            RandomAccess.GetLength(handle);
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static void RefuseLink(string path)
    {
        if (new FileInfo(path).LinkTarget is not null)
        {
            throw ErrorCatalogue.Exception("ImageIsLink", path);
        }
    }

    private static string ErrorIdOf(Exception cause) => cause switch
    {
        FileNotFoundException or DirectoryNotFoundException => "FileMissing",
        UnauthorizedAccessException => "AccessDenied",
        IOException { HResult: 28 or 122 } or Win32Exception { NativeErrorCode: 28 or 122 } => "DiskFull",
        IOException io when (io.HResult & 0xFFFF) is 0x70 or 0x27 => "DiskFull",
        _ => "FileError",
    };

    private sealed class StoredFile(string path, SafeFileHandle handle) : IStoredFile
    {
        private readonly Lazy<SafeFileHandle?> _uncached = new(() => UnixUncached.TryOpen(handle));
        private bool _failed;

        public string Path => path;

        public long Length => Guarded(path, () => RandomAccess.GetLength(handle));

        public void Read(long offset, Span<byte> buffer)
        {
            try
            {
                while (!buffer.IsEmpty)
                {
                    var count = RandomAccess.Read(handle, buffer, offset);
                    if (count == 0)
                    {
                        buffer.Clear();
                        return;
                    }

                    offset += count;
                    buffer = buffer[count..];
                }
            }
            catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
            {
                throw Error(cause);
            }
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            ThrowIfFailed();
            try
            {
                RandomAccess.Write(handle, bytes, offset);
            }
            catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
            {
                throw Error(cause);
            }
        }

        public void Flush()
        {
            ThrowIfFailed();
            try
            {
                Durable.Flush(handle);
            }
            catch (Win32Exception cause)
            {
                _failed = true;
                throw ErrorCatalogue.Caused(cause, "FlushFailed", path, cause.Message);
            }
        }

        public void SetLength(long length) => Guarded(path, () =>
        {
            RandomAccess.SetLength(handle, length);
            return true;
        });

        public DataRange? NextData(long offset) => UnixHoles.NextData(handle, offset, Length);

        public void PunchHole(long offset, long count)
        {
            ThrowIfFailed();
            try
            {
                if (!UnixHoles.TryPunch(handle, offset, count))
                {
                    Zeros.Write(Write, offset, count);
                }
            }
            catch (Win32Exception cause)
            {
                throw Error(cause);
            }
        }

        // Whatever keeps the direct way from working, a write has to say, if it fails as well.
        public void WriteUncached(long offset, IReadOnlyList<ReadOnlyMemory<byte>> pieces)
        {
            ThrowIfFailed();
            if (!pieces.All(piece => AlignedMemory.IsAligned(offset, piece.Span)) || _uncached.Value is not { } uncached || !UnixUncached.TryWrite(uncached, offset, pieces))
            {
                Pieces.Write(Write, offset, pieces);
            }
        }

        public void Dispose()
        {
            if (_uncached.IsValueCreated)
            {
                _uncached.Value?.Dispose();
            }

            handle.Dispose();
        }

        private void ThrowIfFailed()
        {
            if (_failed)
            {
                throw ErrorCatalogue.Exception("FlushFailedBefore", path);
            }
        }

        private AsrException Error(Exception cause) => ErrorCatalogue.Caused(cause, ErrorIdOf(cause), path, cause.Message);
    }
}
