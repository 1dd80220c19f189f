using System.Buffers.Binary;

namespace AsrFailback.Replication.Nbd;

/// <summary>Replies of a head of 16 bytes and what was read; for clients that did not ask for more.</summary>
internal sealed class SimpleReplies(Stream outgoing) : IReplies
{
    private const int HeadSize = 16;

    public void Done(in Request request) => Send(request, Errno.None, []);

    public void Refused(in Request request, Errno error, string why) => Send(request, error, []);

    public void Content(in Request request, ReadOnlySpan<byte> content) => Send(request, Errno.None, content);

    private void Send(in Request request, Errno error, ReadOnlySpan<byte> content)
    {
        Span<byte> head = stackalloc byte[HeadSize];
        BinaryPrimitives.WriteUInt32BigEndian(head, Wire.SimpleReplyMagic);
        BinaryPrimitives.WriteUInt32BigEndian(head[4..], (uint)error);
        BinaryPrimitives.WriteUInt64BigEndian(head[8..], request.Cookie);
        outgoing.Write(head);
        outgoing.Write(content);
        outgoing.Flush();
    }
}
