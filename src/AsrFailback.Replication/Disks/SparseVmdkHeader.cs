using System.Buffers.Binary;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Disks;

/// <summary>The first 512 bytes of a sparse VMDK, little-endian (VMware Virtual Disk Format 5.0). Offsets and sizes in sectors.</summary>
/// <param name="Flags">What the file uses.</param>
/// <param name="Capacity">Size of the disk, or of this part of it.</param>
/// <param name="GrainSectors">Size of a grain: a power of two, 4 KiB to 1 MiB.</param>
/// <param name="DescriptorOffset">Where the descriptor is; 0 in a part of a split disk.</param>
/// <param name="DescriptorSize">Size of the descriptor.</param>
/// <param name="DirectoryOffset">Where the directory of grain tables is.</param>
/// <param name="Overhead">Where grains may begin.</param>
internal readonly record struct SparseVmdkHeader(
    uint Flags, long Capacity, int GrainSectors, ulong DescriptorOffset, ulong DescriptorSize, ulong DirectoryOffset, ulong Overhead)
{
    public const string Format = "sparse VMDK";

    private const int Size = 512;
    private const uint LineEndTest = 1;
    private const uint ZeroGrains = 1 << 2;
    private const uint CompressedGrains = 1 << 16;
    private const uint Markers = 1 << 17;
    private const uint FooterMarker = 3;
    private const ulong DirectoryAtEnd = ulong.MaxValue;
    private const uint NewestVersion = 3;
    private const int TableEntries = 512;

    /// <summary>Whether a table's entry 1 means a grain of zeros.</summary>
    public bool HasZeroGrains => (Flags & ZeroGrains) != 0;

    /// <summary>Whether grains are packed (a stream-optimised VMDK).</summary>
    public bool IsCompressed => (Flags & CompressedGrains) != 0;

    /// <summary>Bytes of the disk, or of this part of it.</summary>
    public long Bytes => Capacity * RawImage.SectorSize;

    /// <summary>Bytes of a grain.</summary>
    public int GrainBytes => GrainSectors * RawImage.SectorSize;

    /// <summary>Whether a file begins like a sparse VMDK.</summary>
    public static bool Begins(ReadOnlySpan<byte> start) => start.StartsWith("KDMV"u8);

    /// <summary>Reads the header; a stream that was written in one go has the one that counts near its end.</summary>
    /// <exception cref="AsrException"><c>ImageInvalid</c>.</exception>
    public static SparseVmdkHeader Read(IStoredFile file)
    {
        var header = ReadAt(file, 0);
        return header.DirectoryOffset == DirectoryAtEnd
            ? ReadFooter(file) with { DescriptorOffset = header.DescriptorOffset, DescriptorSize = header.DescriptorSize }
            : header;
    }

    /// <summary>The error of a sparse VMDK that cannot be used.</summary>
    public static AsrException Invalid(IStoredFile file, string why) => ErrorCatalogue.Exception("ImageInvalid", file.Path, Format, why);

    // The last three sectors: a marker that says footer, the footer, a marker that says end of stream.
    private static SparseVmdkHeader ReadFooter(IStoredFile file)
    {
        Span<byte> marker = stackalloc byte[16];
        file.Read(Math.Max(0, file.Length - (3 * Size)), marker);
        if (file.Length < 4 * Size || BinaryPrimitives.ReadUInt32LittleEndian(marker[8..]) != 0
            || BinaryPrimitives.ReadUInt32LittleEndian(marker[12..]) != FooterMarker)
        {
            throw Invalid(file, "its footer is missing, so it is incomplete");
        }

        return ReadAt(file, file.Length - (2 * Size));
    }

    private static SparseVmdkHeader ReadAt(IStoredFile file, long offset)
    {
        Span<byte> header = stackalloc byte[Size];
        file.Read(offset, header);
        RequireKnown(file, header);
        var capacity = BinaryPrimitives.ReadUInt64LittleEndian(header[12..]);
        var grain = BinaryPrimitives.ReadUInt64LittleEndian(header[20..]);
        if (capacity is 0 or > DiskImage.MostBytes / RawImage.SectorSize || grain is < 8 or > 2048 || !ulong.IsPow2(grain))
        {
            throw Invalid(file, $"{capacity} sectors in grains of {grain} are not possible");
        }

        return new SparseVmdkHeader(
            BinaryPrimitives.ReadUInt32LittleEndian(header[8..]), (long)capacity, (int)grain,
            BinaryPrimitives.ReadUInt64LittleEndian(header[28..]), BinaryPrimitives.ReadUInt64LittleEndian(header[36..]),
            BinaryPrimitives.ReadUInt64LittleEndian(header[56..]), BinaryPrimitives.ReadUInt64LittleEndian(header[64..]));
    }

    private static void RequireKnown(IStoredFile file, ReadOnlySpan<byte> header)
    {
        var version = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        var flags = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        var compression = BinaryPrimitives.ReadUInt16LittleEndian(header[77..]);
        if (!Begins(header) || version is 0 or > NewestVersion)
        {
            throw Invalid(file, $"its header is damaged, or of the unknown version {version}");
        }

        // What a transfer as text does to line ends is what these four bytes are for.
        if ((flags & LineEndTest) != 0 && !header.Slice(73, 4).SequenceEqual("\n \r\n"u8))
        {
            throw Invalid(file, "it was changed by a transfer as text");
        }

        var packed = (flags & CompressedGrains) != 0;
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[44..]) != TableEntries || compression != (packed ? 1 : 0) || (packed && (flags & Markers) == 0))
        {
            throw Invalid(file, $"its tables or its compression ({compression}) are of an unknown kind");
        }
    }
}
