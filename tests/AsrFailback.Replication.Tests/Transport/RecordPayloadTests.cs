using System.Buffers.Binary;
using AsrFailback.Replication.Log;
using AsrFailback.Replication.Source;
using AsrFailback.Replication.Transport;

namespace AsrFailback.Replication.Tests;

/// <summary>Records arrive as they were sent, whatever their kind and however many frames they take.</summary>
public sealed class RecordPayloadTests
{
    private readonly RecordFactory _records = new(new Random(3), SourceBench.DiskBytes) { SometimesZeros = false };

    [Fact]
    public void Every_kind_of_record_arrives()
    {
        LogRecord[] records =
        [
            _records.Of(LogRecordKind.SyncStarted), _records.SyncBlock(), Sized(1), _records.Of(LogRecordKind.SyncCompleted),
            Marked(""), Marked("before the update"), Marked(new string('\uFFFF', LogRecord.MaxLabel)),
            Marked(string.Concat(Enumerable.Repeat("🦜", LogRecord.MaxLabel / 2))), _records.Write(0, 0, LogRecord.MaxData),
        ];

        RequireSame(records, [.. PayloadsOf(records).SelectMany(payload => RecordPayload.Read(payload))]);
    }

    [Fact]
    public void Zeros_are_not_sent()
    {
        var (zeros, almost) = (new byte[LogRecord.MaxData], new byte[LogRecord.MaxData]);
        almost[^1] = 1;
        LogRecord[] records = [Sized(1) with { Data = zeros }, Sized(1) with { Data = new byte[1] }, Sized(1) with { Data = almost }];
        var payloads = PayloadsOf(records);

        Assert.InRange(payloads.Sum(payload => payload.Length), LogRecord.MaxData, LogRecord.MaxData + 200);
        RequireSame(records, [.. payloads.SelectMany(payload => RecordPayload.Read(payload))]);
    }

    [Fact]
    public void Many_small_records_fill_frames_and_no_frame_is_too_large()
    {
        var random = new Random(5);
        LogRecord[] records = [.. Enumerable.Range(0, 6_000).Select(index => index % 50 == 0 ? Marked($"{index}") : Sized(random.Next(1, 2_000)))];
        var payloads = PayloadsOf(records);

        Assert.All(payloads, payload => Assert.InRange(payload.Length, 1, FrameHead.MaxPayload));
        Assert.All(payloads.SkipLast(1), payload => Assert.True(payload.Length > FrameHead.MaxPayload - 4_000));
        Assert.True(payloads.Count > 3);
        RequireSame(records, [.. payloads.SelectMany(payload => RecordPayload.Read(payload))]);
    }

    [Fact]
    public void Records_of_the_largest_size_take_a_frame_each()
    {
        LogRecord[] records = [.. Enumerable.Range(0, 3).Select(_ => _records.Write(0, 0, LogRecord.MaxData))];

        Assert.Equal(3, PayloadsOf(records).Count);
    }

    [Theory]
    [InlineData((byte)LogRecordKind.Write, 22, 0, 0)] // no data
    [InlineData((byte)LogRecordKind.Write, 22, LogRecord.MaxData + 1, 0)]
    [InlineData((byte)LogRecordKind.Write | 0x80, 22, LogRecord.MaxData + 1, 0)]
    [InlineData((byte)LogRecordKind.Write | 0x80, 22, -1, 0)]
    [InlineData((byte)LogRecordKind.Write | 0x80, 22, int.MinValue, 0)]
    [InlineData((byte)LogRecordKind.Write, 22, 10, 9)] // more announced than there is
    [InlineData((byte)LogRecordKind.Write, 21, 10, 10)]
    [InlineData((byte)LogRecordKind.Write, 23, 10, 10)]
    [InlineData((byte)LogRecordKind.Write, 65535, 10, 100)]
    [InlineData((byte)LogRecordKind.SyncStarted, 12, 10, 10)] // data of a kind that has none
    [InlineData((byte)LogRecordKind.SyncStarted | 0x80, 12, 10, 0)]
    [InlineData((byte)LogRecordKind.SyncStarted, 11, 0, 0)]
    [InlineData((byte)LogRecordKind.SyncStarted, LogRecord.MaxHead + 1, 0, 0)]
    [InlineData((byte)LogRecordKind.Mark, 12, 0, 0)]
    [InlineData((byte)LogRecordKind.Mark, 50, 0, 0)]
    [InlineData((byte)0, 22, 10, 10)]
    [InlineData((byte)7, 22, 10, 10)]
    [InlineData((byte)0x7F, 22, 10, 10)]
    public void A_record_that_is_none_is_refused(byte kind, int head, int length, int data)
    {
        var payload = new byte[7 + Math.Min(head, 1000) + 1 + data];
        payload.AsSpan().Fill(0xFF);
        payload[7 + Math.Min(head, 1000)] = 0;
        payload[0] = kind;
        BinaryPrimitives.WriteUInt16LittleEndian(payload.AsSpan(1), (ushort)head);
        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(3), length);

        Assert.Equal("LinkProtocol", Assert.Throws<AsrException>(() => RecordPayload.Read(payload).ToArray()).Error.Id);
    }

    [Fact]
    public void A_payload_that_ends_within_a_record_is_refused()
    {
        LogRecord[] records = [Sized(20), Marked("point")];
        var payload = PayloadsOf(records).Single();
        for (var length = 1; length < payload.Length; length++)
        {
            var read = Record.Exception(() => RecordPayload.Read(payload.AsMemory(0, length)).ToArray());
            Assert.True(read is AsrException || length == 7 + 22 + 20, $"{length} bytes");
        }
    }

    /// <summary>Fails unless the records are the same, their bytes as well.</summary>
    internal static void RequireSame(IReadOnlyList<LogRecord> expected, IReadOnlyList<LogRecord> read)
    {
        Assert.Equal(expected.Select(record => record with { Data = default }), read.Select(record => record with { Data = default }));
        Assert.All(expected.Zip(read), pair => Assert.True(pair.First.Data.Span.SequenceEqual(pair.Second.Data.Span), $"{pair.First.Position}"));
    }

    private static List<byte[]> PayloadsOf(LogRecord[] records)
    {
        var (payloads, payload) = (new List<byte[]>(), new RecordPayload());
        for (var next = 0; next < records.Length;)
        {
            next += payload.Fill(records, next);
            payloads.Add(payload.Joined());
        }

        return payloads;
    }

    private LogRecord Sized(int bytes) => _records.Write(1, 0, 512) with { Data = SourceBench.Bytes(bytes, bytes) };

    private LogRecord Marked(string label)
    {
        var mark = _records.Mark();
        return mark with { Point = mark.Point! with { Label = label } };
    }
}
