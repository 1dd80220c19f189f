using System.Threading.Channels;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Link;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Transport;

/// <summary>
/// The target's end of a link: hands what comes over a stream to a target. Records are taken in order while the rest of their batch
/// is on its way, and acknowledged at its end; digests are answered beside them. What waits is bounded, and beyond that the
/// stream is not read. Thread-safe.
/// </summary>
/// <param name="target">Takes the records.</param>
/// <param name="diskBytes">Sizes of its disks, bytes.</param>
/// <param name="clock">Measures the link.</param>
public sealed class TargetServer(IReplicationTarget target, IReadOnlyList<long> diskBytes, TimeProvider clock)
{
    private const int WaitingFrames = 8;
    private const int WaitingQuestions = 16;
    private const int Answerers = 2;

    /// <summary>Serves one connection until its other end closes it; the stream is closed then.</summary>
    /// <exception cref="AsrException"><c>LinkProtocol</c>, <c>LinkVersion</c>, <c>LinkDisks</c>: the other end was told.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task ServeAsync(Stream stream, CancellationToken cancellation)
    {
        await using var frames = new FrameStream(stream, clock);
        try
        {
            if (await frames.ReadAsync(cancellation).ConfigureAwait(false) is not { } hello)
            {
                return;
            }

            LinkMessages.RequireHello(hello, diskBytes);
            await frames.WriteAsync(FrameKind.Welcome, hello.Exchange, [], cancellation).ConfigureAwait(false);
            await ServeAsync(frames, cancellation).ConfigureAwait(false);
        }
        catch (AsrException wrong)
        {
            await frames.WriteAsync(FrameKind.Refused, 0, [LinkMessages.Refusal(wrong.Error)], cancellation).ConfigureAwait(false);
            throw;
        }
    }

    private async Task ServeAsync(FrameStream frames, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var records = Channel.CreateBounded<Frame>(WaitingFrames);
        var questions = Channel.CreateBounded<Frame>(WaitingQuestions);
        Task[] working =
        [
            ReadAsync(frames, records.Writer, questions.Writer, ending.Token),
            TakeAsync(frames, records.Reader, ending.Token),
            .. Enumerable.Range(0, Answerers).Select(_ => AnswerAsync(frames, questions.Reader, ending.Token)),
        ];
        try
        {
            await (await Task.WhenAny(working).ConfigureAwait(false)).ConfigureAwait(false);
            await Task.WhenAll(working).ConfigureAwait(false);
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(working).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        }
    }

    private static async Task ReadAsync(
        FrameStream frames, ChannelWriter<Frame> records, ChannelWriter<Frame> questions, CancellationToken cancellation)
    {
        await Task.Yield(); // the workers begin beside it
        while (await frames.ReadAsync(cancellation).ConfigureAwait(false) is { } frame)
        {
            var waiting = frame.Kind switch
            {
                FrameKind.Records or FrameKind.LastRecords => records,
                FrameKind.DigestsWanted or FrameKind.DataWanted => questions,
                _ => throw LinkMessages.Invalid("a frame that nobody expects"),
            };
            await waiting.WriteAsync(frame, cancellation).ConfigureAwait(false);
        }

        records.Complete();
        questions.Complete();
    }

    private async Task TakeAsync(FrameStream frames, ChannelReader<Frame> waiting, CancellationToken cancellation)
    {
        var batch = new IncomingBatch(target);
        while (await waiting.WaitToReadAsync(cancellation).ConfigureAwait(false))
        {
            uint? ended = null;
            while (ended is null && !batch.IsWorthTaking && waiting.TryRead(out var frame))
            {
                batch.Add(frame);
                ended = frame.Kind == FrameKind.LastRecords ? frame.Exchange : null;
            }

            await batch.TakeAsync(cancellation).ConfigureAwait(false);
            if (ended is { } exchange)
            {
                var (kind, payload) = batch.End();
                await frames.WriteAsync(kind, exchange, [payload], cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task AnswerAsync(FrameStream frames, ChannelReader<Frame> questions, CancellationToken cancellation)
    {
        await foreach (var question in questions.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            await AnswerAsync(frames, question, cancellation).ConfigureAwait(false);
        }
    }

    private Task AnswerAsync(FrameStream frames, Frame question, CancellationToken cancellation)
    {
        var (disk, blocks) = LinkMessages.BlocksOf(question.Payload.Span, diskBytes);
        if (question.Kind == FrameKind.DataWanted && blocks.Length != 1)
        {
            throw LinkMessages.Invalid("blocks where there has to be one");
        }

        return question.Kind == FrameKind.DigestsWanted
            ? SayAsync(frames, question.Exchange, FrameKind.Digests, async () => await target.GetDigestsAsync(disk, blocks, cancellation).ConfigureAwait(false), cancellation)
            : SayAsync(frames, question.Exchange, FrameKind.Data, async () =>
                LinkMessages.Block(await target.NextDataAsync(disk, blocks[0], cancellation).ConfigureAwait(false)), cancellation);
    }

    // What the target says is the answer, an error as well: the connection goes on.
    private static async Task SayAsync(FrameStream frames, uint exchange, FrameKind kind, Func<Task<byte[]>> answer, CancellationToken cancellation)
    {
        byte[] payload;
        try
        {
            payload = await answer().ConfigureAwait(false);
        }
        catch (AsrException refused)
        {
            (kind, payload) = (FrameKind.Refused, LinkMessages.Refusal(refused.Error));
        }

        await frames.WriteAsync(kind, exchange, [payload], cancellation).ConfigureAwait(false);
    }
}
