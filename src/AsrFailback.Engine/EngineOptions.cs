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

    /// <summary>Who asks: recorded with every job and in the audit log.</summary>
    public Caller Caller { get; init; } = Caller.OfThisProcess();

    /// <summary>How often the health of items is looked at by itself.</summary>
    public TimeSpan HealthInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often a share of every replica is compared with its digests; 24 shares are all of it.</summary>
    public TimeSpan ScrubInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long the agent of an embedded machine takes to register after a start; in the field up to 15 minutes (TO-06).</summary>
    public TimeSpan AgentDelay { get; init; }

    /// <summary>How long new servers and volumes of an embedded site take to show; in the field up to 15 minutes (TO-10).</summary>
    public TimeSpan DiscoveryDelay { get; init; }

    /// <summary>How often the database of configuration servers is saved by itself (TO-03).</summary>
    public TimeSpan BackupInterval { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Told of the progress of jobs; called from any thread, must return quickly.</summary>
    public Action<JobProgress> Progress { get; init; } = _ => { };
}
