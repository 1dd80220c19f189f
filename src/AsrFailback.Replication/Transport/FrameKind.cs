namespace AsrFailback.Replication.Transport;

/// <summary>What a frame says. An exchange is one question and its answer; its number ties them together.</summary>
internal enum FrameKind : byte
{
    /// <summary>Source: the first frame of a connection; version and sizes of the disks.</summary>
    Hello = 1,

    /// <summary>Target: the disks fit.</summary>
    Welcome = 2,

    /// <summary>Source: records of a batch; more follow in the same exchange.</summary>
    Records = 3,

    /// <summary>Source: the last records of a batch.</summary>
    LastRecords = 4,

    /// <summary>Target: everything up to a position is durable.</summary>
    Acknowledged = 5,

    /// <summary>Source: asks for the digests of consecutive blocks.</summary>
    DigestsWanted = 6,

    /// <summary>Target: digests.</summary>
    Digests = 7,

    /// <summary>Source: asks for the next block that may hold something other than zeros.</summary>
    DataWanted = 8,

    /// <summary>Target: the block.</summary>
    Data = 9,

    /// <summary>Target: the question cannot be answered; an error of the catalogue.</summary>
    Refused = 10,
}
