using System.Text.Json.Serialization;

namespace AsrFailback;

/// <summary>Whose disk was read.</summary>
public enum DigestPlace
{
    /// <summary>The machine where it runs.</summary>
    Production,

    /// <summary>The replica, at the recovery point of the test failover.</summary>
    Replica,
}

/// <summary>What a disk held before and after a test failover: SHA-256 over all its bytes, in lower-case hexadecimal (FO-01). Immutable, thread-safe.</summary>
/// <param name="Disk">The disk's name.</param>
/// <param name="Place">Whose disk it is.</param>
/// <param name="Before">Before the test machine was made; null when the disk could not be read.</param>
public sealed record DiskDigest(string Disk, DigestPlace Place, string? Before)
{
    /// <summary>After the test machine was removed; null before that, and when the disk could not be read.</summary>
    public string? After { get; init; }

    /// <summary>Whether the machine itself may have written meanwhile, so that a difference says nothing.</summary>
    public bool Written { get; init; }

    /// <summary>Whether the test failover, or somebody during it, changed the disk.</summary>
    [JsonIgnore]
    public bool Disturbed => !Written && Before is not null && After is not null && Before != After;
}
