using System.Buffers.Binary;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.Log;
using AsrFailback.Replication.Source;
using AsrFailback.Replication.Transport;
using Xunit.Abstractions;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// What comes over a line, changed at random, half of it with checksums made right again: each end takes it or says what is
/// wrong, quickly and in little memory, and nothing that changed on its way reaches a disk.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class MutatedLinkTests(ITestOutputHelper output)
{
    private static readonly IReadOnlyList<long> DiskBytes = [48 * 512, 16 * 1024];
    private static readonly LogRecord[] Sent = Records();
    private int _refused;
    private readonly MutationBench _bench = new(output, () => GC.GetTotalAllocatedBytes());

    [Fact]
    public async Task A_mutated_conversation_is_served_or_refused()
    {
        var served = _bench.Run(await ConversationAsync(), input => () => Serve(input, new MemoryTarget(DiskBytes)), seal: Seal);

        Assert.True(served > 500 && _refused > 500, $"{served} served, {_refused} refused");
    }

    [Fact]
    public async Task What_changed_on_its_way_reaches_no_disk()
    {
        var received = 0;
        _bench.Run(await ConversationAsync(), input => () =>
        {
            var target = new MemoryTarget(DiskBytes);
            try
            {
                Serve(input, target);
            }
            finally
            {
                received += target.Received.Count;
                Assert.All(target.Received, record => Assert.Contains(Sent, sent => IsSame(sent, record)));
            }
        });

        Assert.True(received > 1_000, $"{received} records");
    }

    [Fact]
    public async Task A_mutated_answer_is_taken_or_refused()
    {
        var answers = await AnswersAsync();
        for (var which = 6; which < answers.Count; which++)
        {
            // The source has heard everything before it, and hears nothing behind it.
            _bench.Run(answers[which], input => () => Ask([.. answers.Take(which), input]), seal: Seal, inputs: Scale.Of(2_000, 20_000));
        }
    }

    [Fact]
    public async Task An_unchanged_conversation_is_served_and_answered()
    {
        var target = new MemoryTarget(DiskBytes);
        Serve(await ConversationAsync(), target);
        RecordPayloadTests.RequireSame(Sent, target.Received);
        Ask([.. await AnswersAsync()]);
    }

    private static LogRecord[] Records()
    {
        var records = new RecordFactory(new Random(6), DiskBytes);
        return
        [
            .. Enumerable.Range(0, 20).Select(_ => records.Write(1, 512, 512)), records.Mark(),
            records.Of(LogRecordKind.SyncStarted), .. Enumerable.Range(0, 3).Select(_ => records.SyncBlock()), records.Of(LogRecordKind.SyncCompleted),
        ];
    }

    private static bool IsSame(LogRecord one, LogRecord other) =>
        one with { Data = default } == other with { Data = default } && one.Data.Span.SequenceEqual(other.Data.Span);

    // A session as short as it can be, in parts that are answered one by one.
    private static async Task TalkAsync(RemoteTarget remote)
    {
        foreach (var batch in Sent[..21].Chunk(3))
        {
            await remote.ReceiveAsync(batch, Patience.Token);
        }

        await remote.DigestsAsync(0, 0, 1, Patience.Token);
        await remote.NextDataAsync(1, 0, Patience.Token);
        await remote.ReceiveAsync(Sent[21..], Patience.Token);
        await Assert.ThrowsAsync<AsrException>(async () => await remote.NextDataAsync(1, 0, Patience.Token));
    }

    private static async Task<byte[]> ConversationAsync()
    {
        var sent = new List<byte>();
        await using var wire = NewWire();
        wire.AtSource = line => Recorded(line, sent.AddRange);
        await TalkAsync(wire.Remote);
        return [.. sent];
    }

    private static async Task<List<byte[]>> AnswersAsync()
    {
        var answers = new List<byte[]>();
        await using var wire = NewWire();
        wire.AtTarget = line => Recorded(line, answers.Add);
        await TalkAsync(wire.Remote);
        return answers;
    }

    private static TestWire NewWire()
    {
        var asked = 0;
        return new TestWire(new MemoryTarget(DiskBytes) { OnCall = (what, _) => what == "data" && asked++ > 0 ? throw ErrorCatalogue.Exception("TargetFull", "disk") : Task.CompletedTask }, DiskBytes);
    }

    private static TappedStream Recorded(Stream line, Action<byte[]> record) => new(line, (inner, frame, stopping) =>
    {
        record(frame);
        return inner.WriteAsync(frame, stopping);
    });

    // An end of the stream within a frame is what a session sees as a link that is down.
    private void Serve(byte[] input, MemoryTarget target)
    {
        try
        {
            new TargetServer(target, DiskBytes, new ManualClock()).ServeAsync(new StoredStream(input), Patience.Token).OrFail().GetAwaiter().GetResult();
        }
        catch (EndOfStreamException broken)
        {
            throw ErrorCatalogue.Caused(broken, "LinkDown", "source", "target");
        }
        catch (AsrException)
        {
            _refused++;
            throw;
        }
    }

    private static void Ask(byte[][] answers)
    {
        var remote = new RemoteTarget(_ => ValueTask.FromResult<Stream>(new TappedStream(new ScriptedEnd(answers), (end, frame, stopping) => end.WriteAsync(frame, stopping))), DiskBytes, ("source", "target"), new ManualClock());
        try
        {
            TalkAsync(remote).OrFail().GetAwaiter().GetResult();
        }
        catch (Xunit.Sdk.ThrowsException changed) when (changed.InnerException is null)
        {
            // The last answer, which is an error, was changed into another that fits.
        }
        finally
        {
            remote.DisposeAsync().AsTask().OrFail().GetAwaiter().GetResult();
        }
    }

    // Frame by frame, as far as there are any.
    private static void Seal(byte[] content)
    {
        for (var at = 0; at + FrameHead.Size <= content.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(at));
            if (length < 0 || length > content.Length - at - FrameHead.Size)
            {
                return;
            }

            var checksum = IO.Crc32C.Append(IO.Crc32C.Append(0, content.AsSpan(at, 16)), content.AsSpan(at + FrameHead.Size, length));
            BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(at + 16), checksum);
            at += FrameHead.Size + length;
        }
    }

    /// <summary>Gives an answer for each question, and ends when it has none.</summary>
    private sealed class ScriptedEnd(byte[][] answers) : TestStream
    {
        private readonly BytePipe _line = new(4096);
        private int _next;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _line.ReadAsync(buffer, cancellationToken);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_next < answers.Length && buffer.Span[12] != (byte)FrameKind.Records)
            {
                await _line.WriteAsync(answers[_next], cancellationToken);
                if (++_next == answers.Length)
                {
                    _line.End();
                }
            }
        }

        protected override void Dispose(bool disposing)
        {
            _line.Break();
            base.Dispose(disposing);
        }
    }
}
