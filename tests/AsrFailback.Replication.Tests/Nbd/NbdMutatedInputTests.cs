using System.Diagnostics;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Nbd;
using AsrFailback.Replication.Source;
using Xunit.Abstractions;
using static AsrFailback.Replication.Tests.NbdMessages;
using static AsrFailback.Replication.Tests.NbdNumbers;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// Whole conversations that were changed at random: each ends with a known end, quickly and in little memory, and never
/// with an exception.
/// </summary>
public sealed class NbdMutatedInputTests(ITestOutputHelper output)
{
    private static readonly int Inputs = Scale.Of(10_000, 100_000);
    private const long MaxAllocated = 16 << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(100);
    private static readonly byte[][] Conversations = [Conversation(structured: false), Conversation(structured: true), OldConversation()];

    [Fact]
    public void A_mutated_conversation_ends_well()
    {
        var first = Random.Shared.Next(1 << 30);
        output.WriteLine($"seeds {first} to {first + Inputs - 1}");
        var ends = new Dictionary<NbdEnd, int>();
        using var machine = NewMachine();
        var exports = NbdExport.Of(machine, ["disk0", "data"]);
        for (var seed = first; seed < first + Inputs; seed++)
        {
            var random = new Random(seed);
            var input = Changed(Conversations[random.Next(Conversations.Length)], random);
            var end = EndOf(input, exports, seed);
            ends[end] = ends.GetValueOrDefault(end) + 1;
        }

        output.WriteLine(string.Join(", ", ends.OrderBy(one => one.Key).Select(one => $"{one.Key} {one.Value}")));
        Assert.True(ends.Count > 5, "the changes reach only some of the ends");
    }

    [Fact]
    public void An_unchanged_conversation_ends_with_its_goodbye()
    {
        using var machine = NewMachine();
        Assert.All(Conversations, input => Assert.Equal(NbdEnd.Disconnected, EndOf(input, NbdExport.Of(machine, ["disk0", "data"]), 0)));
    }

    private static NbdEnd EndOf(byte[] input, IReadOnlyList<NbdExport> exports, int seed)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var (end, failure, time) = Run(input, exports);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (time > Limit)
        {
            // A busy machine is not a slow server: what took long is looked at again.
            time = Enumerable.Range(0, 3).Min(_ => Run(input, exports).Time);
        }

        Assert.True(failure is null && end != NbdEnd.Failed, $"seed {seed}: {end} {failure}");
        Assert.True(time <= Limit, $"seed {seed}: {time.TotalMilliseconds} ms");
        Assert.True(allocated <= MaxAllocated, $"seed {seed}: {allocated} bytes allocated");
        return end;
    }

    private static (NbdEnd End, Exception? Failure, TimeSpan Time) Run(byte[] input, IReadOnlyList<NbdExport> exports)
    {
        var watch = Stopwatch.StartNew();
        var (end, failure) = NbdConnection.Run(new OneWayStream(input), exports, () => false);
        return (end, failure, watch.Elapsed);
    }

    private static WriteSplitter NewMachine()
    {
        long[] sizes = [4 << 20, (1 << 20) + 512];
        var files = new SimulatedDisk();
        IntentBitmap.Save(files, "/agent/intents.map", RegionMap.Full(sizes));
        var intents = IntentBitmap.Open(files, "/agent/intents.map", sizes, writable: true)!;
        return new WriteSplitter([.. sizes.Select(size => (IBlockDevice)new PatternDisk(size))], intents, new TestFence(), 1, new InstantClock());
    }

    private static byte[] Conversation(bool structured) =>
    [
        .. U32(3), .. Option(OptList), .. Option(OptInfo, Query("data", InfoBlockSize, InfoName)), .. Option(99, 1, 2, 3),
        .. structured ? Option(OptStructuredReply) : [], .. Option(OptGo, Query("data", InfoBlockSize)), .. Requests(), .. Request(CmdDisc, 9, 0, 0),
    ];

    private static byte[] OldConversation() => [.. U32(2), .. Option(OptExportName, [.. "disk0"u8]), .. Requests(), .. Request(CmdDisc, 9, 0, 0)];

    private static byte[] Requests() =>
    [
        .. Request(CmdRead, 1, 512, 70_000), .. Request(CmdWrite, 2, 4096, 300, FlagFua, SourceBench.Bytes(300, 1)), .. Request(CmdFlush, 3, 0, 0),
        .. Request(CmdTrim, 4, 0, 65536), .. Request(CmdWriteZeroes, 5, 65536, 65536, FlagNoHole), .. Request(CmdWrite, 6, 0, 1, 0, [7]),
    ];

    private static byte[] Changed(byte[] valid, Random random)
    {
        var content = (byte[])valid.Clone();
        for (var changes = random.Next(1, 5); changes > 0 && content.Length > 0; changes--)
        {
            var at = random.Next(content.Length);
            switch (random.Next(8))
            {
                case 0:
                    content = content[..at];
                    break;
                case 1:
                    content = [.. content[..at], .. content.AsSpan(random.Next(content.Length)), .. content[at..]];
                    break;
                case 2:
                    content = [.. content[..at], .. content.AsSpan(Math.Min(content.Length, at + random.Next(1, 40)))];
                    break;
                case 3:
                    content.AsSpan(at, Math.Min(4, content.Length - at)).Fill((byte)(random.Next(2) * 255));
                    break;
                case 4:
                    content[at] = (byte)random.Next(256);
                    break;
                default:
                    content[at] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }

        return content;
    }

    /// <summary>Gives what a client sent and forgets what it is told.</summary>
    private sealed class OneWayStream(byte[] input) : Stream
    {
        private readonly MemoryStream _input = new(input);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => _input.Read(buffer, offset, count);

        public override void Write(byte[] buffer, int offset, int count)
        {
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
