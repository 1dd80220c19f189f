using System.Text;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Node.Tests;

/// <summary>Images as users have them, good and bad.</summary>
internal static class UserImages
{
    private static readonly LocalFileSystem Files = new();

    /// <summary>A raw image whose first half is random.</summary>
    public static string Raw(string path, long bytes)
    {
        using (var file = File.Create(path))
        {
            file.SetLength(bytes);
        }

        Fill(RawImage.Open(Files, path, writable: true));
        return path;
    }

    /// <summary>A descriptor with a flat extent whose first half is random.</summary>
    public static string Vmdk(string path, long bytes)
    {
        FlatVmdk.Create(Files, path, bytes, Guid.NewGuid());
        Fill(FlatVmdk.Open(Files, path, writable: true));
        return path;
    }

    /// <summary>A fixed VHD whose first half is random.</summary>
    public static string Vhd(string path, long bytes)
    {
        FixedVhd.Create(Files, path, bytes, Guid.NewGuid());
        Fill(FixedVhd.Open(Files, path, writable: true));
        return path;
    }

    /// <summary>A descriptor that names any extent.</summary>
    public static string Descriptor(string path, string extent, long bytes)
    {
        File.WriteAllText(path, $"""
            # Disk DescriptorFile
            version=1
            CID=12345678
            parentCID=ffffffff
            createType="monolithicFlat"

            RW {bytes / 512} FLAT "{extent}" 0

            """);
        return path;
    }

    /// <summary>A file that begins like this and goes on with zeros.</summary>
    public static string Beginning(string path, string start, long bytes)
    {
        using var file = File.Create(path);
        file.Write(Encoding.Latin1.GetBytes(start));
        file.SetLength(bytes);
        return path;
    }

    private static void Fill(IBlockDevice disk)
    {
        using (disk)
        {
            var content = new byte[disk.Length / 2];
            new Random(7).NextBytes(content);
            disk.Write(0, content);
        }
    }
}
