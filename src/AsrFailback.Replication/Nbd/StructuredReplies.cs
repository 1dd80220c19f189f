using System.Buffers.Binary;
using System.Text;

namespace AsrFailback.Replication.Nbd;

/// <summary>Replies in chunks: zeros are told and not sent, errors come with words.</summary>
internal sealed class StructuredReplies(Stream outgoing) : IReplies
{
    private const int HeadSize = 20;
    private const int MaxWords = 1024;

    private enum ChunkKind : ushort
    {
        None = 0,
        Data = 1,
        Hole = 2,
        Error = 0x8001,
    }

    public void Done(in Request request)
    {
        SendHead(request, ChunkKind.None, 0, isLast: true);
        outgoing.Flush();
    }

    public void Refused(in Request request, Errno error, string why)
    {
        var words = Encoding.UTF8.GetBytes(why.Length <= MaxWords ? why : why[..MaxWords]);
        Span<byte> start = stackalloc byte[6];
        BinaryPrimitives.WriteUInt32BigEndian(start, (uint)error);
        BinaryPrimitives.WriteUInt16BigEndian(start[4..], (ushort)words.Length);
        SendHead(request, ChunkKind.Error, start.Length + words.Length, isLast: true);
        outgoing.Write(start);
        outgoing.Write(words);
        outgoing.Flush();
    }

    public void Content(in Request request, ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty)
        {
            Done(request);
            return;
        }

        var runs = request.Flags.HasFlag(CommandFlags.OneChunk)
            ? [new ContentRun(0, content.Length, IsHole: false)]
            : ContentRun.Of(content, (long)request.Offset);
        for (var index = 0; index < runs.Count; index++)
        {
            SendRun(request, runs[index], content, isLast: index == runs.Count - 1);
        }

        outgoing.Flush();
    }

    private void SendRun(in Request request, ContentRun run, ReadOnlySpan<byte> content, bool isLast)
    {
        Span<byte> start = stackalloc byte[12];
        BinaryPrimitives.WriteUInt64BigEndian(start, request.Offset + (ulong)run.Start);
        BinaryPrimitives.WriteInt32BigEndian(start[8..], run.Length);
        if (run.IsHole)
        {
            SendHead(request, ChunkKind.Hole, start.Length, isLast);
            outgoing.Write(start);
        }
        else
        {
            SendHead(request, ChunkKind.Data, sizeof(ulong) + run.Length, isLast);
            outgoing.Write(start[..sizeof(ulong)]);
            outgoing.Write(content.Slice(run.Start, run.Length));
        }
    }

    private void SendHead(in Request request, ChunkKind kind, int length, bool isLast)
    {
        Span<byte> head = stackalloc byte[HeadSize];
        BinaryPrimitives.WriteUInt32BigEndian(head, Wire.ChunkMagic);
        BinaryPrimitives.WriteUInt16BigEndian(head[4..], (ushort)(isLast ? 1 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(head[6..], (ushort)kind);
        BinaryPrimitives.WriteUInt64BigEndian(head[8..], request.Cookie);
        BinaryPrimitives.WriteInt32BigEndian(head[16..], length);
        outgoing.Write(head);
    }
}
