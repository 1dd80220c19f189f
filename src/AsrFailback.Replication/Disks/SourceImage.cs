using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Disks;

/// <summary>
/// A user's image that is to be copied: of a format we read, or of one that <c>qemu-img</c> makes a raw image of first. Never
/// written.
/// </summary>
public static class SourceImage
{
    /// <summary>Bytes of the disk in an image; nothing is converted.</summary>
    /// <param name="files">File system.</param>
    /// <param name="path">The image.</param>
    /// <exception cref="AsrException">What is wrong with it; <c>ConverterMissing</c>, <c>ConversionFailed</c>.</exception>
    public static long LengthOf(IFileSystem files, string path) => LengthOf(files, path, QemuImg.Find);

    /// <summary>The same, with the converter handed in.</summary>
    internal static long LengthOf(IFileSystem files, string path, Func<QemuImg?> converter)
    {
        if (ForeignFormat(files, path) is { } format)
        {
            return Required(converter, path, format).SizeOf(Path.GetFullPath(path), format, CancellationToken.None);
        }

        using var image = DiskImage.Open(files, path, writable: false);
        return image.Length;
    }

    /// <summary>Opens an image for reading.</summary>
    /// <param name="files">File system.</param>
    /// <param name="path">The image.</param>
    /// <param name="temporary">
    /// Where a raw image may be made, as large as the data of the disk; it is deleted when the disk is closed, and one that an
    /// earlier attempt left is replaced.
    /// </param>
    /// <param name="cancellation">Ends a conversion.</param>
    /// <exception cref="AsrException">As <see cref="LengthOf"/>.</exception>
    public static IBlockDevice Open(IFileSystem files, string path, string temporary, CancellationToken cancellation) =>
        Open(files, path, temporary, QemuImg.Find, cancellation);

    /// <summary>The same, with the converter handed in.</summary>
    internal static IBlockDevice Open(IFileSystem files, string path, string temporary, Func<QemuImg?> converter, CancellationToken cancellation)
    {
        if (ForeignFormat(files, path) is not { } format)
        {
            return DiskImage.Open(files, path, writable: false);
        }

        var program = Required(converter, path, format);
        files.Delete(temporary);
        try
        {
            program.ConvertToRaw(Path.GetFullPath(path), format, temporary, cancellation);
            return new Converted(files, temporary);
        }
        catch
        {
            files.Delete(temporary);
            throw;
        }
    }

    // Null for a format that we read ourselves.
    private static ImageFormat? ForeignFormat(IFileSystem files, string path)
    {
        var format = ImageRecognition.Of(files, path);
        if (format == ImageFormat.Qcow2)
        {
            using var file = files.Open(path, FileOpening.ReadOnly);
            Qcow2Header.RequireAlone(file);
        }

        return format is ImageFormat.Qcow2 or ImageFormat.Vhdx or ImageFormat.Vdi ? format : null;
    }

    private static QemuImg Required(Func<QemuImg?> converter, string path, ImageFormat format) =>
        converter() ?? throw ErrorCatalogue.Exception("ConverterMissing", path, format.Name());

    private sealed class Converted(IFileSystem files, string path) : IBlockDevice
    {
        private readonly IBlockDevice _raw = RawImage.Open(files, path, writable: false);

        public long Length => _raw.Length;

        public void Read(long offset, Span<byte> buffer) => _raw.Read(offset, buffer);

        public DataRange? NextData(long offset) => _raw.NextData(offset);

        public void Write(long offset, ReadOnlySpan<byte> bytes) => throw new NotSupportedException("a converted image is only read");

        public void Flush()
        {
        }

        public void Dispose()
        {
            _raw.Dispose();
            files.Delete(path);
        }
    }
}
