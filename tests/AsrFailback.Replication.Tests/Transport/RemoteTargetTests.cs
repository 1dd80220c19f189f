using System.IO.Pipes;
using System.Net.Sockets;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Link;
using AsrFailback.Replication.Log;
using AsrFailback.Replication.Source;
using AsrFailback.Replication.Transport;

namespace AsrFailback.Replication.Tests;

/// <summary>A target that is reached over a stream answers as one that is here.</summary>
public sealed class RemoteTargetTests
{
    private static readonly IReadOnlyList<long> DiskBytes = SourceBench.DiskBytes;
    private readonly RecordFactory _records = new(new Random(2), DiskBytes);
    private readonly MemoryTarget _target = new(DiskBytes);

    [Fact]
    public async Task Every_question_is_answered_over_a_line_in_memory()
    {
        await using var wire = new TestWire(_target, DiskBytes);

        await AskEverythingAsync(wire.Remote);
        Assert.Equal(1, wire.Connections);
    }

    [Fact]
    public async Task Every_question_is_answered_a_byte_at_a_time()
    {
        await using var wire = new TestWire(_target, DiskBytes) { AtSource = line => new ChoppedStream(line), AtTarget = line => new ChoppedStream(line) };

        await AskEverythingAsync(wire.Remote);
    }

    [Fact]
    public async Task Every_question_is_answered_over_a_socket()
    {
        using var folder = new TempFolder();
        var address = new UnixDomainSocketEndPoint(Path.Combine(folder.Path, "link"));
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(address);
        listener.Listen();
        var serving = Task.Run(async () => await ServeAsync(new NetworkStream(await listener.AcceptAsync(), ownsSocket: true)));
        await using (var remote = RemoteOver(async stopping =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(address, stopping);
            return new NetworkStream(socket, ownsSocket: true);
        }))
        {
            await AskEverythingAsync(remote);
        }

        await serving.OrFail();
    }

    [Fact]
    public async Task Every_question_is_answered_over_a_pair_of_pipes()
    {
        var there = new AnonymousPipeServerStream(PipeDirection.In);
        var back = new AnonymousPipeServerStream(PipeDirection.Out);
        var serving = ServeAsync(new TwoStreams(there, back));
        await using var remote = RemoteOver(_ => ValueTask.FromResult<Stream>(new TwoStreams(
            new AnonymousPipeClientStream(PipeDirection.In, back.ClientSafePipeHandle), new AnonymousPipeClientStream(PipeDirection.Out, there.ClientSafePipeHandle))));
        await AskEverythingAsync(remote);

        await remote.DisposeAsync().AsTask().OrFail();
        await serving.OrFail();
    }

    [Fact]
    public async Task Questions_of_many_get_their_own_answers()
    {
        await using var wire = new TestWire(_target, DiskBytes);
        await wire.Remote.ReceiveAsync([.. Enumerable.Range(0, 30).Select(_ => _records.SyncBlock())], Patience.Token);
        await Parallel.ForEachAsync(Enumerable.Range(0, 300), async (index, stopping) =>
        {
            var (disk, block) = (index % 2, index % 17);
            Assert.Equal(_target.Digests(disk, block, 1), await wire.Remote.DigestsAsync(disk, block, 1, stopping));
            Assert.Equal(await _target.NextDataAsync(disk, block, stopping), await wire.Remote.NextDataAsync(disk, block, stopping));
        }).OrFail();

        Assert.Equal(1, wire.Connections);
    }

    [Fact]
    public async Task An_empty_batch_is_answered_with_what_is_acknowledged()
    {
        await using var wire = new TestWire(_target, DiskBytes);
        var acknowledged = await wire.Remote.ReceiveAsync([_records.Write()], Patience.Token);

        Assert.Equal(acknowledged, await wire.Remote.ReceiveAsync([], Patience.Token));
    }

    [Theory]
    [InlineData("TargetFull")]
    [InlineData("RecordInvalid")]
    [InlineData("JournalBroken")]
    public async Task What_the_target_says_is_the_answer_and_the_connection_goes_on(string id)
    {
        await using var wire = new TestWire(_target, DiskBytes);
        _target.OnCall = (_, _) => throw ErrorCatalogue.Exception(id, "a", "b", "c");
        foreach (var ask in Questions(wire.Remote))
        {
            var refused = (await Assert.ThrowsAsync<AsrException>(() => ask().OrFail())).Error;
            var said = ErrorCatalogue.Error(id, "a", "b", "c");

            Assert.Equal((said.Id, said.Code, said.Message, said.RecommendedAction, said.Temporary), (refused.Id, refused.Code, refused.Message, refused.RecommendedAction, refused.Temporary));
        }

        _target.OnCall = (_, _) => Task.CompletedTask;
        await AskEverythingAsync(wire.Remote);
        Assert.Equal(1, wire.Connections);
    }

    [Fact]
    public async Task Other_disks_are_refused_and_nothing_is_received()
    {
        foreach (var other in new long[][] { [], [DiskBytes[0]], [DiskBytes[1], DiskBytes[0]], [.. DiskBytes, 512], [DiskBytes[0], DiskBytes[1] + 512] })
        {
            await using var wire = new TestWire(_target, DiskBytes, other);
            var refused = await Assert.ThrowsAsync<AsrException>(() => wire.Remote.ReceiveAsync([_records.Write()], Patience.Token).AsTask().OrFail());

            Assert.Equal("LinkDisks", refused.Error.Id);
            Assert.Equal("LinkDisks", (await Assert.ThrowsAsync<AsrException>(() => wire.Served.Single().OrFail())).Error.Id);
            Assert.Equal(0, wire.OpenEnds);
        }

        Assert.Empty(_target.Received);
    }

    [Fact]
    public async Task A_connection_that_was_closed_while_nobody_asked_is_replaced_and_not_left_open()
    {
        MemoryEnd? line = null;
        await using var wire = new TestWire(_target, DiskBytes) { AtTarget = there => line = (MemoryEnd)there };
        for (var count = 1; count <= 3; count++)
        {
            await TestWire.UntilAsync(() => Record.Exception(() => wire.Remote.Receive(_records.Write())) is null);
            await line!.DisposeAsync();
        }

        await TestWire.UntilAsync(() => Record.Exception(() => wire.Remote.Receive(_records.Write())) is null);
        Assert.True(wire.Connections > 3);
        await TestWire.UntilAsync(() => wire.OpenEnds == 2);
    }

    /// <summary>Asks everything there is to ask, and compares the answers with what the target itself says.</summary>
    private async Task AskEverythingAsync(RemoteTarget remote)
    {
        _target.Received.Clear();
        LogRecord[] records =
        [
            _records.Of(LogRecordKind.SyncStarted), _records.SyncBlock(), _records.Of(LogRecordKind.SyncCompleted), _records.Mark(),
            .. Enumerable.Range(0, 20).Select(_ => _records.Write()), _records.Write(0, 512, RegionMap.RegionSize), _records.Mark(),
        ];
        Assert.Equal(records[^1].Position, await remote.ReceiveAsync(records, Patience.Token).AsTask().OrFail());
        RecordPayloadTests.RequireSame(records, _target.Received);
        foreach (var (bytes, disk) in DiskBytes.Select((bytes, disk) => (bytes, disk)))
        {
            var blocks = Blocks.Count(bytes);
            Assert.Equal(_target.Digests(disk, 0, (int)blocks), await remote.DigestsAsync(disk, 0, (int)blocks, Patience.Token).AsTask().OrFail());
            Assert.Empty(await remote.DigestsAsync(disk, 3, 0, Patience.Token).AsTask().OrFail());
            for (var block = 0L; block < blocks; block += 4)
            {
                Assert.Equal(await _target.NextDataAsync(disk, block, default), await remote.NextDataAsync(disk, block, Patience.Token).AsTask().OrFail());
            }
        }
    }

    private Func<Task>[] Questions(RemoteTarget remote) =>
    [
        () => remote.ReceiveAsync([_records.Write()], Patience.Token).AsTask(), () => remote.DigestsAsync(0, 0, 1, Patience.Token).AsTask(),
        () => remote.NextDataAsync(0, 0, Patience.Token).AsTask(),
    ];

    private Task ServeAsync(Stream stream) => new TargetServer(_target, DiskBytes, new ManualClock()).ServeAsync(stream, Patience.Token);

    private static RemoteTarget RemoteOver(Func<CancellationToken, ValueTask<Stream>> connect) => new(connect, DiskBytes, ("source", "target"), new ManualClock());
}
