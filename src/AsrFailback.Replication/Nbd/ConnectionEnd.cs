namespace AsrFailback.Replication.Nbd;

/// <summary>Leaves the conversation from wherever it is; never leaves <see cref="NbdConnection.Run"/>.</summary>
internal sealed class ConnectionEnd(NbdEnd end) : Exception
{
    /// <summary>How it ended.</summary>
    public NbdEnd End => end;
}
