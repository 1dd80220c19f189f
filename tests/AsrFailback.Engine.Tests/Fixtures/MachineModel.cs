using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Source;

namespace AsrFailback.Engine.Tests;

/// <summary>What the disks of a machine hold, by the acknowledged writes alone. Not thread-safe.</summary>
internal sealed class MachineModel
{
    private MachineModel(byte[][] disks) => Disks = disks;

    public byte[][] Disks { get; }

    public static MachineModel Random(IEnumerable<long> sizes, int seed)
    {
        var random = new Random(seed);
        var disks = sizes.Select(size => new byte[size]).ToArray();
        foreach (var disk in disks)
        {
            // A third of each disk is empty, as on real ones.
            random.NextBytes(disk.AsSpan(0, disk.Length / 3 * 2));
        }

        return new MachineModel(disks);
    }

    public static MachineModel ReadFrom(IReadOnlyList<IBlockDevice> disks)
    {
        var model = new MachineModel([.. disks.Select(disk => new byte[disk.Length])]);
        for (var index = 0; index < disks.Count; index++)
        {
            disks[index].Read(0, model.Disks[index]);
            disks[index].Dispose();
        }

        return model;
    }

    public MachineModel Copy() => new([.. Disks.Select(disk => (byte[])disk.Clone())]);

    /// <summary>Makes random writes through a machine's device; each is in the model once it is acknowledged.</summary>
    public void Write(WriteSplitter machine, Random random, int count)
    {
        for (var index = 0; index < count; index++)
        {
            var disk = random.Next(Disks.Length);
            var data = new byte[512 * random.Next(1, 40)];
            random.NextBytes(data);
            var offset = 512L * random.Next((Disks[disk].Length - data.Length) / 512);
            machine.Write(disk, offset, data);
            data.CopyTo(Disks[disk].AsSpan((int)offset));
        }
    }

    /// <summary>The blocks that differ, in words; empty when all bytes are the same.</summary>
    public IReadOnlyList<string> DifferencesFrom(MachineModel other)
    {
        var differences = new List<string>();
        for (var disk = 0; disk < Disks.Length; disk++)
        {
            for (var start = 0; start < Disks[disk].Length; start += Blocks.Size)
            {
                var length = Math.Min(Blocks.Size, Disks[disk].Length - start);
                if (!Disks[disk].AsSpan(start, length).SequenceEqual(other.Disks[disk].AsSpan(start, length)))
                {
                    differences.Add($"disk {disk}, block {start / Blocks.Size}");
                }
            }
        }

        return differences;
    }
}
