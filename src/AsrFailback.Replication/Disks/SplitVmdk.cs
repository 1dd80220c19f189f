using System.Text;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Disks;

/// <summary>
/// A VMDK of a text descriptor and several files beside it (createType <c>twoGbMaxExtentFlat</c> or
/// <c>twoGbMaxExtentSparse</c>), only read.
/// </summary>
public static class SplitVmdk
{
    private const string Format = "split VMDK";
    private const string Flat = "twoGbMaxExtentFlat";
    private const string Sparse = "twoGbMaxExtentSparse";

    /// <summary>Opens the disk.</summary>
    /// <exception cref="AsrException"><c>ImageInvalid</c> for a disk that cannot be used, <c>ImageHostile</c> for an extent outside its folder.</exception>
    public static IBlockDevice Open(IFileSystem files, string path)
    {
        var descriptor = VmdkDescriptor.Parse(path, VmdkDescriptor.ReadText(files, path, Encoding.UTF8, Format), Format, Flat, Sparse);
        var extents = descriptor.Extents();
        RequirePossible(path, extents, descriptor.CreateType == Flat ? "FLAT" : "SPARSE");
        var parts = new List<IBlockDevice>();
        try
        {
            foreach (var extent in extents)
            {
                parts.Add(extent.Kind == "FLAT" ? OpenFlat(files, path, extent) : SparseVmdk.OpenPart(files, extent));
            }

            return new JoinedDisk(parts);
        }
        catch
        {
            parts.ForEach(part => part.Dispose());
            throw;
        }
    }

    /// <summary>Whether a descriptor's word for how a disk is stored means one of these.</summary>
    internal static bool IsType(string createType) => createType is Flat or Sparse;

    private static void RequirePossible(string path, IReadOnlyList<VmdkExtent> extents, string kind)
    {
        if (extents.Count == 0 || extents.Any(extent => extent.Kind != kind))
        {
            throw Invalid(path, $"its extents must all be {kind}");
        }

        if (extents.DistinctBy(extent => extent.Path, StringComparer.OrdinalIgnoreCase).Count() != extents.Count)
        {
            throw Invalid(path, "it uses one file for two extents");
        }

        if (extents.Aggregate(0L, (sum, extent) => Math.Min(DiskImage.MostBytes, extent.Bytes) + sum) > DiskImage.MostBytes)
        {
            throw Invalid(path, "its extents are too large together");
        }
    }

    private static ExtentDisk OpenFlat(IFileSystem files, string path, VmdkExtent extent)
    {
        var file = files.Open(extent.Path, FileOpening.ReadOnly);
        if (extent.Offset <= file.Length && extent.Bytes <= file.Length - extent.Offset)
        {
            return new ExtentDisk(file, extent.Bytes, extent.Offset);
        }

        var found = file.Length;
        file.Dispose();
        throw Invalid(path, $"{extent.Path} holds {found} bytes and the descriptor says {extent.Bytes} from {extent.Offset}");
    }

    private static AsrException Invalid(string path, string why) => ErrorCatalogue.Exception("ImageInvalid", path, Format, why);
}
