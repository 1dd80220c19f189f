namespace AsrFailback.Replication.Tests;

/// <summary>Descriptors to change.</summary>
internal static class Descriptors
{
    public const string Valid =
        "# Disk DescriptorFile\nversion=1\nencoding=\"UTF-8\"\nCID=12345678\nparentCID=ffffffff\ncreateType=\"vmfs\"\n\n" +
        "# Extent description\nRW 4 VMFS \"disk-flat.vmdk\"\n\n# The Disk Data Base\n#DDB\n\nddb.adapterType = \"lsilogic\"\n";

    public const string Extent = "RW 4 VMFS \"disk-flat.vmdk\"";

    /// <summary>The descriptor of a disk in several files.</summary>
    public static string Split(string extents, string type = "twoGbMaxExtentFlat") =>
        Valid.Replace("\"vmfs\"", $"\"{type}\"", StringComparison.Ordinal).Replace(Extent, extents, StringComparison.Ordinal);
}
