namespace AsrFailback.Replication.Nbd;

/// <summary>Errors of a request as a client understands them.</summary>
internal enum Errno : uint
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>The machine may not write here, or is closed.</summary>
    NotPermitted = 1,

    /// <summary>The disk failed.</summary>
    InputOutput = 5,

    /// <summary>The request makes no sense, or reads beyond the end.</summary>
    Invalid = 22,

    /// <summary>The file system below is full, or the request writes beyond the end.</summary>
    NoSpace = 28,

    /// <summary>The server is stopping.</summary>
    Shutdown = 108,
}

/// <summary>Errors of the catalogue in the protocol's words.</summary>
internal static class Errnos
{
    /// <summary>Whether this is how a disk or machine says no; anything else is a defect.</summary>
    public static bool IsRefusal(Exception failure) => failure is AsrException or ObjectDisposedException;

    /// <summary>The protocol's error for a refusal of the disk or the machine.</summary>
    public static Errno Of(Exception refusal) => refusal switch
    {
        AsrException { Error.Id: "WriteRefused" or "MachineClosed" } or ObjectDisposedException => Errno.NotPermitted,
        AsrException { Error.Id: "DiskFull" } => Errno.NoSpace,
        _ => Errno.InputOutput,
    };
}
