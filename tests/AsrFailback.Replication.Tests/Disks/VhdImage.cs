using System.Buffers.Binary;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// A dynamic VHD made byte by byte, small enough to be changed at random: blocks of 4 KiB, of which one is stored whole,
/// one has a sector that was never written, and the rest is missing.
/// </summary>
internal static class VhdImage
{
    public const int Sector = 512;
    public const int Block = 8 * Sector;
    public const int Header = Sector;
    public const int Table = 3 * Sector;
    public const int FirstBlock = 4 * Sector;
    public const int Stride = Sector + Block;

    /// <summary>Where the sector is stored that was never written.</summary>
    public const int Unwritten = FirstBlock + Stride + (2 * Sector);

    public const int Capacity = (20 * Block) + (3 * Sector);

    /// <summary>What the disk holds.</summary>
    public static byte[] Content()
    {
        var content = new byte[Capacity];
        SourceBench.Bytes(Block, 1).CopyTo(content, Block);
        SourceBench.Bytes(3 * Sector, 2).CopyTo(content, 20 * Block);
        content.AsSpan((20 * Block) + Sector, Sector).Clear();
        return content;
    }

    public static byte[] Dynamic()
    {
        var image = new byte[FirstBlock + (2 * Stride) + Sector];
        var content = Content();
        image.AsSpan(Table, Sector).Fill(0xff);
        Place(image, 1, FirstBlock, 0xff);
        content.AsSpan(Block, Block).CopyTo(image.AsSpan(FirstBlock + Sector));

        Place(image, 20, FirstBlock + Stride, 0b1010_0000);
        content.AsSpan(20 * Block).CopyTo(image.AsSpan(FirstBlock + Stride + Sector));
        WriteHeader(image.AsSpan(Header, 2 * Sector));
        WriteFooter(image.AsSpan(0, Sector));
        WriteFooter(image.AsSpan(image.Length - Sector));
        return image;
    }

    /// <summary>Makes the checksums right again, so that a change is looked at and not the checksum.</summary>
    public static void Seal(byte[] image)
    {
        if (image.Length >= 4 * Sector)
        {
            FixedVhdTests.Seal(image.AsSpan(image.Length - Sector));
            Seal(image.AsSpan(Header, 2 * Sector), 36);
        }
    }

    public static void Number(byte[] image, int at, uint value) => BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan(at), value);

    private static void Place(byte[] image, int block, int at, byte written)
    {
        Number(image, Table + (block * 4), (uint)(at / Sector));
        image[at] = written;
    }

    private static void WriteHeader(Span<byte> header)
    {
        "cxsparse"u8.CopyTo(header);
        BinaryPrimitives.WriteInt64BigEndian(header[8..], -1);
        BinaryPrimitives.WriteInt64BigEndian(header[16..], Table);
        BinaryPrimitives.WriteUInt32BigEndian(header[24..], 0x00010000);
        BinaryPrimitives.WriteUInt32BigEndian(header[28..], 21);
        BinaryPrimitives.WriteUInt32BigEndian(header[32..], Block);
        Seal(header, 36);
    }

    private static void WriteFooter(Span<byte> footer)
    {
        "conectix"u8.CopyTo(footer);
        BinaryPrimitives.WriteUInt32BigEndian(footer[8..], 2);
        BinaryPrimitives.WriteUInt32BigEndian(footer[12..], 0x00010000);
        BinaryPrimitives.WriteInt64BigEndian(footer[16..], Header);
        "win "u8.CopyTo(footer[28..]);
        "Wi2k"u8.CopyTo(footer[36..]);
        BinaryPrimitives.WriteInt64BigEndian(footer[40..], Capacity);
        BinaryPrimitives.WriteInt64BigEndian(footer[48..], Capacity);
        BinaryPrimitives.WriteUInt32BigEndian(footer[60..], 3);
        FixedVhdTests.Seal(footer);
    }

    private static void Seal(Span<byte> bytes, int at)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes[at..], 0);
        uint sum = 0;
        foreach (var value in bytes)
        {
            sum += value;
        }

        BinaryPrimitives.WriteUInt32BigEndian(bytes[at..], ~sum);
    }
}
