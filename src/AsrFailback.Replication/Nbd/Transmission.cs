namespace AsrFailback.Replication.Nbd;

/// <summary>
/// The requests of one client on one export, one after another: each is carried out and answered before the next is
/// looked at. What does not arrive whole changes nothing. Not thread-safe.
/// </summary>
internal sealed class Transmission(Incoming incoming, Stream outgoing, Agreement agreement, Func<bool> isStopping)
{
    private readonly NbdExport _export = agreement.Export;
    private readonly IReplies _replies = agreement.Structured ? new StructuredReplies(outgoing) : new SimpleReplies(outgoing);
    private byte[] _content = [];

    /// <summary>Serves until the client leaves.</summary>
    /// <exception cref="ConnectionEnd">Always, at the end.</exception>
    public void Run()
    {
        while (true)
        {
            var request = Request.Read(incoming.TakeFirst(Request.Size)) ?? throw new ConnectionEnd(NbdEnd.WrongMagic);
            if (request.Command == Command.Disconnect)
            {
                throw new ConnectionEnd(NbdEnd.Disconnected);
            }

            Answer(request, TakePayload(request));
        }
    }

    private ReadOnlySpan<byte> TakePayload(in Request request)
    {
        if (request.Payload > NbdLimits.MaxPayload)
        {
            _replies.Refused(request, Errno.Invalid, "The request is too long.");
            throw new ConnectionEnd(NbdEnd.RequestTooLong);
        }

        return incoming.Take((int)request.Payload);
    }

    private void Answer(in Request request, ReadOnlySpan<byte> payload)
    {
        var error = isStopping() ? Errno.Shutdown : RequestRules.Check(request, _export.Bytes, agreement.Structured);
        if (error != Errno.None)
        {
            _replies.Refused(request, error, WordsFor(error));
            return;
        }

        try
        {
            Perform(request, payload);
        }
        catch (Exception refusal) when (Errnos.IsRefusal(refusal))
        {
            _replies.Refused(request, Errnos.Of(refusal), refusal.Message);
            return;
        }

        if (request.Command == Command.Read)
        {
            _replies.Content(request, _content.AsSpan(0, (int)request.Length));
        }
        else
        {
            _replies.Done(request);
        }
    }

    private void Perform(in Request request, ReadOnlySpan<byte> payload)
    {
        var offset = (long)request.Offset;
        switch (request.Command)
        {
            case Command.Read:
                _export.Read(offset, Room((int)request.Length));
                return;
            case Command.Flush:
                _export.Flush();
                return;
            case Command.Write:
                _export.Write(offset, payload);
                break;
            case Command.Trim or Command.WriteZeroes:
                _export.WriteZeros(offset, request.Length, everywhere: request.Flags.HasFlag(CommandFlags.NoHole));
                break;
            default:
                throw new InvalidOperationException($"{request.Command} passed the rules and is not known.");
        }

        if (request.Flags.HasFlag(CommandFlags.Fua))
        {
            _export.Flush();
        }
    }

    private Span<byte> Room(int length)
    {
        if (_content.Length < length)
        {
            _content = GC.AllocateUninitializedArray<byte>(length);
        }

        return _content.AsSpan(0, length);
    }

    private static string WordsFor(Errno error) => error switch
    {
        Errno.Shutdown => "The server is stopping.",
        Errno.NoSpace => "The request writes beyond the end of the disk.",
        _ => "The request is not possible here: its command, flags, range or length.",
    };
}
