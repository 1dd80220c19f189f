using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Disks;

/// <summary>Opens an image in whichever supported format it is: fixed VHD, flat VMDK, otherwise raw.</summary>
public static class DiskImage
{
    /// <summary>Opens the image by its content, never by its extension alone.</summary>
    /// <exception cref="AsrException">The format's own refusals; <c>ImageInvalid</c> for a foreign container.</exception>
    public static IBlockDevice Open(IFileSystem files, string path, bool writable)
    {
        using (var file = files.Open(path, FileOpening.ReadOnly))
        {
            // The footer comes first: what looks like another format at the start of a fixed VHD is its guest's own data.
            if (FixedVhd.Matches(file))
            {
                return FixedVhd.Open(files, path, writable);
            }

            RefuseForeign(file);
            if (FlatVmdk.Matches(file))
            {
                return FlatVmdk.Open(files, path, writable);
            }
        }

        return RawImage.Open(files, path, writable);
    }

    // Reading a container as raw would replicate its headers as a guest's data.
    private static void RefuseForeign(IStoredFile file)
    {
        Span<byte> start = stackalloc byte[8];
        file.Read(0, start);
        var format = start switch
        {
            _ when start.StartsWith("QFI\xfb"u8[..3]) => "qcow2",
            _ when start.StartsWith("KDMV"u8) => "sparse VMDK",
            _ when start.StartsWith("vhdxfile"u8) => "VHDX",
            _ when start.StartsWith("conectix"u8) => "dynamic VHD",
            _ => null,
        };
        if (format is not null)
        {
            throw Core.Errors.ErrorCatalogue.Exception("ImageFormatUnsupported", file.Path, format);
        }
    }
}
