using System.Buffers.Binary;
using System.Text;

namespace AsrFailback.Replication.Nbd;

/// <summary>Writes what the server says in a handshake. Not thread-safe.</summary>
internal sealed class OptionReplies(Stream outgoing)
{
    private const int HeadSize = 20;

    /// <summary>The server's first words.</summary>
    public void Greet()
    {
        Span<byte> greeting = stackalloc byte[18];
        BinaryPrimitives.WriteUInt64BigEndian(greeting, Wire.ServerMagic);
        BinaryPrimitives.WriteUInt64BigEndian(greeting[8..], Wire.OptionMagic);
        BinaryPrimitives.WriteUInt16BigEndian(greeting[16..], (ushort)HandshakeFlags.Offered);
        outgoing.Write(greeting);
        outgoing.Flush();
    }

    /// <summary>The only answer to <see cref="Option.ExportName"/>.</summary>
    public void Begin(NbdExport export, TransmissionFlags flags, bool padded)
    {
        Span<byte> answer = stackalloc byte[10 + Wire.ExportNamePadding];
        answer.Clear();
        BinaryPrimitives.WriteInt64BigEndian(answer, export.Bytes);
        BinaryPrimitives.WriteUInt16BigEndian(answer[8..], (ushort)flags);
        outgoing.Write(padded ? answer : answer[..10]);
        outgoing.Flush();
    }

    /// <summary>Accepts an option.</summary>
    public void Accept(Option option) => Send(option, OptionReply.Ack, []);

    /// <summary>Refuses an option, in words for the client's user.</summary>
    public void Refuse(Option option, OptionReply error, string why) => Send(option, error, Encoding.UTF8.GetBytes(why));

    /// <summary>Names an export.</summary>
    public void Name(NbdExport export)
    {
        var data = new byte[4 + export.NameBytes.Length];
        BinaryPrimitives.WriteInt32BigEndian(data, export.NameBytes.Length);
        export.NameBytes.CopyTo(data.AsSpan(4));
        Send(Option.List, OptionReply.Server, data);
    }

    /// <summary>Tells size and flags of an export, and whatever else is asked for and known here.</summary>
    public void Describe(Option option, NbdExport export, TransmissionFlags flags, IReadOnlyList<InfoKind> wanted)
    {
        Span<byte> info = stackalloc byte[14];
        BinaryPrimitives.WriteUInt16BigEndian(info, (ushort)InfoKind.Export);
        BinaryPrimitives.WriteInt64BigEndian(info[2..], export.Bytes);
        BinaryPrimitives.WriteUInt16BigEndian(info[10..], (ushort)flags);
        Send(option, OptionReply.Info, info[..12]);
        if (wanted.Contains(InfoKind.Name))
        {
            Send(option, OptionReply.Info, [0, (byte)InfoKind.Name, .. export.NameBytes]);
        }

        if (wanted.Contains(InfoKind.BlockSize))
        {
            BinaryPrimitives.WriteUInt16BigEndian(info, (ushort)InfoKind.BlockSize);
            BinaryPrimitives.WriteInt32BigEndian(info[2..], NbdLimits.MinBlock);
            BinaryPrimitives.WriteInt32BigEndian(info[6..], NbdLimits.PreferredBlock);
            BinaryPrimitives.WriteInt32BigEndian(info[10..], NbdLimits.MaxPayload);
            Send(option, OptionReply.Info, info);
        }
    }

    private void Send(Option option, OptionReply reply, ReadOnlySpan<byte> data)
    {
        Span<byte> head = stackalloc byte[HeadSize];
        BinaryPrimitives.WriteUInt64BigEndian(head, Wire.OptionReplyMagic);
        BinaryPrimitives.WriteUInt32BigEndian(head[8..], (uint)option);
        BinaryPrimitives.WriteUInt32BigEndian(head[12..], (uint)reply);
        BinaryPrimitives.WriteInt32BigEndian(head[16..], data.Length);
        outgoing.Write(head);
        outgoing.Write(data);
        outgoing.Flush();
    }
}
