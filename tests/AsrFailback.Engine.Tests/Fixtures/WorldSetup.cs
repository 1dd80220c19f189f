using AsrFailback.Replication.IO;

namespace AsrFailback.Engine.Tests;

/// <summary>What a world is made of, and who watches it. The watchers may be exchanged at any time.</summary>
internal sealed class WorldSetup
{
    public IReadOnlyList<long> DiskBytes { get; init; } = [8 << 20, 4 << 20];

    /// <summary>Where the vault's state is kept instead of its file; null for the file.</summary>
    public MemoryState? State { get; init; }

    public int Seed { get; init; } = 1;

    public ReplicationPolicy? Policy { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Changes whatever else the engine is opened with.</summary>
    public Func<EngineOptions, EngineOptions> Adjust { get; init; } = options => options;

    public Action<FileOperation, string> OnFile { get; set; } = (_, _) => { };

    /// <summary>Whether the disks say that they have no space left; <see cref="OnFile"/> refuses what would need some.</summary>
    public Func<bool> IsFull { get; set; } = () => false;

    public Action<string> OnStore { get; set; } = _ => { };

    public Action<JobProgress> OnProgress { get; set; } = _ => { };

    /// <summary>A setup whose every changing operation goes past an interruption.</summary>
    public static WorldSetup With(Interruption interruption, MemoryState? state = null, int seed = 1) => new()
    {
        DiskBytes = [2 << 20, 1 << 20],
        Seed = seed,
        State = state ?? new MemoryState(),
        OnFile = (operation, path) => interruption.Observe($"{operation} {path}"),
        OnStore = interruption.Observe,
    };
}
