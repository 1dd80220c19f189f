using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// Sparse VMDKs made byte by byte, small enough to be changed at random: grains of 4 KiB, the directory at
/// <see cref="Directory"/>, two tables behind it. One grain is stored, one is marked as zeros, the rest is missing.
/// </summary>
internal static class VmdkImage
{
    public const int Sector = 512;
    public const int Grain = 8 * Sector;
    public const int Directory = 4 * Sector;
    public const int FirstTable = 5 * Sector;
    public const int SecondTable = 9 * Sector;
    public const int FirstGrain = 16 * Sector;
    public const int Capacity = (600 * Grain) + (3 * Sector);

    private const ulong AtEnd = ulong.MaxValue;

    /// <summary>What the disk holds.</summary>
    public static byte[] Content()
    {
        var content = new byte[Capacity];
        SourceBench.Bytes(Grain, 1).CopyTo(content, 2 * Grain);
        SourceBench.Bytes(Grain, 2).CopyTo(content, 599 * Grain);
        SourceBench.Bytes(3 * Sector, 3).CopyTo(content, 600 * Grain);
        return content;
    }

    /// <summary>monolithicSparse; one of its grains is marked as zeros.</summary>
    public static byte[] Sparse()
    {
        var image = new byte[FirstGrain + (3 * Grain)];
        Header(image, flags: 1 | 4, Directory / Sector, compression: 0);
        Descriptor("monolithicSparse").CopyTo(image, Sector);
        Number(image, Directory, FirstTable / Sector);
        Number(image, Directory + 4, SecondTable / Sector);
        var content = Content();
        Number(image, FirstTable + (3 * 4), 1);
        foreach (var (place, grain) in new[] { 2, 599, 600 }.Index())
        {
            var at = FirstGrain + (place * Grain);
            Entry(image, grain, at / Sector);
            content.AsSpan(grain * Grain, Math.Min(Grain, Capacity - (grain * Grain))).CopyTo(image.AsSpan(at));
        }

        return image;
    }

    /// <summary>streamOptimized: packed grains, tables behind them, the header that counts near the end; as an OVA has it.</summary>
    public static byte[] Stream()
    {
        var image = new List<byte>(new byte[FirstGrain]);
        var content = Content();
        var tables = new byte[4 * Sector * 2];
        foreach (var grain in new[] { 2, 599, 600 })
        {
            BinaryPrimitives.WriteUInt32LittleEndian(tables.AsSpan(grain * 4), (uint)(image.Count / Sector));
            var unpacked = new byte[Grain];
            content.AsSpan(grain * Grain, Math.Min(Grain, Capacity - (grain * Grain))).CopyTo(unpacked);
            image.AddRange(Packed(grain * 8, unpacked));
        }

        image.AddRange(Marker(4, 1));
        var tablesAt = image.Count / Sector;
        image.AddRange(tables);
        image.AddRange(Marker(1, 2));
        var directory = new byte[Sector];
        Number(directory, 0, tablesAt);
        Number(directory, 4, tablesAt + 4);
        var directoryAt = image.Count / Sector;
        image.AddRange(directory);
        image.AddRange(Marker(1, 3));
        var footer = new byte[Sector];
        Header(footer, StreamFlags, (ulong)directoryAt, compression: 1);
        image.AddRange(footer);
        image.AddRange(Marker(0, 0));
        var whole = image.ToArray();
        Header(whole, StreamFlags, AtEnd, compression: 1);
        Descriptor("streamOptimized").CopyTo(whole, Sector);
        return whole;
    }

    /// <summary>A grain with its marker, in whole sectors.</summary>
    public static byte[] Packed(int sectorOfDisk, byte[] unpacked)
    {
        using var packed = new MemoryStream();
        packed.Write(new byte[12]);
        using (var stream = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(unpacked);
        }

        var length = (uint)packed.Length - 12;
        packed.SetLength((packed.Length + Sector - 1) / Sector * Sector);
        var bytes = packed.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)sectorOfDisk);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), length);
        return bytes;
    }

    /// <summary>Where the first packed grain says its place on the disk.</summary>
    public static int FirstMarker => FirstGrain;

    public static void Number(byte[] image, int at, long value) => BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(at), (uint)value);

    private const uint StreamFlags = 1 | (1 << 16) | (1 << 17);

    private static void Entry(byte[] image, int grain, int sector) => Number(image, FirstTable + (grain * 4), sector);

    private static byte[] Marker(long sectors, int type)
    {
        var marker = new byte[Sector];
        BinaryPrimitives.WriteInt64LittleEndian(marker, sectors);
        Number(marker, 12, type);
        return marker;
    }

    private static void Header(byte[] image, uint flags, ulong directory, ushort compression)
    {
        var header = image.AsSpan(0, Sector);
        "KDMV"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], compression == 0 ? 1u : 3u);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], flags);
        BinaryPrimitives.WriteUInt64LittleEndian(header[12..], Capacity / Sector);
        BinaryPrimitives.WriteUInt64LittleEndian(header[20..], Grain / Sector);
        BinaryPrimitives.WriteUInt64LittleEndian(header[28..], 1);
        BinaryPrimitives.WriteUInt64LittleEndian(header[36..], 2);
        BinaryPrimitives.WriteUInt32LittleEndian(header[44..], 512);
        BinaryPrimitives.WriteUInt64LittleEndian(header[56..], directory);
        BinaryPrimitives.WriteUInt64LittleEndian(header[64..], FirstGrain / Sector);
        "\n \r\n"u8.CopyTo(header[73..]);
        BinaryPrimitives.WriteUInt16LittleEndian(header[77..], compression);
    }

    private static byte[] Descriptor(string type) => Encoding.UTF8.GetBytes(
        $"# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\ncreateType=\"{type}\"\n\nRW {Capacity / Sector} SPARSE \"disk.vmdk\"\n\nddb.adapterType = \"lsilogic\"\n");
}
