namespace AsrFailback.Replication.Nbd;

/// <summary>One client from its greeting to its end, over any stream.</summary>
internal static class NbdConnection
{
    private const int OutgoingBuffer = 256 * 1024;

    /// <summary>Serves a client until it leaves or has to; whatever it sends, nothing is thrown.</summary>
    /// <param name="stream">The connection, which stays its owner's.</param>
    /// <param name="exports">What is served; the first one is the default.</param>
    /// <param name="isStopping">Whether further requests are to be refused.</param>
    /// <returns>How it ended, and the cause when that is <see cref="NbdEnd.Failed"/>.</returns>
    public static (NbdEnd End, Exception? Failure) Run(Stream stream, IReadOnlyList<NbdExport> exports, Func<bool> isStopping)
    {
        try
        {
            var (incoming, outgoing) = (new Incoming(stream), new BufferedStream(stream, OutgoingBuffer));
            var agreement = new Handshake(incoming, outgoing, exports).Run();
            new Transmission(incoming, outgoing, agreement, isStopping).Run();
            return (NbdEnd.Disconnected, null);
        }
        catch (ConnectionEnd ended)
        {
            return (ended.End, null);
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException)
        {
            return (NbdEnd.CutOff, null);
        }
        catch (Exception defect)
        {
            return (NbdEnd.Failed, defect);
        }
    }
}
