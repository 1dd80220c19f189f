namespace AsrFailback.Replication.Nbd;

/// <summary>Whether a request may be carried out on a disk; pure.</summary>
internal static class RequestRules
{
    /// <summary>What is wrong with a request, as the protocol wants it told.</summary>
    /// <param name="request">The request.</param>
    /// <param name="diskBytes">Size of the disk in bytes.</param>
    /// <param name="structured">Whether structured replies were agreed on.</param>
    public static Errno Check(in Request request, long diskBytes, bool structured)
    {
        if (FlagsOf(request.Command, structured) is not { } allowed || (request.Flags & ~allowed) != 0)
        {
            return Errno.Invalid;
        }

        return request.Command switch
        {
            Command.Flush => request is { Offset: 0, Length: 0 } ? Errno.None : Errno.Invalid,
            Command.Read when request.Length > NbdLimits.MaxPayload => Errno.Invalid,
            Command.Write or Command.WriteZeroes => IsInside(request, diskBytes) ? Errno.None : Errno.NoSpace,
            _ => IsInside(request, diskBytes) ? Errno.None : Errno.Invalid,
        };
    }

    // Fua is allowed everywhere; commands that write nothing ignore it. Null for an unknown command.
    private static CommandFlags? FlagsOf(Command command, bool structured) => command switch
    {
        Command.Read => structured ? CommandFlags.Fua | CommandFlags.OneChunk : CommandFlags.Fua,
        Command.Write or Command.Flush or Command.Trim => CommandFlags.Fua,
        Command.WriteZeroes => CommandFlags.Fua | CommandFlags.NoHole,
        _ => null,
    };

    private static bool IsInside(in Request request, long diskBytes) =>
        request.Offset <= (ulong)diskBytes && request.Length <= (ulong)diskBytes - request.Offset;
}
