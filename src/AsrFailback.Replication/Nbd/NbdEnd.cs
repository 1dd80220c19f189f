namespace AsrFailback.Replication.Nbd;

/// <summary>How a connection ended. Everything after <see cref="CutOff"/> is a fault of one of the two parties.</summary>
public enum NbdEnd
{
    /// <summary>The client said goodbye, or closed the connection between two messages.</summary>
    Disconnected,

    /// <summary>The connection broke in the middle of a message; what had not arrived whole changed nothing.</summary>
    CutOff,

    /// <summary>More connections at once than <see cref="NbdLimits.MaxConnections"/>.</summary>
    TooManyConnections,

    /// <summary>A message began with another number than the protocol's.</summary>
    WrongMagic,

    /// <summary>The client wants features that were not offered.</summary>
    UnknownClientFlags,

    /// <summary>More data in an option than <see cref="NbdLimits.MaxOptionData"/>.</summary>
    OptionTooLong,

    /// <summary>The client insists on an export that does not exist.</summary>
    UnknownExport,

    /// <summary>More data in a write than <see cref="NbdLimits.MaxPayload"/>.</summary>
    RequestTooLong,

    /// <summary>A defect of the server.</summary>
    Failed,
}
