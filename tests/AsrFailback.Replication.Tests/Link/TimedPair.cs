using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Link;
using AsrFailback.Replication.Log;
using AsrFailback.Replication.Source;

namespace AsrFailback.Replication.Tests;

/// <summary>A machine with one disk and its target, by a clock of the test's own.</summary>
internal sealed class TimedPair : IReplicationTarget, IAsyncDisposable
{
    private const string Root = "/timed";
    private readonly ManualClock _clock;
    private readonly RetentionJournal _journal;
    private ReplicationSession? _session;

    public TimedPair(ManualClock clock, long bytes = 2 << 20)
    {
        _clock = clock;
        var disk = new SimulatedDisk();
        JournalFiles.Create(disk, [bytes]);
        disk.CreateFolder(Root);
        using (var image = disk.Open(Root + "/disk.img", FileOpening.CreateNew))
        {
            image.SetLength(bytes);
        }

        IntentBitmap.Save(disk, Root + "/intents.map", new RegionMap([bytes]));
        _journal = JournalFiles.Open(disk, 1);
        Link = new TestLink(this);
        Machine = new WriteSplitter(
            [RawImage.Open(disk, Root + "/disk.img", writable: true)],
            IntentBitmap.Open(disk, Root + "/intents.map", [bytes], writable: true)!, new TestFence(), 1, clock);
    }

    public WriteSplitter Machine { get; }

    public TestLink Link { get; }

    public Action BeforeDigests { get; set; } = () => { };

    public async Task<ReplicationSession> StartInOrderAsync()
    {
        _session = new ReplicationSession(Machine, Link, _clock);
        await _session.WaitUntilInOrderAsync(Patience.Token).OrFail();
        return _session;
    }

    public ValueTask<LogPosition> ReceiveAsync(IReadOnlyList<LogRecord> records, CancellationToken cancellation) => _journal.ReceiveAsync(records, cancellation);

    public ValueTask<byte[]> GetDigestsAsync(int disk, IReadOnlyList<long> blocks, CancellationToken cancellation)
    {
        lock (_clock)
        {
            BeforeDigests(); // several comparers ask
        }

        return _journal.GetDigestsAsync(disk, blocks, cancellation);
    }

    public ValueTask<long> NextDataAsync(int disk, long firstBlock, CancellationToken cancellation) =>
        _journal.NextDataAsync(disk, firstBlock, cancellation);

    public async ValueTask DisposeAsync()
    {
        if (_session is not null)
        {
            await _session.DisposeAsync();
        }

        Machine.Dispose();
        _journal.Dispose();
    }
}
