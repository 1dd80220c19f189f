using System.Buffers.Binary;
using System.Runtime.InteropServices;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Disks;

/// <summary>
/// A dynamic VHD, only read: a table says where each block of the disk is, and a bitmap before the block which of its
/// sectors were ever written (Virtual Hard Disk Image Format Specification 1.0). The table is checked as a whole when it is
/// opened, a bitmap when its block is read.
/// </summary>
public static class DynamicVhd
{
    /// <summary>Blocks of a disk at most; twice what the largest VHD (2,040 GiB) has of the smallest usual blocks (1 MiB).</summary>
    public const int MostBlocks = 1 << 22;

    private const string Format = "dynamic VHD";
    private const int HeaderSize = 1024;
    private const int ChecksumOffset = 36;
    private const int MostBlockBytes = 16 << 20;
    private const int SectorBits = RawImage.SectorSize * 8;
    private const uint NotStored = uint.MaxValue;

    /// <summary>Opens the disk.</summary>
    /// <exception cref="AsrException"><c>ImageInvalid</c>: damaged, inconsistent, or a differencing disk.</exception>
    public static IBlockDevice Open(IFileSystem files, string path)
    {
        var file = files.Open(path, FileOpening.ReadOnly);
        try
        {
            var footer = VhdFooter.Read(file, Format);
            RequireDynamic(file, footer);
            var (tableOffset, blockBytes) = ReadHeader(file, footer);
            var table = ReadTable(file, tableOffset, (int)BlocksOf(footer.Capacity, blockBytes));
            RequirePlaces(file, table, blockBytes);
            return new Disk(file, footer.Capacity, blockBytes, table);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static void RequireDynamic(IStoredFile file, VhdFooter footer)
    {
        if (footer.Type == VhdFooter.Differencing)
        {
            throw Invalid(file, "it is a differencing disk, which is nothing without its parent; merge it first");
        }

        if (footer.Type != VhdFooter.Dynamic || footer.Capacity % RawImage.SectorSize != 0)
        {
            throw Invalid(file, $"its footer says type {footer.Type} and {footer.Capacity} bytes");
        }
    }

    private static (long TableOffset, int BlockBytes) ReadHeader(IStoredFile file, VhdFooter footer)
    {
        if (footer.HeaderOffset < 0 || footer.HeaderOffset > file.Length - HeaderSize)
        {
            throw Invalid(file, "its header is outside the file");
        }

        Span<byte> header = stackalloc byte[HeaderSize];
        file.Read(footer.HeaderOffset, header);
        if (!header.StartsWith("cxsparse"u8) || BinaryPrimitives.ReadUInt32BigEndian(header[ChecksumOffset..]) != VhdFooter.Checksum(header, ChecksumOffset))
        {
            throw Invalid(file, "its header is damaged");
        }

        var table = BinaryPrimitives.ReadInt64BigEndian(header[16..]);
        var entries = BinaryPrimitives.ReadUInt32BigEndian(header[28..]);
        var block = BinaryPrimitives.ReadUInt32BigEndian(header[32..]);
        if (block is < RawImage.SectorSize or > MostBlockBytes || !uint.IsPow2(block))
        {
            throw Invalid(file, $"blocks of {block} bytes are not possible");
        }

        var needed = BlocksOf(footer.Capacity, (int)block);
        return needed <= Math.Min(entries, MostBlocks) && table >= 0 && table <= file.Length - ((long)entries * sizeof(uint))
            ? (table, (int)block)
            : throw Invalid(file, $"a table of {entries} entries for {needed} blocks is not possible in this file");
    }

    private static long BlocksOf(long capacity, int blockBytes) => ((capacity - 1) / blockBytes) + 1;

    private static uint[] ReadTable(IStoredFile file, long offset, int entries)
    {
        var table = new uint[entries];
        file.Read(offset, MemoryMarshal.AsBytes(table.AsSpan()));
        if (BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(table, table);
        }

        return table;
    }

    private static void RequirePlaces(IStoredFile file, uint[] table, int blockBytes)
    {
        var sectors = (file.Length - VhdFooter.Size) / RawImage.SectorSize;
        var stride = (BitmapBytes(blockBytes) + blockBytes) / RawImage.SectorSize;
        if (!Placements.CanCover(sectors, stride))
        {
            throw Invalid(file, $"a file of {file.Length} bytes is too long for blocks of {blockBytes}");
        }

        var placements = new Placements(sectors, stride);
        for (var block = 0; block < table.Length; block++)
        {
            if (table[block] != NotStored && !placements.TryPlace(table[block], stride))
            {
                throw Invalid(file, $"block {block} is outside the file, or lies over another one");
            }
        }
    }

    // One bit for each sector of the block, in whole sectors.
    private static int BitmapBytes(int blockBytes) => ((blockBytes / RawImage.SectorSize) + SectorBits - 1) / SectorBits * RawImage.SectorSize;

    private static AsrException Invalid(IStoredFile file, string why) => ErrorCatalogue.Exception("ImageInvalid", file.Path, Format, why);

    private sealed class Disk(IStoredFile file, long capacity, int blockBytes, uint[] table) : PieceDisk(file, capacity, blockBytes)
    {
        private readonly byte[] _written = new byte[BitmapBytes(blockBytes)];
        private long _bitmapOf = -1;

        protected override bool IsStored(long piece) => table[piece] != NotStored;

        protected override long NextStored(long piece, long end)
        {
            var behind = table.AsSpan((int)piece).IndexOfAnyExcept(NotStored);
            return behind < 0 ? end : piece + behind;
        }

        protected override void ReadStored(long piece, int within, Span<byte> buffer)
        {
            var place = (long)table[piece] * RawImage.SectorSize;
            if (_bitmapOf != piece)
            {
                // What a failed read leaves belongs to no block.
                _bitmapOf = -1;
                File.Read(place, _written);
                _bitmapOf = piece;
            }

            File.Read(place + _written.Length + within, buffer);
            RequireConsistent(piece, within, buffer);
        }

        // A sector that was never written is zero. Some readers believe the bitmap and some the sector: no guess is right for both.
        private void RequireConsistent(long piece, int within, ReadOnlySpan<byte> content)
        {
            while (!content.IsEmpty)
            {
                var sector = within / RawImage.SectorSize;
                var part = Math.Min(content.Length, ((sector + 1) * RawImage.SectorSize) - within);
                if ((_written[sector / 8] & (0x80 >> (sector % 8))) == 0 && !Blocks.IsZero(content[..part]))
                {
                    throw Invalid(File, $"sector {sector} of block {piece} holds bytes and its bitmap says that it was never written");
                }

                within += part;
                content = content[part..];
            }
        }
    }
}
