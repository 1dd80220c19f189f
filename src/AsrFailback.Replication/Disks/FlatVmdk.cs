using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Disks;

/// <summary>
/// A VMDK of a text descriptor and one flat extent beside it (createType <c>vmfs</c> or <c>monolithicFlat</c>). The
/// descriptor is hostile until checked: an extent is a plain file name in the descriptor's own folder.
/// </summary>
public static partial class FlatVmdk
{
    private const int MaxDescriptorBytes = 20 * 1024;
    private const string NoParent = "ffffffff";

    /// <summary>Creates a sparse disk that reads as zeros; the descriptor comes last, so a crash leaves no disk or a whole one.</summary>
    /// <param name="files">File system.</param>
    /// <param name="path">The descriptor, ending in <c>.vmdk</c>; the extent is <c>…-flat.vmdk</c> beside it.</param>
    /// <param name="bytes">Capacity, a whole number of 512-byte sectors.</param>
    /// <param name="id">The disk's unique id, part of the descriptor.</param>
    public static void Create(IFileSystem files, string path, long bytes, Guid id)
    {
        var extent = ExtentPath(path);
        if (files.Exists(path))
        {
            throw ErrorCatalogue.Exception("FileExists", path);
        }

        if (files.Exists(extent) && !IsUnused(files, extent))
        {
            throw ErrorCatalogue.Exception("FileExists", extent);
        }

        files.Delete(extent);
        using (var file = files.Open(extent, FileOpening.CreateNew))
        {
            file.SetLength(bytes);
            file.Flush();
        }

        AtomicFile.Replace(files, path, Encoding.UTF8.GetBytes(Descriptor(Path.GetFileName(extent), bytes / RawImage.SectorSize, id)));
    }

    /// <summary>Where the bytes of a descriptor created by us are.</summary>
    public static string ExtentPath(string descriptorPath) =>
        Path.Combine(Path.GetDirectoryName(descriptorPath)!, Path.GetFileNameWithoutExtension(descriptorPath) + "-flat.vmdk");

    /// <summary>Opens the disk.</summary>
    /// <exception cref="AsrException"><c>ImageInvalid</c> for a descriptor that cannot be used, <c>ImageHostile</c> for an extent outside its folder.</exception>
    public static IBlockDevice Open(IFileSystem files, string path, bool writable)
    {
        var (extent, bytes) = ReadDescriptor(files, path);
        var file = files.Open(extent, writable ? FileOpening.ReadWrite : FileOpening.ReadOnly);
        if (file.Length == bytes)
        {
            return new ExtentDisk(file, bytes);
        }

        var found = file.Length;
        file.Dispose();
        throw Invalid(path, $"its extent holds {found} bytes and the descriptor says {bytes}");
    }

    /// <summary>Gives the descriptor a new content id, as every first write after opening must, else stale snapshots go unnoticed.</summary>
    public static void RenewContentId(IFileSystem files, string path)
    {
        // Latin-1 maps bytes to characters and back one to one: whatever else is in the descriptor stays as it is.
        var text = ReadText(files, path, Encoding.Latin1);
        RequireSupported(path, text);
        var current = uint.Parse(ContentId().Match(text).Groups["id"].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var renewed = ContentId().Replace(text, $"CID={NextContentId(current):x8}", 1);
        AtomicFile.Replace(files, path, Encoding.Latin1.GetBytes(renewed));
    }

    /// <summary>Whether the file is a text descriptor.</summary>
    public static bool Matches(IStoredFile file)
    {
        Span<byte> start = stackalloc byte[21];
        file.Read(0, start);
        return start.SequenceEqual("# Disk DescriptorFile"u8);
    }

    // FFFFFFFF means "no parent" and FFFFFFFE is used as a marker by hypervisors; both are skipped.
    private static uint NextContentId(uint current) => current >= 0xfffffffd ? 1 : current + 1;

    private static (string Extent, long Bytes) ReadDescriptor(IFileSystem files, string path)
    {
        var text = ReadText(files, path, Encoding.UTF8);
        RequireSupported(path, text);
        var extent = FlatExtent().Match(text);
        if (AnyExtent().Count(text) != 1 || !extent.Success)
        {
            throw Invalid(path, "it must have exactly one extent, flat and from offset 0");
        }

        var name = extent.Groups["file"].Value;
        if (name != Path.GetFileName(name) || name is "" or "." or ".." || name.Any(letter => letter == '\\' || char.IsControl(letter))
            || string.Equals(name, Path.GetFileName(path), StringComparison.OrdinalIgnoreCase))
        {
            throw ErrorCatalogue.Exception("ImageHostile", path, name);
        }

        if (!long.TryParse(extent.Groups["sectors"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var sectors)
            || sectors <= 0 || sectors > long.MaxValue / RawImage.SectorSize)
        {
            throw Invalid(path, "the size of its extent is not a usable number of sectors");
        }

        return (Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, name), sectors * RawImage.SectorSize);
    }

    // An extent without a descriptor is what an interrupted creation leaves, if nothing was ever written to it.
    private static bool IsUnused(IFileSystem files, string extent)
    {
        var file = files.Open(extent, FileOpening.ReadOnly);
        using var disk = new ExtentDisk(file, file.Length);
        var buffer = new byte[DataPieces.Size];
        return DataPieces.Of(disk, 0, disk.Length).All(piece => Blocks.IsZero(DataPieces.Read(disk, piece, buffer)));
    }

    private static void RequireSupported(string path, string text)
    {
        if (!text.StartsWith("# Disk DescriptorFile", StringComparison.Ordinal) || !ContentId().IsMatch(text))
        {
            throw Invalid(path, "it is not a disk descriptor");
        }

        if (Parent().Matches(text).Any(parent => !string.Equals(parent.Groups["id"].ValueSpan.Trim().ToString(), NoParent, StringComparison.OrdinalIgnoreCase)))
        {
            throw Invalid(path, "it is a snapshot with a parent; merge the snapshots first");
        }

        var type = CreateType().Match(text).Groups["type"].Value;
        if (type is not ("vmfs" or "monolithicFlat"))
        {
            throw Invalid(path, $"createType \"{type}\" is not supported; vmfs and monolithicFlat are");
        }
    }

    private static string ReadText(IFileSystem files, string path, Encoding encoding)
    {
        using var file = files.Open(path, FileOpening.ReadOnly);
        if (file.Length is 0 or > MaxDescriptorBytes)
        {
            throw Invalid(path, $"a descriptor of {file.Length} bytes is not plausible");
        }

        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        return encoding.GetString(bytes);
    }

    private static string Descriptor(string extentName, long sectors, Guid id)
    {
        var bytes = id.ToByteArray();
        var uuid = Convert.ToHexString(bytes).ToLowerInvariant();
        var spaced = string.Join(' ', Enumerable.Range(0, 16).Select(index => uuid.Substring(index * 2, 2)));
        var contentId = BitConverter.ToUInt32(bytes) & 0x7fffffff;
        return $"""
            # Disk DescriptorFile
            version=1
            encoding="UTF-8"
            CID={contentId:x8}
            parentCID={NoParent}
            createType="vmfs"

            # Extent description
            RW {sectors} VMFS "{extentName}"

            # The Disk Data Base
            #DDB

            ddb.adapterType = "lsilogic"
            ddb.geometry.cylinders = "{Math.Min(sectors / (255 * 63), 65535)}"
            ddb.geometry.heads = "255"
            ddb.geometry.sectors = "63"
            ddb.longContentID = "{uuid}"
            ddb.uuid = "{spaced[..23]}-{spaced[24..]}"
            ddb.virtualHWVersion = "13"

            """.ReplaceLineEndings("\n");
    }

    private static AsrException Invalid(string path, string why) => ErrorCatalogue.Exception("ImageInvalid", path, "flat VMDK", why);

    [GeneratedRegex("""^(?:RW|RDONLY) (?<sectors>[0-9]{1,19}) (?:FLAT|VMFS) "(?<file>[^"\r\n]{0,255})"(?: 0)?[ \t\r]*$""", RegexOptions.Multiline)]
    private static partial Regex FlatExtent();

    [GeneratedRegex("""^[ \t]*(?:RW|RDONLY|NOACCESS)[ \t]""", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex AnyExtent();

    [GeneratedRegex("^CID=(?<id>[0-9a-fA-F]{1,8})", RegexOptions.Multiline)]
    private static partial Regex ContentId();

    [GeneratedRegex("""^[ \t]*parent(?:CID|FileNameHint)[ \t]*=[ \t]*(?<id>[^\r\n]*)""", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Parent();

    [GeneratedRegex("^createType=\"(?<type>[^\"\r\n]{0,64})\"", RegexOptions.Multiline)]
    private static partial Regex CreateType();
}
