using System.Buffers.Binary;
using AsrFailback.Replication.Transport;

namespace AsrFailback.Replication.Tests;

/// <summary>A frame arrives as it was sent, or not at all.</summary>
public sealed class FrameTests
{
    private static readonly byte[] Text = [.. Enumerable.Range(0, 100_000).Select(index => (byte)"abcd"[index / 7 % 4])];

    public static TheoryData<int> Kinds => [.. Enum.GetValues<FrameKind>().Select(kind => (int)kind)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_kind_arrives_as_it_was_sent_a_byte_at_a_time(int kind)
    {
        var (one, other) = MemoryEnd.Connect();
        await using var here = new FrameStream(new ChoppedStream(one), new ManualClock());
        await using var there = new FrameStream(new ChoppedStream(other), new ManualClock());
        foreach (var length in new[] { 0, 1, 9, 10, 20, 1000 })
        {
            var payload = SourceBench.Bytes(length, length);
            var writing = here.WriteAsync((FrameKind)kind, 0xFEDCBA98, [payload], Patience.Token).AsTask();
            var frame = (await there.ReadAsync(Patience.Token).AsTask().OrFail())!.Value;
            await writing.OrFail();

            Assert.Equal(((FrameKind)kind, 0xFEDCBA98u), (frame.Kind, frame.Exchange));
            Assert.Equal(payload, frame.Payload.ToArray());
        }

        Assert.Equal((6 * FrameHead.Size) + 1040, here.BytesSent);
    }

    [Fact]
    public async Task A_compressed_payload_arrives_as_it_was()
    {
        var sent = await SentOverSlowLinkAsync([Text, Text, SourceBench.Bytes(100_000, 1), [], new byte[FrameHead.MaxPayload]]);

        // The first one found out that the link is slow.
        Assert.Equal([FrameEncoding.Stored, FrameEncoding.Brotli, FrameEncoding.Stored, FrameEncoding.Stored, FrameEncoding.Brotli], sent.Select(frame => (FrameEncoding)frame[13]));
        Assert.True(sent[1].Length < Text.Length / 10);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(40)]
    public async Task A_payload_that_compression_hardly_shrinks_arrives_as_it_was(int length) =>
        Assert.Equal(3, (await SentOverSlowLinkAsync([Text, new byte[length], SourceBench.Bytes(length, 1)])).Count);

    [Fact]
    public async Task Only_payloads_of_records_are_compressed()
    {
        var sent = await SentOverSlowLinkAsync([Text, Text], FrameKind.Digests);

        Assert.All(sent, frame => Assert.Equal(FrameHead.Size + Text.Length, frame.Length));
    }

    [Fact]
    public async Task A_stream_that_ends_between_two_frames_has_ended_and_within_one_is_broken()
    {
        var frame = FrameOf(FrameKind.Records, 1, SourceBench.Bytes(50, 1));
        for (var length = 0; length < frame.Length; length++)
        {
            await using var stream = new FrameStream(new StoredStream(frame[..length]), new ManualClock());
            if (length == 0)
            {
                Assert.Null(await stream.ReadAsync(Patience.Token));
            }
            else
            {
                await Assert.ThrowsAsync<EndOfStreamException>(async () => await stream.ReadAsync(Patience.Token));
            }
        }
    }

    [Fact]
    public async Task No_bit_can_be_changed()
    {
        var payload = SourceBench.Bytes(40, 1);
        for (var bit = 0; bit < 8 * (FrameHead.Size + payload.Length); bit++)
        {
            var frame = FrameOf(FrameKind.Records, 7, payload);
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
            await using var stream = new FrameStream(new StoredStream(frame), new ManualClock());
            var wrong = await Record.ExceptionAsync(async () => await stream.ReadAsync(Patience.Token));

            Assert.True(wrong is AsrException { Error.Id: "LinkProtocol" } or EndOfStreamException, $"bit {bit}: {wrong}");
        }
    }

    [Theory]
    [InlineData(-1, -1)]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(int.MinValue, 0)]
    [InlineData(FrameHead.MaxPayload + 1, FrameHead.MaxPayload + 1)]
    [InlineData(10, FrameHead.MaxPayload + 1)]
    [InlineData(10, -1)]
    [InlineData(10, int.MaxValue)]
    public async Task A_length_beyond_the_limit_is_refused_before_anything_is_read(int length, int rawLength)
    {
        // There is nothing behind the head: a reader that went on would find the end of the stream.
        var head = FrameOf(FrameKind.Records, 1, []);
        BinaryPrimitives.WriteInt32LittleEndian(head, length);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(4), rawLength);
        head[13] = (byte)FrameEncoding.Brotli;
        await using var stream = new FrameStream(new StoredStream(head), new ManualClock());

        Assert.Equal("LinkProtocol", (await Assert.ThrowsAsync<AsrException>(async () => await stream.ReadAsync(Patience.Token))).Error.Id);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(-100_000)]
    [InlineData(900_000)]
    public async Task A_payload_that_unpacks_to_another_length_than_announced_is_refused(int more)
    {
        var packed = new byte[Text.Length];
        Assert.True(Compressed.TryEncode(Text, packed, out var length));
        var frame = FrameOf(FrameKind.Records, 1, packed[..length], FrameEncoding.Brotli, Text.Length + more);
        await using var stream = new FrameStream(new StoredStream(frame), new ManualClock());

        Assert.Equal("LinkProtocol", (await Assert.ThrowsAsync<AsrException>(async () => await stream.ReadAsync(Patience.Token))).Error.Id);
    }

    /// <summary>A frame as it is on the line, its checksum right.</summary>
    internal static byte[] FrameOf(FrameKind kind, uint exchange, byte[] sent, FrameEncoding encoding = FrameEncoding.Stored, int? rawLength = null)
    {
        var frame = new byte[FrameHead.Size + sent.Length];
        sent.CopyTo(frame, FrameHead.Size);
        new FrameHead(kind, encoding, exchange, sent.Length, rawLength ?? sent.Length).Write(frame, [sent]);
        return frame;
    }

    // Sends over a link of 1 MB/s by the clock; the encoder takes no time.
    private static async Task<List<byte[]>> SentOverSlowLinkAsync(IReadOnlyList<byte[]> payloads, FrameKind kind = FrameKind.Records)
    {
        var (one, other) = MemoryEnd.Connect();
        var (clock, sent) = (new ManualClock(), new List<byte[]>());
        await using var there = new FrameStream(other, clock);
        await using var here = new FrameStream(new TappedStream(one, async (line, frame, stopping) =>
        {
            sent.Add(frame);
            await line.WriteAsync(frame, stopping);
            clock.Advance(TimeSpan.FromSeconds(frame.Length / 1e6));
        }), clock);
        foreach (var payload in payloads)
        {
            var writing = here.WriteAsync(kind, 1, [payload], Patience.Token).AsTask();
            Assert.Equal(payload, (await there.ReadAsync(Patience.Token).AsTask().OrFail())!.Value.Payload.ToArray());
            await writing.OrFail();
        }

        return sent;
    }
}
