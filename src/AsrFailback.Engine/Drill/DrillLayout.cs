namespace AsrFailback.Engine.Drill;

/// <summary>A disk of the drill's machine.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Capacity in bytes.</param>
/// <param name="DataBytes">Bytes that were not zero when the drill began.</param>
/// <param name="Content">What is on it, in words.</param>
internal sealed record DrillDisk(string Name, long Bytes, long DataBytes, string Content);

/// <summary>A range of chunks the workload may write.</summary>
/// <param name="Disk">Index of the disk.</param>
/// <param name="FirstChunk">First 4 KiB chunk.</param>
/// <param name="Chunks">Number of chunks.</param>
internal sealed record WorkloadArea(int Disk, long FirstChunk, long Chunks);

/// <summary>What the drill built.</summary>
/// <param name="Disks">Disks in order.</param>
/// <param name="Areas">Where the workload writes.</param>
internal sealed record DrillLayout(IReadOnlyList<DrillDisk> Disks, IReadOnlyList<WorkloadArea> Areas);
