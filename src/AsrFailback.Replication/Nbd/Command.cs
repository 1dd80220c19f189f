namespace AsrFailback.Replication.Nbd;

/// <summary>Commands of the transmission; the ones that are not here are refused with <see cref="Errno.Invalid"/>.</summary>
internal enum Command : ushort
{
    /// <summary>Send bytes of the disk.</summary>
    Read = 0,

    /// <summary>Take bytes, which follow the request.</summary>
    Write = 1,

    /// <summary>Goodbye; no reply.</summary>
    Disconnect = 2,

    /// <summary>Make everything durable that was acknowledged on any connection.</summary>
    Flush = 3,

    /// <summary>The bytes are not needed any more; here they become zeros.</summary>
    Trim = 4,

    /// <summary>The bytes become zeros.</summary>
    WriteZeroes = 6,
}

/// <summary>Flags of a request.</summary>
[Flags]
internal enum CommandFlags : ushort
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>Durable before the reply (force unit access).</summary>
    Fua = 1,

    /// <summary>Zeros that take their space on the disk.</summary>
    NoHole = 2,

    /// <summary>At most one chunk of content in the reply (do not fragment).</summary>
    OneChunk = 4,
}
