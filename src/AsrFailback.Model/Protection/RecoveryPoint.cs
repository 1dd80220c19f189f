using System.Text.Json.Serialization;

namespace AsrFailback;

/// <summary>What a recovery point guarantees about the applications on it.</summary>
public enum PointConsistency
{
    /// <summary>All disks as a power cut at one instant would leave them.</summary>
    CrashConsistent,

    /// <summary>Taken while the applications were quiesced.</summary>
    AppConsistent,
}

/// <summary>A whole, listed recovery point of one machine (invariants 2 and 3). Thread-safe (immutable).</summary>
/// <param name="Id">Unique id.</param>
/// <param name="Position">The last write it contains; the mark is the same for all disks of the machine.</param>
/// <param name="TimeUtc">When it was captured at the source.</param>
/// <param name="Consistency">What it guarantees.</param>
/// <param name="Label">The caller's label, at most 64 characters, or empty.</param>
public sealed record RecoveryPoint(Guid Id, LogPosition Position, DateTimeOffset TimeUtc, PointConsistency Consistency, string Label)
{
    /// <summary>The item it belongs to; filled in by queries, not stored with it.</summary>
    [JsonIgnore]
    public string Item { get; init; } = "";

    /// <summary>Whether every machine of its replication group has it; filled in by queries, not stored with it.</summary>
    [JsonIgnore]
    public bool IsCommon { get; init; }

    /// <summary>Its id under the name by which a point is found in a pipeline of objects that have ids of their own.</summary>
    [JsonIgnore]
    public Guid PointId => Id;
}
