namespace AsrFailback.Replication.Nbd;

/// <summary>What server and client can do in the handshake; the same bits in both directions.</summary>
[Flags]
internal enum HandshakeFlags : uint
{
    /// <summary>Options are answered one by one.</summary>
    FixedNewstyle = 1,

    /// <summary>No padding after the answer to <see cref="Option.ExportName"/>.</summary>
    NoZeroes = 2,

    /// <summary>All that is offered.</summary>
    Offered = FixedNewstyle | NoZeroes,
}

/// <summary>What an export can do.</summary>
[Flags]
internal enum TransmissionFlags : ushort
{
    /// <summary>Always there.</summary>
    HasFlags = 1 << 0,

    /// <summary><see cref="Command.Flush"/>.</summary>
    Flush = 1 << 2,

    /// <summary><see cref="CommandFlags.Fua"/>.</summary>
    Fua = 1 << 3,

    /// <summary><see cref="Command.Trim"/>.</summary>
    Trim = 1 << 5,

    /// <summary><see cref="Command.WriteZeroes"/> and <see cref="CommandFlags.NoHole"/>.</summary>
    WriteZeroes = 1 << 6,

    /// <summary><see cref="CommandFlags.OneChunk"/>; only together with structured replies.</summary>
    OneChunk = 1 << 7,

    /// <summary>A flush on one connection covers the replies on all: the write splitter has no cache per client.</summary>
    MultipleConnections = 1 << 8,

    /// <summary>All that every export can do.</summary>
    Offered = HasFlags | Flush | Fua | Trim | WriteZeroes | MultipleConnections,
}
