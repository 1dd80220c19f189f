using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Log;
using AsrFailback.Replication.Transport;

namespace AsrFailback.Bench.Replication;

/// <summary>
/// What each step of a replication can do alone, in GB/s and seconds of processor time for a GB, beside what the same kind of work
/// reached in a plain program on two processors of Zen 4. The slowest step that a copy or a comparison needs is what holds it back.
/// </summary>
internal static class Stages
{
    private const int Piece = 1 << 20;
    private const int Pieces = 512;
    private const int BlocksInPiece = Piece / Blocks.Size;

    public static IEnumerable<Figure> Measure(ReplicationStage stage)
    {
        var content = new byte[Piece];
        new Random(1).NextBytes(content);
        var (image, copy) = (stage.At("stages.raw"), stage.At("stages-copy.raw"));
        using var source = SeededImage.Create(image, Pieces * (long)Piece);
        using var target = SeededImage.Create(copy, Pieces * (long)Piece);
        yield return Stage(stage, "Write", 2, index => source.Write(index * (long)Piece, content), source);
        var aligned = new AlignedMemory(Piece).Rent().Memory;
        content.CopyTo(aligned);
        yield return Stage(stage, "WriteUncached", 2, index => target.WriteUncached(index * (long)Piece, [aligned]), target);
        var buffer = new byte[Piece];
        yield return Stage(stage, "Read", 14, index => source.Read(index * (long)Piece, buffer));
        var zeros = new byte[Piece];
        yield return Stage(stage, "ZeroTest", 25, _ => ForEachBlock(block => Blocks.IsZero(zeros.AsSpan(block, Blocks.Size))));
        yield return Stage(stage, "Checksum", 10, _ => Crc32C.Append(0, content));
        var digest = new byte[Blocks.DigestSize];
        yield return Stage(stage, "Digest", 2, _ => ForEachBlock(block => Blocks.Digest(content.AsSpan(block, Blocks.Size), digest)));
        var payload = new RecordPayload();
        LogRecord[] records = [.. Enumerable.Range(0, BlocksInPiece - 1).Select(block =>
            new LogRecord { Kind = LogRecordKind.SyncBlock, Position = new(1, block), Offset = block * Blocks.Size, Data = content.AsMemory(block * Blocks.Size, Blocks.Size) })];
        var frames = new FrameStream(Stream.Null, TimeProvider.System);
        yield return Stage(stage, "Frame", 13, _ =>
        {
            payload.Fill(records, 0);
            frames.WriteAsync(FrameKind.Records, 1, payload.Pieces, default).AsTask().Wait();
        });
        yield return Link(stage, content);
        var (text, packed) = (content.Select(value => (byte)(value & 0x0F)).ToArray(), new byte[Piece]);
        yield return Stage(stage, "Compress", 0.2, _ => Compressed.TryEncode(text, packed, out var _));
    }

    private static void ForEachBlock(Action<int> action)
    {
        for (var block = 0; block < Piece; block += Blocks.Size)
        {
            action(block);
        }
    }

    // Both ends are threads of this process: its processor time is that of both.
    private static Figure Link(ReplicationStage stage, byte[] content)
    {
        var path = stage.At("stages.socket");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        using var sender = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { SendBufferSize = SourceRole.SendBuffer };
        sender.Connect(new UnixDomainSocketEndPoint(path));
        using var receiver = listener.Accept();
        var receiving = Task.Factory.StartNew(
            () =>
            {
                for (var buffer = new byte[Piece]; receiver.Receive(buffer) > 0;)
                {
                }
            },
            TaskCreationOptions.LongRunning);
        var figure = Stage(stage, "Link", 4.8, _ => sender.Send(content));
        sender.Shutdown(SocketShutdown.Send);
        receiving.Wait();
        return figure;
    }

    private static Figure Stage(ReplicationStage stage, string name, double limit, Action<int> piece, IStoredFile? file = null)
    {
        var (rates, costs) = (new List<double>(), new List<double>());
        for (var run = 0; run <= stage.Runs; run++)
        {
            file?.PunchHole(0, file.Length); // a copy is new to its disk
            ReplicationStage.Rest();
            var (cpu, watch) = (Environment.CpuUsage.TotalTime, Stopwatch.StartNew());
            for (var index = 0; index < Pieces; index++)
            {
                piece(index);
            }

            file?.Flush();
            var gigabytes = Pieces * (double)Piece / 1e9;
            if (run > 0)
            {
                rates.Add(gigabytes / watch.Elapsed.TotalSeconds);
                costs.Add((Environment.CpuUsage.TotalTime - cpu).TotalSeconds / gigabytes);
            }
        }

        return new Figure($"stage{name}", ReplicationStage.Median(rates), null, string.Create(
            CultureInfo.InvariantCulture, $"GB/s, {ReplicationStage.Median(costs):F2} cpu-s/GB, plain programs {limit} GB/s"));
    }
}
