using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Disks;

/// <summary>A raw image: the disk's bytes and nothing else. Its length is a multiple of 512 bytes.</summary>
public static class RawImage
{
    /// <summary>Bytes of a sector.</summary>
    public const int SectorSize = 512;

    /// <summary>Creates a sparse image that reads as zeros; a crash leaves nothing or the whole image.</summary>
    /// <param name="files">File system.</param>
    /// <param name="path">The new file.</param>
    /// <param name="bytes">Its length, a whole number of sectors.</param>
    /// <exception cref="AsrException"><c>FileExists</c>.</exception>
    public static void Create(IFileSystem files, string path, long bytes) => AtomicFile.Create(files, path, file => file.SetLength(bytes));

    /// <summary>Opens a raw image.</summary>
    /// <exception cref="AsrException"><c>ImageInvalid</c> for a length that is no whole number of sectors.</exception>
    public static IBlockDevice Open(IFileSystem files, string path, bool writable)
    {
        var file = files.Open(path, writable ? FileOpening.ReadWrite : FileOpening.ReadOnly);
        var length = file.Length;
        if (length > 0 && length % SectorSize == 0)
        {
            return new ExtentDisk(file, length);
        }

        file.Dispose();
        throw ErrorCatalogue.Exception("ImageInvalid", path, "raw", $"its length of {length} bytes is not a whole number of 512-byte sectors");
    }
}
