using System.Text;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Disks;

/// <summary>
/// A VMDK of a text descriptor and one flat extent beside it (createType <c>vmfs</c> or <c>monolithicFlat</c>).
/// </summary>
public static class FlatVmdk
{
    private const string Format = "flat VMDK";

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
        if (Describe(files, path).Extents() is not [{ Kind: "FLAT" or "VMFS", Offset: 0 } extent])
        {
            throw Invalid(path, "it must have exactly one extent, flat and from offset 0");
        }

        var file = files.Open(extent.Path, writable ? FileOpening.ReadWrite : FileOpening.ReadOnly);
        if (file.Length == extent.Bytes)
        {
            return new ExtentDisk(file, extent.Bytes);
        }

        var found = file.Length;
        file.Dispose();
        throw Invalid(path, $"its extent holds {found} bytes and the descriptor says {extent.Bytes}");
    }

    /// <summary>Gives the descriptor a new content id, as every first write after opening must, else stale snapshots go unnoticed.</summary>
    public static void RenewContentId(IFileSystem files, string path)
    {
        // Latin-1 maps bytes to characters and back one to one: whatever else is in the descriptor stays as it is.
        var descriptor = Parse(path, VmdkDescriptor.ReadText(files, path, Encoding.Latin1, Format));
        AtomicFile.Replace(files, path, Encoding.Latin1.GetBytes(descriptor.WithContentId(NextContentId)));
    }

    /// <summary>The checked descriptor of a flat disk.</summary>
    internal static VmdkDescriptor Describe(IFileSystem files, string path) => Parse(path, VmdkDescriptor.ReadText(files, path, Encoding.UTF8, Format));

    // FFFFFFFF means "no parent" and FFFFFFFE is used as a marker by hypervisors; both are skipped.
    private static uint NextContentId(uint current) => current >= 0xfffffffd ? 1 : current + 1;

    private static VmdkDescriptor Parse(string path, string text) => VmdkDescriptor.Parse(path, text, Format, "vmfs", "monolithicFlat");

    // An extent without a descriptor is what an interrupted creation leaves, if nothing was ever written to it.
    private static bool IsUnused(IFileSystem files, string extent)
    {
        var file = files.Open(extent, FileOpening.ReadOnly);
        using var disk = new ExtentDisk(file, file.Length);
        var buffer = new byte[DataPieces.Size];
        return DataPieces.Of(disk, 0, disk.Length).All(piece => Blocks.IsZero(DataPieces.Read(disk, piece, buffer)));
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
            parentCID={VmdkDescriptor.NoParent}
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

    private static AsrException Invalid(string path, string why) => ErrorCatalogue.Exception("ImageInvalid", path, Format, why);
}
