using System.Buffers.Binary;

namespace AsrFailback.Replication.Nbd;

/// <summary>
/// The fixed newstyle handshake: the client's options, until it has chosen an export or leaves. Not thread-safe.
/// </summary>
internal sealed class Handshake(Incoming incoming, Stream outgoing, IReadOnlyList<NbdExport> exports)
{
    private const int OptionHeadSize = 16;

    private readonly OptionReplies _replies = new(outgoing);
    private bool _structured;
    private bool _padded;

    private TransmissionFlags Flags => TransmissionFlags.Offered | (_structured ? TransmissionFlags.OneChunk : 0);

    /// <summary>Talks until there is an agreement.</summary>
    /// <exception cref="ConnectionEnd">There will be none.</exception>
    public Agreement Run()
    {
        _replies.Greet();
        ReadClientFlags();
        while (true)
        {
            if (AnswerNext() is { } export)
            {
                return new Agreement(export, _structured);
            }
        }
    }

    private void ReadClientFlags()
    {
        var flags = (HandshakeFlags)BinaryPrimitives.ReadUInt32BigEndian(incoming.TakeFirst(sizeof(uint)));
        if ((flags & ~HandshakeFlags.Offered) != 0)
        {
            throw new ConnectionEnd(NbdEnd.UnknownClientFlags);
        }

        _padded = !flags.HasFlag(HandshakeFlags.NoZeroes);
    }

    // The chosen export, or null while the handshake goes on.
    private NbdExport? AnswerNext()
    {
        var (option, length) = ReadHead();
        if (length > NbdLimits.MaxOptionData)
        {
            // What follows cannot be skipped for any length a client may name.
            RefuseUnlessNameless(option, OptionReply.TooBig, "The option's data is too long.");
            throw new ConnectionEnd(NbdEnd.OptionTooLong);
        }

        var data = incoming.Take((int)length);
        switch (option)
        {
            case Option.ExportName:
                return Begin(data);
            case Option.Abort:
                _replies.Accept(option);
                throw new ConnectionEnd(NbdEnd.Disconnected);
            case Option.Info or Option.Go:
                return Describe(option, data);
            case Option.List or Option.StructuredReply when !data.IsEmpty:
                _replies.Refuse(option, OptionReply.Invalid, "The option takes no data.");
                return null;
            case Option.List:
                List();
                return null;
            case Option.StructuredReply:
                _structured = true;
                _replies.Accept(option);
                return null;
            default:
                _replies.Refuse(option, OptionReply.Unsupported, "The option is not known here.");
                return null;
        }
    }

    private (Option Option, uint Length) ReadHead()
    {
        var head = incoming.TakeFirst(OptionHeadSize);
        return BinaryPrimitives.ReadUInt64BigEndian(head) == Wire.OptionMagic
            ? ((Option)BinaryPrimitives.ReadUInt32BigEndian(head[8..]), BinaryPrimitives.ReadUInt32BigEndian(head[12..]))
            : throw new ConnectionEnd(NbdEnd.WrongMagic);
    }

    private NbdExport Begin(ReadOnlySpan<byte> name)
    {
        var export = Find(name) ?? throw new ConnectionEnd(NbdEnd.UnknownExport);
        _replies.Begin(export, Flags, _padded);
        return export;
    }

    private NbdExport? Describe(Option option, ReadOnlySpan<byte> data)
    {
        var error = InfoQuery.Read(data, out var name, out var wanted);
        if (error != OptionReply.Ack)
        {
            _replies.Refuse(option, error, "The option's data makes no sense, or its name is too long.");
            return null;
        }

        if (Find(name) is not { } export)
        {
            _replies.Refuse(option, OptionReply.Unknown, "There is no such export.");
            return null;
        }

        _replies.Describe(option, export, Flags, wanted);
        _replies.Accept(option);
        return option == Option.Go ? export : null;
    }

    private void List()
    {
        foreach (var export in exports)
        {
            _replies.Name(export);
        }

        _replies.Accept(Option.List);
    }

    private void RefuseUnlessNameless(Option option, OptionReply error, string why)
    {
        // A client that sent its export's name takes whatever comes for the size of the export.
        if (option != Option.ExportName)
        {
            _replies.Refuse(option, error, why);
        }
    }

    private NbdExport? Find(ReadOnlySpan<byte> name)
    {
        foreach (var export in exports)
        {
            if (name.IsEmpty || name.SequenceEqual(export.NameBytes))
            {
                return export;
            }
        }

        return null;
    }
}
