namespace AsrFailback;

/// <summary>A step as the report shows it. Seconds and bytes.</summary>
/// <param name="Name">Name for people.</param>
/// <param name="StartedUtc">Start, UTC; null before.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Bytes">Payload bytes it moved.</param>
/// <param name="State">The state of its task, in the service's word.</param>
public sealed record DrillStep(string Name, DateTimeOffset? StartedUtc, double Seconds, long Bytes, string State);

/// <summary>A disk as the report shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its size in bytes.</param>
/// <param name="DataBytes">Bytes of its blocks that are not all zero.</param>
/// <param name="Content">What it holds, in words.</param>
public sealed record DrillReportDisk(string Name, long Bytes, long DataBytes, string Content);

/// <summary>
/// The result of a drill, taken from its stored job alone, so that a resumed drill reports like one that ran through.
/// All bytes are payload bytes before compression.
/// </summary>
public sealed record DrillReport
{
    /// <summary>Steps in order.</summary>
    public required IReadOnlyList<DrillStep> Steps { get; init; }

    /// <summary>Disks in order.</summary>
    public required IReadOnlyList<DrillReportDisk> Disks { get; init; }

    /// <summary>Bytes the initial synchronisation moved; writes that followed in order are not counted.</summary>
    public required long InitialBytes { get; init; }

    /// <summary>Bytes of the 64 KiB blocks written on either side since the common point, by the witness.</summary>
    public required long DirtyBytes { get; init; }

    /// <summary>Bytes the synchronisation of the reprotect moved: the delta; writes that followed in order are not counted.</summary>
    public required long ReprotectBytes { get; init; }

    /// <summary>Bytes sent between the shutdown in Azure and the failback.</summary>
    public required long FailbackBytes { get; init; }

    /// <summary>Bytes the synchronisation moved when protecting again from the disks kept in Azure.</summary>
    public required long SeedBytes { get; init; }

    /// <summary>Seconds between the newest write in the point and the end of the source.</summary>
    public required double RpoSeconds { get; init; }

    /// <summary>Seconds the failover to Azure took.</summary>
    public required double RtoSeconds { get; init; }

    /// <summary>64 KiB blocks compared with the witness, over all comparisons.</summary>
    public required long BlocksCompared { get; init; }

    /// <summary>Blocks that were not what the witness says.</summary>
    public required long BlocksDifferent { get; init; }

    /// <summary>Acknowledged writes of the whole story.</summary>
    public required long AcknowledgedWrites { get; init; }

    /// <summary>Acknowledged writes at or before the chosen point that were missing.</summary>
    public required long LostWrites { get; init; }

    /// <summary>Acknowledged writes of the dead source that are newer than the point.</summary>
    public required long WritesAfterPoint { get; init; }

    /// <summary>Whether everything held.</summary>
    public required bool Verified { get; init; }

    /// <summary>One line for people.</summary>
    public required string Verdict { get; init; }
}
