using System.Buffers.Binary;
using System.Text;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.Link;
using AsrFailback.Replication.Log;
using AsrFailback.Replication.Source;
using AsrFailback.Replication.Transport;

namespace AsrFailback.Replication.Tests;

/// <summary>An end that means harm, or is of another kind: it is told so, and costs little.</summary>
[Collection(AloneCollection.Name)]
public sealed class HostileLinkTests
{
    private static readonly IReadOnlyList<long> DiskBytes = SourceBench.DiskBytes;
    private static readonly byte[] Hello = LinkMessages.Hello(DiskBytes);
    private readonly MemoryTarget _target = new(DiskBytes);

    public static TheoryData<string, int, byte[]> Greetings => new()
    {
        { "LinkProtocol", (int)FrameKind.Hello, [] },
        { "LinkProtocol", (int)FrameKind.Hello, Hello[..11] },
        { "LinkProtocol", (int)FrameKind.Hello, Hello[..^1] },
        { "LinkProtocol", (int)FrameKind.Hello, [.. Hello, 0] },
        { "LinkProtocol", (int)FrameKind.Hello, Changed(0, 1) },
        { "LinkProtocol", (int)FrameKind.Hello, Changed(10, 65) },
        { "LinkProtocol", (int)FrameKind.Hello, Changed(11, 0xFF) },
        { "LinkProtocol", (int)FrameKind.Records, Hello },
        { "LinkProtocol", (int)FrameKind.Welcome, Hello },
        { "LinkProtocol", 0, Hello },
        { "LinkProtocol", 255, Hello },
        { "LinkVersion", (int)FrameKind.Hello, Changed(8, (byte)(LinkMessages.Version + 1)) },
        { "LinkVersion", (int)FrameKind.Hello, Changed(9, 0xFF) },
        { "LinkVersion", (int)FrameKind.Hello, Changed(8, (byte)(LinkMessages.Version - 1)) }, // with other digests
        { "LinkVersion", (int)FrameKind.Hello, [.. Changed(8, (byte)(LinkMessages.Version + 1)), 1, 2, 3] }, // who knows what the next version says
        { "LinkDisks", (int)FrameKind.Hello, Changed(12, 1) },
        { "LinkDisks", (int)FrameKind.Hello, Changed(19, 0xFF) },
    };

    [Theory]
    [MemberData(nameof(Greetings))]
    public async Task A_wrong_greeting_is_refused_and_the_other_end_is_told(string id, int kind, byte[] payload)
    {
        var (refused, told) = await ServedAsync([FrameTests.FrameOf((FrameKind)kind, 1, payload)]);

        Assert.Equal(id, (refused as AsrException)?.Error.Id);
        Assert.Equal(id, LinkMessages.Refusal(told[^1].Payload.Span).Error.Id);
        Assert.Equal((FrameKind.Refused, 0u), (told[^1].Kind, told[^1].Exchange));
    }

    [Theory]
    [InlineData((int)FrameKind.Hello)]
    [InlineData((int)FrameKind.Welcome)]
    [InlineData((int)FrameKind.Acknowledged)]
    [InlineData((int)FrameKind.Digests)]
    [InlineData((int)FrameKind.Data)]
    [InlineData((int)FrameKind.Refused)]
    [InlineData(0)]
    [InlineData(11)]
    [InlineData(255)]
    public async Task A_frame_that_no_source_sends_ends_the_connection(int kind)
    {
        var (refused, _) = await ServedAsync([Greeting, FrameTests.FrameOf((FrameKind)kind, 2, Hello)]);

        Assert.Equal("LinkProtocol", (refused as AsrException)?.Error.Id);
    }

    [Theory]
    [InlineData(2, new long[] { 0 })]
    [InlineData(65535, new long[] { 0 })]
    [InlineData(0, new long[] { -1 })]
    [InlineData(0, new long[] { 36 })]
    [InlineData(0, new long[] { 35, 36 })]
    [InlineData(0, new long[] { 36, 35 })]
    [InlineData(0, new long[] { long.MaxValue })]
    [InlineData(0, new long[] { long.MinValue })]
    [InlineData(1, new long[] { 0, long.MaxValue })]
    public async Task A_question_about_blocks_that_are_on_no_disk_never_reaches_the_target(int disk, long[] blocks)
    {
        var asked = 0;
        _target.OnCall = (_, _) => Task.FromResult(asked++);
        foreach (var kind in new[] { FrameKind.DigestsWanted, FrameKind.DataWanted })
        {
            var (refused, _) = await ServedAsync([Greeting, FrameTests.FrameOf(kind, 2, LinkMessages.BlocksOf(disk, blocks))]);
            Assert.Equal("LinkProtocol", (refused as AsrException)?.Error.Id);
        }

        Assert.Equal(0, asked);
    }

    [Theory]
    [InlineData(LinkMessages.MaxDigests, true)]
    [InlineData(LinkMessages.MaxDigests + 1, false)]
    public async Task A_question_about_too_many_blocks_never_reaches_the_target(int count, bool reaches)
    {
        var asked = 0;
        _target.OnCall = (_, _) => Task.FromResult(asked++);

        await ServedAsync([Greeting, FrameTests.FrameOf(FrameKind.DigestsWanted, 2, LinkMessages.BlocksOf(0, new long[count]))]);

        Assert.Equal(reaches ? 1 : 0, asked);
    }

    [Fact]
    public async Task A_batch_that_is_not_ended_is_never_acknowledged()
    {
        var records = new RecordFactory(new Random(1), DiskBytes);
        var (ended, told) = await ServedAsync([Greeting, FrameTests.FrameOf(FrameKind.Records, 2, Payloads.Of(records.Write()))]);

        Assert.Null(ended);
        Assert.Equal([FrameKind.Welcome], told.Select(frame => frame.Kind));
    }

    [Fact]
    public async Task Nothing_of_a_batch_is_taken_behind_what_was_refused()
    {
        var (records, calls) = (new RecordFactory(new Random(1), DiskBytes), 0);
        _target.OnCall = (_, _) => ++calls == 2 ? throw ErrorCatalogue.Exception("TargetFull", "disk") : Task.CompletedTask;
        byte[] Frame(FrameKind kind, uint exchange) => FrameTests.FrameOf(kind, exchange, Payloads.Of(records.Write(0, 0, RegionMap.RegionSize)));
        var (ended, told) = await ServedAsync(
            [Greeting, .. Enumerable.Range(0, 12).Select(_ => Frame(FrameKind.Records, 2)), Frame(FrameKind.LastRecords, 2), Frame(FrameKind.LastRecords, 3)]);

        Assert.Null(ended);
        Assert.Equal([(FrameKind.Welcome, 1u), (FrameKind.Refused, 2u), (FrameKind.Acknowledged, 3u)], told.Select(frame => (frame.Kind, frame.Exchange)));
        Assert.Equal(2, _target.Batches); // the beginning of the first, and the second
        Assert.Equal(14, _target.Received[^1].Position.Sequence);
        Assert.Equal(Enumerable.Range(1, _target.Received.Count - 1), _target.Received.SkipLast(1).Select(record => (int)record.Position.Sequence));
    }

    [Fact]
    public async Task A_batch_is_limited_by_what_it_carries_and_not_by_what_was_sent()
    {
        // Zeros are not sent: 16 MiB of them would be half a million records, and 460 GiB for the target to write.
        var zeros = new LogRecord { Kind = LogRecordKind.Write, Position = new(1, 1), Data = new byte[RegionMap.RegionSize] };
        var (refused, _) = await ServedAsync([Greeting, FrameTests.FrameOf(FrameKind.LastRecords, 2, [.. Repeated(Payloads.Of(zeros)[..^1], 1_000), 0])]);

        Assert.Equal("LinkProtocol", (refused as AsrException)?.Error.Id);
        Assert.Contains("too large", refused!.Message, StringComparison.Ordinal);
        Assert.Equal(0, _target.Batches);
    }

    [Fact]
    public async Task A_batch_of_very_many_small_records_takes_little_memory()
    {
        // They compress to nothing, and each of them becomes an object.
        byte[] payload = [.. Repeated(Payloads.Of(new LogRecord { Kind = LogRecordKind.SyncStarted, Position = new(1, 1) })[..^1], FrameHead.MaxPayload / 20), 0];
        var packed = new byte[payload.Length];
        Assert.True(Compressed.TryEncode(payload, packed, out var length));
        var frame = FrameTests.FrameOf(FrameKind.Records, 2, packed[..length], FrameEncoding.Brotli, payload.Length);
        Assert.True(length < 10_000);
        var (refused, _) = await ServedAsync([Greeting, .. Enumerable.Repeat(frame, 64)]);

        Assert.Equal("LinkProtocol", (refused as AsrException)?.Error.Id);
        Assert.InRange(_target.MostAtOnce, 1, FrameHead.MaxPayload / 20);
    }

    [Fact]
    public async Task The_largest_batch_that_a_session_sends_is_taken()
    {
        // 16 MiB, each record counted with 64 bytes, and one record beyond.
        var records = new RecordFactory(new Random(1), DiskBytes);
        foreach (var (count, bytes) in new[] { (17, RegionMap.RegionSize), (29_200, 512), (262_000, 0) })
        {
            LogRecord[] batch = [.. Enumerable.Range(0, count).Select(_ => bytes == 0 ? records.Of(LogRecordKind.SyncStarted) : records.Write(0, 0, bytes))];
            await using var wire = new TestWire(_target, DiskBytes);

            Assert.Equal(batch[^1].Position, await wire.Remote.ReceiveAsync(batch, Patience.Token).AsTask().OrFail());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"Id\":null,\"Message\":null}")]
    [InlineData("{\"Id\":\"TargetFull\",\"Message\":null}")]
    [InlineData("{\"Id\":\"NoSuchError\",\"Code\":\"x\",\"Message\":\"m\",\"PossibleCauses\":\"\",\"RecommendedAction\":\"\"}")]
    [InlineData("{\"Id\":\"TargetFull\",\"Code\":null,\"Message\":\"m\",\"PossibleCauses\":null,\"RecommendedAction\":null,\"Category\":null}")]
    [InlineData("{\"Id\":\"TargetFull\",\"Code\":\"x\",\"Message\":\"m\",\"PossibleCauses\":\"\",\"RecommendedAction\":\"\",\"Reasons\":null}")]
    [InlineData("{\"Id\":\"TargetFull\",\"Code\":\"x\",\"Message\":\"m\",\"PossibleCauses\":\"\",\"RecommendedAction\":\"\",\"Reasons\":[null]}")]
    [InlineData("{\"Id\":\"TargetFull\",\"Code\":\"x\",\"Message\":\"m\",\"PossibleCauses\":\"\",\"RecommendedAction\":\"\",\"Reasons\":[{}]}")]
    [InlineData("{\"Id\":\"TargetFull\",\"Code\":\"x\",\"Message\":\"m\",\"PossibleCauses\":\"\",\"RecommendedAction\":\"\",\"Temporary\":7}")]
    public void An_error_that_is_none_is_another_that_is_whole(string json)
    {
        var error = LinkMessages.Refusal(Encoding.UTF8.GetBytes(json)).Error;

        Assert.True(error is { Code: not null, Message: not null, PossibleCauses: not null, RecommendedAction: not null, Category: not null, Reasons.Count: 0 }, error.ToString());
        Assert.True(error.Id == "LinkProtocol" || json.Contains("Reasons", StringComparison.Ordinal), error.ToString());
    }

    public static TheoryData<int, byte[], string> Answers => new()
    {
        { (int)FrameKind.Welcome, [], "LinkProtocol" },
        { (int)FrameKind.Data, new byte[8], "LinkProtocol" },
        { (int)FrameKind.Acknowledged, new byte[12], "LinkProtocol" },
        { (int)FrameKind.Acknowledged, new byte[28], "LinkProtocol" },
        { (int)FrameKind.Hello, new byte[28], "LinkProtocol" },
        { (int)FrameKind.Digests, [], "LinkProtocol" },
        { (int)FrameKind.Digests, new byte[27], "LinkProtocol" },
        { (int)FrameKind.Digests, new byte[56], "LinkProtocol" },
        { (int)FrameKind.Refused, [1, 2, 3], "LinkProtocol" },
        { (int)FrameKind.Refused, LinkMessages.Refusal(ErrorCatalogue.Error("TargetFull", "disk")), "TargetFull" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_answer_that_does_not_fit_its_question_is_an_error(int kind, byte[] payload, string id)
    {
        await using var remote = AnsweredBy(exchange => [FrameTests.FrameOf((FrameKind)kind, exchange, payload)]);

        Assert.Equal(id, (await Assert.ThrowsAsync<AsrException>(() => remote.DigestsAsync(0, 0, 1, Patience.Token).AsTask().OrFail())).Error.Id);
    }

    [Theory]
    [InlineData((int)FrameKind.Data, true)]
    [InlineData((int)FrameKind.Refused, false)]
    public async Task A_connection_on_which_another_question_was_answered_is_closed(int kind, bool closed)
    {
        MemoryEnd? line = null;
        await using var remote = AnsweredBy(exchange => [FrameTests.FrameOf((FrameKind)kind, exchange, LinkMessages.Refusal(ErrorCatalogue.Error("TargetFull", "disk")))], end => line = end);
        await Assert.ThrowsAsync<AsrException>(() => remote.DigestsAsync(0, 0, 1, Patience.Token).AsTask().OrFail());

        Assert.Equal(closed, line!.IsDisposed);
    }

    [Fact]
    public async Task Answers_to_questions_that_nobody_asked_are_dropped()
    {
        await using var remote = AnsweredBy(exchange =>
        [
            FrameTests.FrameOf(FrameKind.Digests, exchange + 1, new byte[28]), FrameTests.FrameOf(FrameKind.Refused, uint.MaxValue, [1]), FrameTests.FrameOf((FrameKind)99, 0, [1]),
            FrameTests.FrameOf(FrameKind.Digests, exchange, SourceBench.Bytes(28, 1)), FrameTests.FrameOf(FrameKind.Digests, exchange, new byte[28]),
        ]);

        Assert.Equal(SourceBench.Bytes(28, 1), await remote.DigestsAsync(0, 0, 1, Patience.Token).AsTask().OrFail());
        Assert.Equal(SourceBench.Bytes(28, 1), await remote.DigestsAsync(0, 0, 1, Patience.Token).AsTask().OrFail());
    }

    private static byte[] Greeting => FrameTests.FrameOf(FrameKind.Hello, 1, Hello);

    private static byte[] Changed(int at, byte value)
    {
        var payload = (byte[])Hello.Clone();
        payload[at] = value;
        return payload;
    }

    private static byte[] Repeated(byte[] payload, int times) => [.. Enumerable.Repeat(payload, times).SelectMany(bytes => bytes)];

    // Serves what is said, and gives back what came of it and what was answered.
    private async Task<(Exception? Outcome, List<Frame> Told)> ServedAsync(byte[][] frames)
    {
        var told = new List<byte>();
        var stream = new TappedStream(new StoredStream([.. frames.SelectMany(frame => frame)]), (_, frame, _) =>
        {
            told.AddRange(frame);
            return ValueTask.CompletedTask;
        });
        var outcome = await Record.ExceptionAsync(() => new TargetServer(_target, DiskBytes, new ManualClock()).ServeAsync(stream, Patience.Token).OrFail());
        await using var answers = new FrameStream(new StoredStream([.. told]), new ManualClock());
        var read = new List<Frame>();
        while (await answers.ReadAsync(Patience.Token) is { } frame)
        {
            read.Add(frame);
        }

        return (outcome, read);
    }

    // A far end that is friendly until it is asked for digests.
    private static RemoteTarget AnsweredBy(Func<uint, byte[][]> answers, Action<MemoryEnd>? connected = null) => new(
        _ =>
        {
            var (here, there) = MemoryEnd.Connect();
            connected?.Invoke(here);
            return ValueTask.FromResult<Stream>(new TappedStream(here, async (_, frame, stopping) =>
            {
                var exchange = BinaryPrimitives.ReadUInt32LittleEndian(frame.AsSpan(8));
                var answer = frame[12] == (byte)FrameKind.Hello ? [FrameTests.FrameOf(FrameKind.Welcome, exchange, [])] : answers(exchange);
                foreach (var one in answer)
                {
                    await there.WriteAsync(one, stopping);
                }
            }));
        }, DiskBytes, ("source", "target"), new ManualClock());
}
