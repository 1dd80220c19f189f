namespace AsrFailback.Replication.Nbd;

/// <summary>Options of the handshake; the ones that are not here are answered with <see cref="OptionReply.Unsupported"/>.</summary>
internal enum Option : uint
{
    /// <summary>Choose an export and begin; errors cannot be told.</summary>
    ExportName = 1,

    /// <summary>Say goodbye.</summary>
    Abort = 2,

    /// <summary>Name all exports.</summary>
    List = 3,

    /// <summary>Describe an export.</summary>
    Info = 6,

    /// <summary>Describe an export and begin.</summary>
    Go = 7,

    /// <summary>Use structured replies.</summary>
    StructuredReply = 8,
}

/// <summary>Replies to options.</summary>
internal enum OptionReply : uint
{
    /// <summary>Accepted; nothing more follows.</summary>
    Ack = 1,

    /// <summary>An export's name.</summary>
    Server = 2,

    /// <summary>One of <see cref="InfoKind"/>.</summary>
    Info = 3,

    /// <summary>The option is not known here.</summary>
    Unsupported = 0x80000001,

    /// <summary>The option's data makes no sense.</summary>
    Invalid = 0x80000003,

    /// <summary>There is no such export.</summary>
    Unknown = 0x80000006,

    /// <summary>The option's data, or a name in it, is too long.</summary>
    TooBig = 0x80000009,
}

/// <summary>Kinds of information about an export.</summary>
internal enum InfoKind : ushort
{
    /// <summary>Size and transmission flags; always sent.</summary>
    Export = 0,

    /// <summary>The export's own name.</summary>
    Name = 1,

    /// <summary>Smallest, preferred and largest request.</summary>
    BlockSize = 3,
}
