namespace AsrFailback.Replication.Nbd;

/// <summary>What a client may ask for at most. Sizes in bytes.</summary>
public static class NbdLimits
{
    /// <summary>Connections at once; more are closed at once.</summary>
    public const int MaxConnections = 16;

    /// <summary>Data of one option of the handshake.</summary>
    public const int MaxOptionData = 64 * 1024;

    /// <summary>The name of an export, in UTF-8.</summary>
    public const int MaxName = 4096;

    /// <summary>Data of one read or write. Requests without data (trim, write zeroes) may be as long as the disk.</summary>
    public const int MaxPayload = 32 << 20;

    /// <summary>The smallest request.</summary>
    public const int MinBlock = 1;

    /// <summary>Requests of this size and alignment are the cheapest: one block of digests and before-images.</summary>
    public const int PreferredBlock = Disks.Blocks.Size;

    /// <summary>How long a stopping server waits for its clients to take their last replies.</summary>
    public static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(10);
}
