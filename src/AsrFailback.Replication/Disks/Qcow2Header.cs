using System.Buffers.Binary;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Disks;

/// <summary>
/// The beginning of a qcow2 image, big-endian. It is looked at before <c>qemu-img</c> is let near the file, because some
/// versions of it open the files that the header names while they only describe the image.
/// </summary>
internal static class Qcow2Header
{
    /// <summary>Why an image is refused that needs another file.</summary>
    public const string NotAlone = "its bytes are partly in another file (a backing or data file); make one image of both first";

    private const ulong ExternalDataFile = 1 << 2;

    /// <summary>Whether a file begins like a qcow2 image, of any version.</summary>
    public static bool Begins(ReadOnlySpan<byte> start) => start.StartsWith("QFI"u8);

    /// <summary>Refuses an image whose bytes are partly in other files.</summary>
    /// <exception cref="AsrException"><c>ImageInvalid</c>, <c>ImageFormatUnsupported</c> for the first version.</exception>
    public static void RequireAlone(IStoredFile file)
    {
        Span<byte> header = stackalloc byte[80];
        file.Read(0, header);
        var version = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        if (version is not (2 or 3))
        {
            throw ErrorCatalogue.Exception("ImageFormatUnsupported", file.Path, $"qcow (version {version})");
        }

        var features = version == 2 ? 0 : BinaryPrimitives.ReadUInt64BigEndian(header[72..]);
        if (BinaryPrimitives.ReadUInt64BigEndian(header[8..]) != 0 || (features & ExternalDataFile) != 0)
        {
            throw ErrorCatalogue.Exception("ImageInvalid", file.Path, "qcow2", NotAlone);
        }
    }
}
