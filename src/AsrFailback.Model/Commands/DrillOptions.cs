namespace AsrFailback;

/// <summary>A deliberate fault of replication that the drill must notice.</summary>
public enum DrillMutation
{
    /// <summary>No fault.</summary>
    None,

    /// <summary>One replicated write never reaches the target.</summary>
    DropExtent,

    /// <summary>A recovery point contains a write on one disk but lacks an earlier one on another.</summary>
    TornPoint,

    /// <summary>One disk at the target stops following while the others go on.</summary>
    StaleDisk,

    /// <summary>The writes of the old source that are newer than the point are not rolled back.</summary>
    KeepSourceWrites,
}

/// <summary>What a drill works with. Sizes in bytes.</summary>
/// <param name="FileSystemDiskBytes">Size of the disk with the filesystem.</param>
/// <param name="WorkloadDiskBytes">Size of the workload disk.</param>
/// <param name="WritesPerStage">Acknowledged writes the workload makes in each of its stages, at least.</param>
/// <param name="Seed">Seed of all generated content.</param>
/// <param name="Mutation">The deliberate fault.</param>
/// <param name="UserDisks">The user's own images, copied; empty to generate the filesystem disk.</param>
public sealed record DrillOptions(
    long FileSystemDiskBytes, long WorkloadDiskBytes, int WritesPerStage, long Seed, DrillMutation Mutation,
    IReadOnlyList<string> UserDisks);
