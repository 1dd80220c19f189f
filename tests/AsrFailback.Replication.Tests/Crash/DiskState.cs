using AsrFailback.Replication.Disks;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// The bytes of all disks of a machine at one moment, in the plainest way: an array per block. Immutable; a write makes a
/// new state that shares the blocks it did not touch.
/// </summary>
internal sealed class DiskState
{
    private readonly byte[][][] _disks;

    public DiskState(IReadOnlyList<long> diskBytes)
        : this([.. diskBytes.Select(EmptyBlocks)])
    {
    }

    private DiskState(byte[][][] disks) => _disks = disks;

    /// <summary>Whatever real disks hold now.</summary>
    public static DiskState Of(IReadOnlyList<IBlockDevice> disks) => new([.. disks.Select(disk =>
        EmptyBlocks(disk.Length).Select((content, block) => Blocks.Read(disk, block, new byte[Blocks.Size]).ToArray()).ToArray())]);

    public DiskState Write(int disk, long offset, ReadOnlySpan<byte> data)
    {
        byte[][][] disks = [.. _disks];
        disks[disk] = [.. disks[disk]];
        while (!data.IsEmpty)
        {
            var (block, within) = ((int)(offset / Blocks.Size), (int)(offset % Blocks.Size));
            var content = (byte[])disks[disk][block].Clone();
            var count = Math.Min(data.Length, content.Length - within);
            data[..count].CopyTo(content.AsSpan(within));
            disks[disk][block] = content;
            offset += count;
            data = data[count..];
        }

        return new DiskState(disks);
    }

    public byte[] Block(BlockAddress address) => _disks[address.Disk][address.Block];

    private static byte[][] EmptyBlocks(long bytes) =>
        [.. Enumerable.Range(0, (int)Blocks.Count(bytes)).Select(block => new byte[Blocks.LengthOf(block, bytes)])];

    /// <summary>Names each block in which real disks differ from this state, and from the alternative if there is one.</summary>
    public IEnumerable<BlockAddress> Differences(IReadOnlyList<IBlockDevice> disks, DiskState? alternative = null)
    {
        var buffer = new byte[Blocks.Size];
        for (var disk = 0; disk < disks.Count; disk++)
        {
            for (var block = 0; block < _disks[disk].Length; block++)
            {
                var content = Blocks.Read(disks[disk], block, buffer);
                if (!content.SequenceEqual(_disks[disk][block])
                    && (alternative is null || !content.SequenceEqual(alternative._disks[disk][block])))
                {
                    yield return new BlockAddress(disk, block);
                }
            }
        }
    }
}
