using AsrFailback.Replication.Disks;

namespace AsrFailback.Replication.Source;

/// <summary>A set of 1 MiB regions over the disks of a machine: where two sides may differ. Not thread-safe.</summary>
public sealed class RegionMap
{
    /// <summary>Bytes of a region.</summary>
    public const int RegionSize = 1 << 20;

    /// <summary>Blocks of a region; a disk's last region may have fewer.</summary>
    public const int BlocksPerRegion = RegionSize / Blocks.Size;

    private readonly BitSet[] _disks;

    /// <summary>An empty map over disks of the given sizes in bytes.</summary>
    public RegionMap(IReadOnlyList<long> diskBytes)
    {
        DiskBytes = diskBytes;
        _disks = [.. diskBytes.Select(bytes => new BitSet(RegionCount(bytes)))];
    }

    /// <summary>Sizes of the disks in bytes.</summary>
    public IReadOnlyList<long> DiskBytes { get; }

    /// <summary>Bytes covered, counting the last region of a disk in full.</summary>
    public long Bytes => _disks.Sum(regions => regions.Count) * RegionSize;

    /// <summary>The regions of a disk.</summary>
    public BitSet this[int disk] => _disks[disk];

    /// <summary>Regions of a disk.</summary>
    public static long RegionCount(long diskBytes) => (diskBytes + RegionSize - 1) / RegionSize;

    /// <summary>The blocks of a region.</summary>
    public static (long First, int Count) BlocksOf(long region, long diskBytes)
    {
        var first = region * BlocksPerRegion;
        return (first, (int)Math.Min(BlocksPerRegion, Blocks.Count(diskBytes) - first));
    }

    /// <summary>Every region, disk by disk, ascending.</summary>
    public IEnumerable<(int Disk, long Region)> Members() =>
        _disks.SelectMany((regions, disk) => regions.Members().Select(region => (disk, region)));

    /// <summary>Adds the region of a block.</summary>
    public void Add(BlockAddress address) => _disks[address.Disk][address.Block * Blocks.Size / RegionSize] = true;

    /// <summary>Adds everything another map holds; both are over the same disks.</summary>
    public void UnionWith(RegionMap other)
    {
        for (var disk = 0; disk < _disks.Length; disk++)
        {
            _disks[disk].UnionWith(other[disk]);
        }
    }

    /// <summary>A map of its own with the same regions.</summary>
    public RegionMap Copy()
    {
        var copy = new RegionMap(DiskBytes);
        copy.UnionWith(this);
        return copy;
    }

    /// <summary>A map of the regions of blocks.</summary>
    public static RegionMap Of(IEnumerable<BlockAddress> blocks, IReadOnlyList<long> diskBytes)
    {
        var map = new RegionMap(diskBytes);
        foreach (var address in blocks)
        {
            map.Add(address);
        }

        return map;
    }

    /// <summary>A map of everything.</summary>
    public static RegionMap Full(IReadOnlyList<long> diskBytes)
    {
        var map = new RegionMap(diskBytes);
        for (var disk = 0; disk < diskBytes.Count; disk++)
        {
            for (long region = 0; region < map[disk].Size; region++)
            {
                map[disk][region] = true;
            }
        }

        return map;
    }
}
