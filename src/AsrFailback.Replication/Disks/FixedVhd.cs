using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Disks;

/// <summary>
/// A fixed VHD, the layout of an Azure page blob: the disk's bytes, a whole number of MiB, then a footer.
/// </summary>
public static class FixedVhd
{
    /// <summary>Disks are rounded up to this many bytes with a zero tail.</summary>
    public const int Alignment = 1 << 20;

    private const string Format = "fixed VHD";

    /// <summary>The capacity of a VHD that holds a source of <paramref name="sourceBytes"/> bytes.</summary>
    public static long CapacityFor(long sourceBytes) => (sourceBytes + Alignment - 1) / Alignment * Alignment;

    /// <summary>Creates a sparse VHD that reads as zeros; a crash leaves nothing or the whole image.</summary>
    /// <param name="files">File system.</param>
    /// <param name="path">The new file.</param>
    /// <param name="sourceBytes">Bytes the guest sees; rounded up to a MiB.</param>
    /// <param name="id">The disk's unique id, part of the footer.</param>
    public static void Create(IFileSystem files, string path, long sourceBytes, Guid id)
    {
        var capacity = CapacityFor(sourceBytes);
        AtomicFile.Create(files, path, file =>
        {
            file.SetLength(capacity + VhdFooter.Size);
            file.Write(capacity, VhdFooter.OfFixed(capacity, id));
        });
    }

    /// <summary>Opens a fixed VHD, showing <paramref name="visibleBytes"/> of it or all.</summary>
    /// <exception cref="AsrException"><c>ImageInvalid</c>: not a fixed VHD, a bad checksum, or a size that does not fit the file.</exception>
    public static IBlockDevice Open(IFileSystem files, string path, bool writable, long? visibleBytes = null)
    {
        var file = files.Open(path, writable ? FileOpening.ReadWrite : FileOpening.ReadOnly);
        try
        {
            var capacity = ReadCapacity(file);
            if (visibleBytes > capacity)
            {
                throw Invalid(path, $"its capacity of {capacity} bytes is smaller than the {visibleBytes} bytes of the disk");
            }

            return new ExtentDisk(file, visibleBytes ?? capacity);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static long ReadCapacity(IStoredFile file)
    {
        var footer = VhdFooter.Read(file, Format);
        if (footer.Type != VhdFooter.Fixed)
        {
            throw Invalid(file.Path, $"it is a disk of another type ({footer.Type})");
        }

        return footer.Capacity == file.Length - VhdFooter.Size
            ? footer.Capacity
            : throw Invalid(file.Path, $"its footer says {footer.Capacity} bytes and the file holds {file.Length - VhdFooter.Size}");
    }

    private static AsrException Invalid(string path, string why) => ErrorCatalogue.Exception("ImageInvalid", path, Format, why);
}
