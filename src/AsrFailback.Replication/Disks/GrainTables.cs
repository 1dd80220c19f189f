using System.Buffers.Binary;
using System.Runtime.InteropServices;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Disks;

/// <summary>
/// Where the grains of a sparse VMDK are: a directory of tables of 512 sector numbers each. Checked as a whole when it is
/// read: every table and grain is in the file, and none lies over another, so that reading costs no more than the file has.
/// Not thread-safe.
/// </summary>
internal sealed class GrainTables
{
    /// <summary>Tables of a disk at most: 64 TiB in the usual grains of 64 KiB.</summary>
    public const int MostTables = 1 << 21;

    private const int TableEntries = 512;
    private const int TableSectors = TableEntries * sizeof(uint) / RawImage.SectorSize;
    private const uint ZeroGrain = 1;

    private readonly IStoredFile _file;
    private readonly uint[] _directory;
    private readonly bool _hasZeroGrains;
    private readonly uint[] _table = new uint[TableEntries];
    private long _tableAt = -1;

    private GrainTables(IStoredFile file, uint[] directory, bool hasZeroGrains) => (_file, _directory, _hasZeroGrains) = (file, directory, hasZeroGrains);

    /// <summary>Reads the directory and checks it with all its tables.</summary>
    /// <exception cref="AsrException"><c>ImageInvalid</c>.</exception>
    public static GrainTables Read(IStoredFile file, SparseVmdkHeader header)
    {
        var grains = ((header.Capacity - 1) / header.GrainSectors) + 1;
        var entries = ((grains - 1) / TableEntries) + 1;
        var fileSectors = (ulong)file.Length / RawImage.SectorSize;
        if (entries > MostTables || header.DirectoryOffset is 0 || header.DirectoryOffset > fileSectors
            || entries * sizeof(uint) > file.Length - ((long)header.DirectoryOffset * RawImage.SectorSize))
        {
            throw SparseVmdkHeader.Invalid(file, $"a directory of {entries} tables at sector {header.DirectoryOffset} is not possible in this file");
        }

        var directory = new uint[entries];
        ReadNumbers(file, (long)header.DirectoryOffset * RawImage.SectorSize, directory);
        RequireTables(file, directory);
        var tables = new GrainTables(file, directory, header.HasZeroGrains);
        tables.RequireGrains(header, grains);
        return tables;
    }

    /// <summary>The sector where a grain is stored; 0 for a grain of zeros.</summary>
    public uint this[long grain] => Entry(grain) is var sector && _hasZeroGrains && sector == ZeroGrain ? 0 : sector;

    /// <summary>Whether a grain is stored or marked as zeros: in a snapshot either hides what its parent has.</summary>
    public bool IsAllocated(long grain) => Entry(grain) != 0;

    /// <summary>The first grain at or behind a grain that is stored or marked as zeros, or the end; where a whole table is missing, nothing is looked at.</summary>
    public long NextAllocated(long grain, long end)
    {
        while (grain < end && !IsAllocated(grain))
        {
            grain = _directory[grain / TableEntries] == 0 ? ((grain / TableEntries) + 1) * TableEntries : grain + 1;
        }

        return Math.Min(grain, end);
    }

    /// <summary>The first grain at or behind a grain that is not zeros, or the end.</summary>
    public long NextStored(long grain, long end)
    {
        grain = NextAllocated(grain, end);
        while (grain < end && this[grain] == 0)
        {
            grain = NextAllocated(grain + 1, end);
        }

        return grain;
    }

    private uint Entry(long grain)
    {
        var at = _directory[grain / TableEntries];
        if (at == 0)
        {
            return 0;
        }

        if (_tableAt != at)
        {
            // What a failed read leaves belongs to no table.
            _tableAt = -1;
            ReadNumbers(_file, (long)at * RawImage.SectorSize, _table);
            _tableAt = at;
        }

        return _table[grain % TableEntries];
    }

    private static void RequireTables(IStoredFile file, uint[] directory)
    {
        var inOrder = Array.FindAll(directory, sector => sector != 0);
        Array.Sort(inOrder);
        for (var index = 0; index < inOrder.Length; index++)
        {
            var end = index + 1 < inOrder.Length ? inOrder[index + 1] : file.Length / RawImage.SectorSize;
            if (inOrder[index] > end - TableSectors)
            {
                throw SparseVmdkHeader.Invalid(file, $"a table at sector {inOrder[index]} is outside the file, or lies over another one");
            }
        }
    }

    private void RequireGrains(SparseVmdkHeader header, long grains)
    {
        // A table addresses no more than 32 bits of sectors.
        var sectors = Math.Min((_file.Length + RawImage.SectorSize - 1) / RawImage.SectorSize, uint.MaxValue);
        if (!Placements.CanCover(sectors, header.GrainSectors))
        {
            throw SparseVmdkHeader.Invalid(_file, $"a file of {_file.Length} bytes is too long for grains of {header.GrainBytes}");
        }

        var placements = header.IsCompressed ? null : new Placements(sectors, header.GrainSectors);
        for (var grain = NextStored(0, grains); grain < grains; grain = NextStored(grain + 1, grains))
        {
            RequireGrain(header, placements, grain, this[grain], sectors);
        }
    }

    // Packed grains differ in length; each names its own place on the disk, so that one cannot be used for another.
    private void RequireGrain(SparseVmdkHeader header, Placements? placements, long grain, uint sector, long fileSectors)
    {
        var inDisk = (int)Math.Min(header.GrainSectors, header.Capacity - (grain * header.GrainSectors));
        if (sector < header.Overhead || !(placements?.TryPlace(sector, inDisk) ?? sector < fileSectors))
        {
            throw SparseVmdkHeader.Invalid(_file, $"grain {grain} at sector {sector} is not in the file's data, or lies over another one");
        }
    }

    private static void ReadNumbers(IStoredFile file, long offset, uint[] numbers)
    {
        file.Read(offset, MemoryMarshal.AsBytes(numbers.AsSpan()));
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(numbers, numbers);
        }
    }
}
