namespace AsrFailback.Replication.IO;

/// <summary>How a file is opened.</summary>
public enum FileOpening
{
    /// <summary>An existing file, reading only.</summary>
    ReadOnly,

    /// <summary>An existing file, reading and writing.</summary>
    ReadWrite,

    /// <summary>A new file; one that exists is an error.</summary>
    CreateNew,
}

/// <summary>What identifies an unchanged file: any foreign write changes one of these.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="ModifiedTicks">Last content change.</param>
/// <param name="ChangedTicks">Last change of content or metadata; 0 where the system has none.</param>
/// <param name="Inode">Identity on its file system; 0 where the system has none.</param>
public sealed record FileStamp(long Length, long ModifiedTicks, long ChangedTicks, ulong Inode);

/// <summary>
/// The one port through which all our file I/O goes, so that tests can stop or fail at operation n. Implementations are
/// thread-safe. Errors are thrown as <see cref="AsrException"/> with the file's path; nothing is retried.
/// </summary>
public interface IFileSystem
{
    /// <summary>Opens a file. A link as the last part of the path is refused.</summary>
    IStoredFile Open(string path, FileOpening how);

    /// <summary>Whether a file is there.</summary>
    bool Exists(string path);

    /// <summary>The files of a folder whose names match a pattern, sorted; none when the folder is missing.</summary>
    IReadOnlyList<string> List(string folder, string pattern);

    /// <summary>Creates a folder and its parents, durably.</summary>
    void CreateFolder(string path);

    /// <summary>Renames over an existing file, atomically; durable once the folder is flushed.</summary>
    void Rename(string from, string to);

    /// <summary>Deletes a file if it is there.</summary>
    void Delete(string path);

    /// <summary>Removes a folder that is there and empty; what has no folders of its own does nothing.</summary>
    void DeleteFolder(string path)
    {
    }

    /// <summary>Makes creations, renames and deletions in a folder durable.</summary>
    void FlushFolder(string path);

    /// <summary>Bytes that are free to us on the disk of a folder.</summary>
    long FreeBytes(string folder);

    /// <summary>The file's stamp.</summary>
    FileStamp Stamp(string path);
}

/// <summary>An open file. Positions and lengths in bytes. Thread-safe for disjoint ranges.</summary>
public interface IStoredFile : IDisposable
{
    /// <summary>Full path.</summary>
    string Path { get; }

    /// <summary>Length now.</summary>
    long Length { get; }

    /// <summary>Fills the buffer; bytes past the end of the file read as zero.</summary>
    void Read(long offset, Span<byte> buffer);

    /// <summary>Writes all bytes.</summary>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Everything written before is durable when this returns.</summary>
    void Flush();

    /// <summary>Sets the length; new bytes are zero and take no space.</summary>
    void SetLength(long length);

    /// <summary>
    /// The first range at or behind an offset that may hold something other than zeros; null when only zeros follow. The
    /// next range may follow directly. A file that cannot tell its holes is all data.
    /// </summary>
    DataRange? NextData(long offset) => DataRange.Rest(offset, Length);

    /// <summary>Makes a range inside the file zero, and a hole where the file system has holes. Like a write: durable after a flush.</summary>
    void PunchHole(long offset, long count) => Zeros.Write(Write, offset, count);

    /// <summary>
    /// Writes all bytes, which nobody reads soon: past the page cache where that is possible, for which the offset and every
    /// piece have to be aligned (<see cref="AlignedMemory"/>). Like a write: durable after a flush.
    /// </summary>
    /// <param name="offset">Where they begin.</param>
    /// <param name="pieces">The bytes, one piece behind the other.</param>
    void WriteUncached(long offset, IReadOnlyList<ReadOnlyMemory<byte>> pieces) => Pieces.Write(Write, offset, pieces);
}
