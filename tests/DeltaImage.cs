using System.Buffers.Binary;
using System.Text;

namespace AsrFailback.Tests;

/// <summary>
/// Snapshots of VMware disks made byte by byte: hosted sparse files with the descriptor behind the header and one table behind
/// the directory. Content null marks a grain as zeros.
/// </summary>
internal static class DeltaImage
{
    public const int Sector = 512;

    /// <summary>Bytes of a grain of a disk of up to 2 MiB.</summary>
    public const int Grain = 8 * Sector;

    public const int Directory = 4 * Sector;
    public const int Table = 5 * Sector;
    public const int FirstGrain = 16 * Sector;

    private const int TableEntries = 512;

    /// <summary>Bytes of a grain: one table is enough for the disk.</summary>
    public static int GrainOf(long bytes)
    {
        var grain = Grain;
        while ((long)grain * TableEntries < bytes)
        {
            grain *= 2;
        }

        return grain;
    }

    public static byte[] Sparse(long bytes, string descriptor, params (int Grain, byte[]? Content)[] grains)
    {
        var grainBytes = GrainOf(bytes);
        var image = new byte[FirstGrain + (grains.Length * grainBytes)];
        "KDMV"u8.CopyTo(image);
        Number(image, 4, 2);
        Number(image, 8, 1 | 2 | 4);
        Number(image, 12, bytes / Sector);
        Number(image, 20, grainBytes / Sector);
        Number(image, 28, descriptor.Length == 0 ? 0 : 1);
        Number(image, 36, descriptor.Length == 0 ? 0 : 3);
        Number(image, 44, TableEntries);
        Number(image, 56, Directory / Sector);
        Number(image, 64, FirstGrain / Sector);
        "\n \r\n"u8.CopyTo(image.AsSpan(73));
        Encoding.UTF8.GetBytes(descriptor).CopyTo(image, Sector);
        Number(image, Directory, Table / Sector);
        foreach (var (place, (grain, content)) in grains.Index())
        {
            var at = FirstGrain + (place * grainBytes);
            Number(image, Table + (grain * 4), content is null ? 1 : at / Sector);
            content?.CopyTo(image, at);
        }

        return image;
    }

    public static string Descriptor(string type, string content, string parentContent, string parent, params string[] extents) =>
        $"# Disk DescriptorFile\nversion=1\nCID={content}\nparentCID={parentContent}\ncreateType=\"{type}\"\nparentFileNameHint=\"{parent}\"\n"
        + $"# Extent description\n{string.Join('\n', extents)}\n\n# The Disk Data Base\n#DDB\nddb.adapterType = \"lsilogic\"\n";

    /// <summary>What a disk holds below an image of one file and one table at most, read without any check.</summary>
    public static byte[] Over(byte[] below, byte[] image)
    {
        var disk = below.ToArray();
        var grain = (int)Number(image, 20) * Sector;
        var hasZeros = (Number(image, 8) & 4) != 0;
        var table = Number(image, (int)Number(image, 56) * Sector);
        for (var at = 0; table != 0 && at < disk.Length; at += grain)
        {
            var sector = Number(image, ((int)table * Sector) + (at / grain * 4));
            var length = Math.Min(grain, disk.Length - at);
            if (sector == 1 && hasZeros)
            {
                disk.AsSpan(at, length).Clear();
            }
            else if (sector != 0)
            {
                image.AsSpan((int)sector * Sector, length).CopyTo(disk.AsSpan(at));
            }
        }

        return disk;
    }

    private static uint Number(byte[] image, int at) => BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(at));

    private static void Number(byte[] image, int at, long value) => BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(at), (uint)value);
}
