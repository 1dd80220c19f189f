using AsrFailback.Replication.Disks;

namespace AsrFailback.Bench.Replication;

/// <summary>Blocks of random content at random places that follow from a seed, in ascending order of the disk: what a machine wrote while nobody listened.</summary>
internal static class DirtyBlocks
{
    public static void Write(long diskBytes, int blocks, int seed, Action<long, byte[]> write)
    {
        var random = new Random(seed);
        var places = new HashSet<long>();
        while (places.Count < blocks)
        {
            places.Add(random.NextInt64(Blocks.Count(diskBytes)));
        }

        var content = new byte[Blocks.Size];
        foreach (var place in places.Order())
        {
            random.NextBytes(content);
            write(place * Blocks.Size, content);
        }
    }
}
