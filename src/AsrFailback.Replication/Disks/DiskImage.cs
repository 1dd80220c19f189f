using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Disks;

/// <summary>Opens an image in whichever format it is that we read ourselves.</summary>
public static class DiskImage
{
    /// <summary>Bytes of a disk at most that an image may promise without having them: 64 TiB, VMware's 62 rounded up.</summary>
    public const long MostBytes = 64L << 40;

    /// <summary>Opens the image.</summary>
    /// <exception cref="AsrException">
    /// The format's own refusals; <c>ImageFormatUnsupported</c> for one that others read, <c>ImageReadOnly</c> for one that is
    /// not written.
    /// </exception>
    public static IBlockDevice Open(IFileSystem files, string path, bool writable) => ImageRecognition.Of(files, path) switch
    {
        ImageFormat.FixedVhd => FixedVhd.Open(files, path, writable),
        ImageFormat.FlatVmdk => FlatVmdk.Open(files, path, writable),
        ImageFormat.Raw => RawImage.Open(files, path, writable),
        var format when writable => throw ErrorCatalogue.Exception("ImageReadOnly", path, format.Name()),
        ImageFormat.DynamicVhd => DynamicVhd.Open(files, path),
        ImageFormat.SplitVmdk => SplitVmdk.Open(files, path),
        ImageFormat.SparseVmdk => SparseVmdk.Open(files, path),
        var foreign => throw ErrorCatalogue.Exception("ImageFormatUnsupported", path, foreign.Name()),
    };
}
