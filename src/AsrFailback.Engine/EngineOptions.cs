using AsrFailback.Core.Ports;
using AsrFailback.Replication.IO;

namespace AsrFailback.Engine;

/// <summary>What is handed to the engine from outside: the world and the clock. Everything has a real default.</summary>
public sealed record EngineOptions
{
    /// <summary>All file I/O of disks, journals and sites.</summary>
    public IFileSystem Files { get; init; } = new LocalFileSystem();

    /// <summary>Wraps the state store; tests count or fail its changes.</summary>
    public Func<IStateStore, IStateStore> Store { get; init; } = store => store;

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Told of the progress of jobs; called from any thread, must return quickly.</summary>
    public Action<JobProgress> Progress { get; init; } = _ => { };
}
