using System.Buffers;
using System.Threading.Channels;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Link;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Transport;

/// <summary>
/// The target's end of a link: hands what comes over a stream to a target. Batches are taken one after another, digests are
/// answered beside them; what waits is bounded, and beyond that the stream is not read. Thread-safe.
/// </summary>
/// <param name="target">Takes the records.</param>
/// <param name="diskBytes">Sizes of its disks, bytes.</param>
/// <param name="clock">Measures the link.</param>
public sealed class TargetServer(IReplicationTarget target, IReadOnlyList<long> diskBytes, TimeProvider clock)
{
    /// <summary>Most bytes of data in one batch, zeros that are not sent as well; what a record takes in memory counts too.</summary>
    public const int MaxBatch = 16 << 20;

    private const int RecordOverhead = 64;
    private const int WaitingBatches = 2;
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
            await frames.WriteAsync(FrameKind.Welcome, hello.Exchange, default, cancellation).ConfigureAwait(false);
            await ServeAsync(frames, cancellation).ConfigureAwait(false);
        }
        catch (AsrException wrong)
        {
            await frames.WriteAsync(FrameKind.Refused, 0, LinkMessages.Refusal(wrong.Error), cancellation).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Records, and the frames whose payloads they lie in.</summary>
    private sealed class Batch
    {
        public List<LogRecord> Records { get; } = [];

        public List<Frame> Frames { get; } = [];
    }

    private async Task ServeAsync(FrameStream frames, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var batches = Channel.CreateBounded<Batch>(WaitingBatches);
        var questions = Channel.CreateBounded<Frame>(WaitingQuestions);
        Task[] working =
        [
            ReadAsync(frames, batches.Writer, questions.Writer, ending.Token),
            ForEachAsync(batches.Reader, batch => TakeAsync(frames, batch, ending.Token), ending.Token),
            .. Enumerable.Range(0, Answerers).Select(_ => ForEachAsync(questions.Reader, question => AnswerAsync(frames, question, ending.Token), ending.Token)),
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

    private static async Task ForEachAsync<T>(ChannelReader<T> reader, Func<T, Task> action, CancellationToken cancellation)
    {
        await foreach (var one in reader.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            await action(one).ConfigureAwait(false);
        }
    }

    private static async Task ReadAsync(
        FrameStream frames, ChannelWriter<Batch> batches, ChannelWriter<Frame> questions, CancellationToken cancellation)
    {
        await Task.Yield(); // the workers begin beside it
        var (batch, bytes) = (new Batch(), 0L);
        while (await frames.ReadAsync(cancellation).ConfigureAwait(false) is { } frame)
        {
            switch (frame.Kind)
            {
                case FrameKind.Records or FrameKind.LastRecords:
                    foreach (var record in RecordFrames.Read(frame.Payload))
                    {
                        batch.Records.Add(record);
                        bytes += record.Data.Length + RecordOverhead;
                        if (bytes > MaxBatch)
                        {
                            throw LinkMessages.Invalid("a batch that is too large");
                        }
                    }

                    batch.Frames.Add(frame);
                    if (frame.Kind == FrameKind.LastRecords)
                    {
                        await batches.WriteAsync(batch, cancellation).ConfigureAwait(false);
                        (batch, bytes) = (new Batch(), 0);
                    }

                    break;
                case FrameKind.DigestsWanted or FrameKind.DataWanted:
                    await questions.WriteAsync(frame, cancellation).ConfigureAwait(false);
                    break;
                default:
                    throw LinkMessages.Invalid("a frame that nobody expects");
            }
        }

        batches.Complete();
        questions.Complete();
    }

    private async Task TakeAsync(FrameStream frames, Batch batch, CancellationToken cancellation)
    {
        await SayAsync(frames, batch.Frames[^1].Exchange, FrameKind.Acknowledged, async () =>
            LinkMessages.Position(await target.ReceiveAsync(batch.Records, cancellation).ConfigureAwait(false)), cancellation).ConfigureAwait(false);
        foreach (var pooled in batch.Frames.Select(frame => frame.Pooled).OfType<byte[]>())
        {
            ArrayPool<byte>.Shared.Return(pooled);
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

        await frames.WriteAsync(kind, exchange, payload, cancellation).ConfigureAwait(false);
    }
}
