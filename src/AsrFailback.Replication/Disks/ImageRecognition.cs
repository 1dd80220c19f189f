using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Disks;

/// <summary>
/// Tells the format of an image by its content. Raw is what looks like nothing else and is not called something else either:
/// a container read as raw would replicate its headers as a guest's data.
/// </summary>
public static class ImageRecognition
{
    private const int StartBytes = 72;

    // What begins like this is a container that nobody here reads.
    private static readonly (byte[] Start, string Name)[] Foreign =
    [
        ("QED\0"u8.ToArray(), "QED"),
        ("COWD"u8.ToArray(), "vmfsSparse VMDK"),
        ([0xbe, 0xba, 0xfe, 0xca, 0, 0, 0, 0], "seSparse VMDK"),
        ("WithoutFreeSpace"u8.ToArray(), "Parallels"),
        ("WithouFreSpacExt"u8.ToArray(), "Parallels"),
        ("EVF\t\r\n"u8.ToArray(), "EWF"),
    ];

    // A name that promises a container or an archive is not the name of a raw image.
    private static readonly Dictionary<string, string> Promised = new(StringComparer.OrdinalIgnoreCase)
    {
        [".vmdk"] = "VMDK", [".vhd"] = "VHD", [".avhd"] = "VHD", [".vhdx"] = "VHDX", [".avhdx"] = "VHDX", [".vdi"] = "VDI",
        [".qcow"] = "qcow", [".qcow2"] = "qcow2", [".qed"] = "QED", [".hdd"] = "Parallels", [".dmg"] = "DMG",
        [".ova"] = "OVA", [".tar"] = "tar", [".zip"] = "zip", [".7z"] = "7z", [".gz"] = "gzip", [".xz"] = "xz", [".bz2"] = "bzip2", [".zst"] = "zstd",
    };

    /// <summary>The format of an image.</summary>
    /// <exception cref="AsrException">
    /// <c>ImageFormatUnsupported</c> for a container that is not read, <c>ImageInvalid</c> for a file that is not what it is
    /// called, and what the system says.
    /// </exception>
    public static ImageFormat Of(IFileSystem files, string path)
    {
        using var file = files.Open(path, FileOpening.ReadOnly);

        // The footer comes first: what looks like another format at the start of a fixed VHD is its guest's own data. In a file
        // that is called something else, it is the footer that may be a guest's.
        return (IsCalled(path) is null or "VHD" ? VhdFooter.TypeOf(file) : null) switch
        {
            null => ByStart(file),
            VhdFooter.Dynamic or VhdFooter.Differencing => ImageFormat.DynamicVhd,
            _ => ImageFormat.FixedVhd,
        };
    }

    private static string? IsCalled(string path) => Promised.GetValueOrDefault(Path.GetExtension(path));

    private static ImageFormat ByStart(IStoredFile file)
    {
        Span<byte> start = stackalloc byte[StartBytes];
        file.Read(0, start);
        return start switch
        {
            _ when VmdkDescriptor.Begins(start) => SplitVmdk.IsType(VmdkDescriptor.TypeOf(file)) ? ImageFormat.SplitVmdk : ImageFormat.FlatVmdk,
            _ when SparseVmdkHeader.Begins(start) => ImageFormat.SparseVmdk,
            _ when Qcow2Header.Begins(start) => ImageFormat.Qcow2,
            _ when start.StartsWith("vhdxfile"u8) => ImageFormat.Vhdx,
            _ when start[64..].StartsWith((ReadOnlySpan<byte>)[0x7f, 0x10, 0xda, 0xbe]) => ImageFormat.Vdi,

            // The copy of the footer that begins a dynamic disk: its end is missing.
            _ when start.StartsWith("conectix"u8) => ImageFormat.DynamicVhd,
            _ => RequireRaw(file, start),
        };
    }

    private static ImageFormat RequireRaw(IStoredFile file, ReadOnlySpan<byte> start)
    {
        foreach (var (magic, name) in Foreign)
        {
            if (start.StartsWith(magic))
            {
                throw ErrorCatalogue.Exception("ImageFormatUnsupported", file.Path, name);
            }
        }

        return IsCalled(file.Path) is { } promised
            ? throw ErrorCatalogue.Exception(
                "ImageInvalid", file.Path, promised, "its content is not of the format its name says; give a raw image another name, of a VMDK name the descriptor")
            : ImageFormat.Raw;
    }
}
