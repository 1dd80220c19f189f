using AsrFailback.Core.Errors;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Source;

namespace AsrFailback.Replication.Tests;

/// <summary>A machine's side: two disks and an intent bitmap on a simulated disk, opened through a write splitter.</summary>
internal sealed class SourceBench
{
    public const string IntentPath = "/source/agent/intents.map";

    public static readonly IReadOnlyList<long> DiskBytes =
        [(2 * RegionMap.RegionSize) + (3 * Blocks.Size) + 1536, RegionMap.RegionSize + 512];

    private uint _generation;

    public SourceBench(RegionMap? marked = null)
    {
        Disk.CreateFolder("/source");
        for (var disk = 0; disk < DiskBytes.Count; disk++)
        {
            using var image = Disk.Open(PathOf(disk), FileOpening.CreateNew);
            image.SetLength(DiskBytes[disk]);
            image.Flush();
        }

        Disk.FlushFolder("/source");
        IntentBitmap.Save(Disk, IntentPath, marked ?? RegionMap.Full(DiskBytes));
    }

    public SimulatedDisk Disk { get; set; } = new();

    public TestFence Fence { get; } = new();

    public static string PathOf(int disk) => $"/source/disk-{disk}.img";

    /// <summary>Opens the machine's device, in a new generation, perhaps over another view of the file system, or with disks of a kind of their own.</summary>
    public WriteSplitter Open(IFileSystem? files = null, Func<IBlockDevice, IBlockDevice>? over = null, TimeProvider? clock = null)
    {
        files ??= Disk;
        var intents = IntentBitmap.Open(files, IntentPath, DiskBytes, writable: true)!;
        return new WriteSplitter([.. OpenDisks(files).Select(disk => over?.Invoke(disk) ?? disk)], intents, Fence, ++_generation, clock ?? new InstantClock());
    }

    public static IReadOnlyList<IBlockDevice> OpenDisks(IFileSystem files) =>
        [.. DiskBytes.Select((_, disk) => RawImage.Open(files, PathOf(disk), writable: true))];

    public RegionMap Marked() => IntentBitmap.ReadOrFull(Disk, IntentPath, DiskBytes);

    public static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static byte[] ReadAll(IBlockDevice disk)
    {
        var content = new byte[disk.Length];
        disk.Read(0, content);
        return content;
    }
}

/// <summary>A fence that can be closed.</summary>
internal sealed class TestFence : IWriteFence
{
    public bool Closed { get; set; }

    public void RequireWritable()
    {
        if (Closed)
        {
            throw ErrorCatalogue.Exception("WriteRefused", "machine", "here", 1, "there", 2);
        }
    }
}
