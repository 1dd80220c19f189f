using System.Buffers.Binary;

namespace AsrFailback.Replication.Nbd;

/// <summary>The data of <see cref="Option.Info"/> and <see cref="Option.Go"/>: an export's name and what to tell about it. Pure.</summary>
internal static class InfoQuery
{
    /// <summary>Takes the data apart.</summary>
    /// <param name="data">The option's data.</param>
    /// <param name="name">The name's bytes; empty for the default export.</param>
    /// <param name="wanted">The kinds of information asked for, perhaps unknown ones.</param>
    /// <returns><see cref="OptionReply.Ack"/>, or the error to answer with.</returns>
    public static OptionReply Read(ReadOnlySpan<byte> data, out ReadOnlySpan<byte> name, out IReadOnlyList<InfoKind> wanted)
    {
        name = default;
        wanted = [];
        if (data.Length < 6 || BinaryPrimitives.ReadUInt32BigEndian(data) > data.Length - 6)
        {
            return OptionReply.Invalid;
        }

        var length = (int)BinaryPrimitives.ReadUInt32BigEndian(data);
        var count = BinaryPrimitives.ReadUInt16BigEndian(data[(4 + length)..]);
        var list = data[(6 + length)..];
        if (list.Length != count * sizeof(ushort))
        {
            return OptionReply.Invalid;
        }

        name = data.Slice(4, length);
        wanted = Kinds(list);
        return length > NbdLimits.MaxName ? OptionReply.TooBig : OptionReply.Ack;
    }

    private static InfoKind[] Kinds(ReadOnlySpan<byte> list)
    {
        var kinds = new InfoKind[list.Length / sizeof(ushort)];
        for (var index = 0; index < kinds.Length; index++)
        {
            kinds[index] = (InfoKind)BinaryPrimitives.ReadUInt16BigEndian(list[(index * sizeof(ushort))..]);
        }

        return kinds;
    }
}
