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

/// <summary>How much data a drill generates.</summary>
public enum DrillSize
{
    /// <summary>40 MiB + 24 MiB: some seconds.</summary>
    Small,

    /// <summary>1 GiB + 512 MiB.</summary>
    Default,
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
    IReadOnlyList<string> UserDisks)
{
    private const long MiB = 1 << 20;
    private const int Writes = 2000;

    /// <summary>The options of a drill of a given size.</summary>
    /// <param name="size">How much data.</param>
    /// <param name="seed">Seed of all generated content.</param>
    /// <param name="mutation">The deliberate fault.</param>
    /// <param name="userDisks">The user's own images, absolute paths.</param>
    /// <returns>The options.</returns>
    public static DrillOptions Of(DrillSize size, long seed, DrillMutation mutation, IReadOnlyList<string> userDisks) => size == DrillSize.Small
        ? new(40 * MiB, 24 * MiB, Writes, seed, mutation, userDisks)
        : new(1024 * MiB, 512 * MiB, Writes, seed, mutation, userDisks);
}
