using System.Buffers.Binary;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Source;

/// <summary>
/// A region map on disk. A region is durable here before its first write reaches the disk, so that after any stop the
/// marked regions hold every write the other side may lack. A header of 4 KiB; then, disk by disk, sectors of 512 bytes
/// with 504 bytes of bits, 4 spare and a CRC-32C. A sector that fails its checksum counts as all marked.
/// Not thread-safe: the write splitter guards it.
/// </summary>
public sealed class IntentBitmap : IDisposable
{
    private const int HeaderSize = 4096;
    private const int MaxDisks = 64;
    private const int SectorSize = 512;
    private const int BitBytes = 504;
    private const int RegionsPerSector = BitBytes * 8;
    private const ushort Version = 1;
    private static readonly byte[] Magic = "ASRINTN1"u8.ToArray();

    private readonly IStoredFile _file;
    private readonly RegionMap _map;
    private long _markedBytes;

    private IntentBitmap(IStoredFile file, RegionMap map, int damagedSectors)
    {
        _file = file;
        _map = map;
        _markedBytes = map.Bytes;
        DamagedSectors = damagedSectors;
    }

    /// <summary>The marked regions.</summary>
    public RegionMap Regions => _map;

    /// <summary>Bytes of the marked regions, the last one of a disk in full; asked for at any time, by anybody.</summary>
    public long MarkedBytes => Interlocked.Read(ref _markedBytes);

    /// <summary>Sectors that failed their checksum when the map was opened.</summary>
    public int DamagedSectors { get; }

    /// <summary>Writes a map as a new file, replacing an old one atomically.</summary>
    public static void Save(IFileSystem files, string path, RegionMap map)
    {
        files.CreateFolder(Path.GetDirectoryName(path)!);
        var content = new byte[HeaderSize + (TotalSectors(map.DiskBytes) * SectorSize)];
        WriteHeader(content, map.DiskBytes);
        for (var disk = 0; disk < map.DiskBytes.Count; disk++)
        {
            for (long sector = 0; sector < Sectors(map.DiskBytes[disk]); sector++)
            {
                BuildSector(map, disk, sector, content.AsSpan((int)SectorOffset(map.DiskBytes, disk, sector), SectorSize));
            }
        }

        AtomicFile.Replace(files, path, content);
    }

    /// <summary>Opens a saved map.</summary>
    /// <returns>Null when there is none, or when it is unusable: everything has to be compared then.</returns>
    /// <exception cref="AsrException"><c>FormatTooNew</c>.</exception>
    public static IntentBitmap? Open(IFileSystem files, string path, IReadOnlyList<long> diskBytes, bool writable)
    {
        if (!files.Exists(path))
        {
            return null;
        }

        var file = files.Open(path, writable ? FileOpening.ReadWrite : FileOpening.ReadOnly);
        var header = new byte[HeaderSize];
        file.Read(0, header);
        if (!HeaderFits(file, header, diskBytes))
        {
            file.Dispose();
            return null;
        }

        if (writable)
        {
            // A mark that a killed process left in the page cache counts only once it is durable.
            file.Flush();
        }

        var (map, damagedSectors) = ReadMap(file, diskBytes);
        return new IntentBitmap(file, map, damagedSectors);
    }

    /// <summary>Reads a saved map; everything when it is missing or unusable.</summary>
    public static RegionMap ReadOrFull(IFileSystem files, string path, IReadOnlyList<long> diskBytes)
    {
        using var saved = Open(files, path, diskBytes, writable: false);
        return saved?.Regions ?? RegionMap.Full(diskBytes);
    }

    /// <summary>Marks the regions of a range durably; costs nothing when they are marked already.</summary>
    public void Mark(int disk, long offset, int length)
    {
        var fresh = new List<(int Disk, long Region)>();
        for (var region = offset / RegionMap.RegionSize; region * RegionMap.RegionSize < offset + length; region++)
        {
            if (!_map[disk][region])
            {
                fresh.Add((disk, region));
            }
        }

        if (fresh.Count > 0)
        {
            MarkDurably(fresh);
        }
    }

    /// <summary>Marks all regions of a map durably.</summary>
    public void Mark(RegionMap regions)
    {
        var fresh = regions.Members().Where(place => !_map[place.Disk][place.Region]).ToList();
        if (fresh.Count > 0)
        {
            MarkDurably(fresh);
        }
    }

    /// <summary>Clears regions lazily: losing the clearing costs a needless comparison, nothing else.</summary>
    public void Clear(IReadOnlyCollection<(int Disk, long Region)> regions)
    {
        Set(regions, marked: false);
        WriteSectorsOf(regions);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // A mark that could not be made durable must not be believed, or the next write to its region would skip it.
    private void MarkDurably(IReadOnlyCollection<(int Disk, long Region)> fresh)
    {
        Set(fresh, marked: true);
        try
        {
            WriteSectorsOf(fresh);
            _file.Flush();
        }
        catch
        {
            Set(fresh, marked: false);
            throw;
        }
    }

    private void Set(IReadOnlyCollection<(int Disk, long Region)> regions, bool marked)
    {
        foreach (var (disk, region) in regions)
        {
            if (_map[disk][region] != marked)
            {
                _map[disk][region] = marked;
                Interlocked.Add(ref _markedBytes, marked ? RegionMap.RegionSize : -RegionMap.RegionSize);
            }
        }
    }

    private void WriteSectorsOf(IReadOnlyCollection<(int Disk, long Region)> regions)
    {
        foreach (var (disk, sector) in regions.Select(place => (place.Disk, place.Region / RegionsPerSector)).Distinct())
        {
            WriteSector(disk, sector);
        }
    }

    private static bool HeaderFits(IStoredFile file, byte[] header, IReadOnlyList<long> diskBytes)
    {
        var expected = new byte[HeaderSize];
        WriteHeader(expected, diskBytes);
        var version = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(8));
        if (header.AsSpan().StartsWith(Magic) && version > Version)
        {
            throw ErrorCatalogue.Exception("FormatTooNew", file.Path, version, Version);
        }

        return header.AsSpan().SequenceEqual(expected) && file.Length == HeaderSize + (TotalSectors(diskBytes) * SectorSize);
    }

    private static void WriteHeader(Span<byte> header, IReadOnlyList<long> diskBytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(diskBytes.Count, MaxDisks);
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], diskBytes.Count);
        for (var disk = 0; disk < diskBytes.Count; disk++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(header[(16 + (disk * 8))..], diskBytes[disk]);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(header[(HeaderSize - 4)..], Crc32C.Append(0, header[..(HeaderSize - 4)]));
    }

    private static (RegionMap Map, int DamagedSectors) ReadMap(IStoredFile file, IReadOnlyList<long> diskBytes)
    {
        var map = new RegionMap(diskBytes);
        var damaged = 0;
        var sector = new byte[SectorSize];
        for (var disk = 0; disk < diskBytes.Count; disk++)
        {
            for (long index = 0; index < Sectors(diskBytes[disk]); index++)
            {
                file.Read(SectorOffset(diskBytes, disk, index), sector);
                var intact = BinaryPrimitives.ReadUInt32LittleEndian(sector.AsSpan(SectorSize - 4)) == Crc32C.Append(0, sector.AsSpan(0, SectorSize - 4));
                damaged += intact ? 0 : 1;
                var first = index * RegionsPerSector;
                for (var bit = 0; bit < RegionsPerSector && first + bit < map[disk].Size; bit++)
                {
                    map[disk][first + bit] = !intact || (sector[bit / 8] & (1 << (bit % 8))) != 0;
                }
            }
        }

        return (map, damaged);
    }

    private static void BuildSector(RegionMap map, int disk, long index, Span<byte> sector)
    {
        sector.Clear();
        var first = index * RegionsPerSector;
        for (var bit = 0; bit < RegionsPerSector && first + bit < map[disk].Size; bit++)
        {
            if (map[disk][first + bit])
            {
                sector[bit / 8] |= (byte)(1 << (bit % 8));
            }
        }

        BinaryPrimitives.WriteUInt32LittleEndian(sector[(SectorSize - 4)..], Crc32C.Append(0, sector[..(SectorSize - 4)]));
    }

    private static long Sectors(long diskBytes) => (RegionMap.RegionCount(diskBytes) + RegionsPerSector - 1) / RegionsPerSector;

    private static long TotalSectors(IReadOnlyList<long> diskBytes) => diskBytes.Sum(Sectors);

    private static long SectorOffset(IReadOnlyList<long> diskBytes, int disk, long sector) =>
        HeaderSize + ((diskBytes.Take(disk).Sum(Sectors) + sector) * SectorSize);

    private void WriteSector(int disk, long index)
    {
        Span<byte> sector = stackalloc byte[SectorSize];
        BuildSector(_map, disk, index, sector);
        _file.Write(SectorOffset(_map.DiskBytes, disk, index), sector);
    }
}
