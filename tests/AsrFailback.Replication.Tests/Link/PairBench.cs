using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Link;
using AsrFailback.Replication.Source;

namespace AsrFailback.Replication.Tests;

/// <summary>A source and a target with a link between them.</summary>
internal sealed class PairBench : IAsyncDisposable
{
    private readonly Func<IReplicationTarget, IReplicationTarget> _through;
    private readonly Func<IBlockDevice, IBlockDevice> _over;

    /// <summary>Prepares both sides; nothing runs yet.</summary>
    /// <param name="marked">The regions that may differ; all of them when not given.</param>
    /// <param name="through">What is between the link and the target.</param>
    /// <param name="over">What is above the images of both sides.</param>
    public PairBench(RegionMap? marked = null, Func<IReplicationTarget, IReplicationTarget>? through = null, Func<IBlockDevice, IBlockDevice>? over = null)
    {
        (_through, _over) = (through ?? (target => target), over ?? (disk => disk));
        Source = new SourceBench(marked);
        JournalFiles.Create(TargetDisk, SourceBench.DiskBytes);
        Journal = OpenJournal();
        Link = new TestLink(_through(Journal));
        Machine = Source.Open(over: _over);
    }

    public SourceBench Source { get; }

    public SimulatedDisk TargetDisk { get; } = new();

    public RetentionJournal Journal { get; private set; }

    public TestLink Link { get; private set; }

    public WriteSplitter Machine { get; private set; }

    public ReplicationSession? Session { get; private set; }

    public ReplicationSession Start() => Session = new ReplicationSession(Machine, Link, new InstantClock());

    /// <summary>Starts and waits until the target follows in order.</summary>
    public async Task<ReplicationSession> StartInOrderAsync()
    {
        var session = Start();
        await session.WaitUntilInOrderAsync(Patience.Token).OrFail();
        return session;
    }

    /// <summary>The source process ends and starts again over what its disk holds now.</summary>
    public async Task RestartSourceAsync(SimulatedDisk? left = null)
    {
        await StopAsync();
        Source.Disk = left ?? Source.Disk;
        Machine = Source.Open(over: _over);
        Link = new TestLink(_through(Journal));
    }

    /// <summary>The target is opened again, perhaps as one that somebody else may have written; the session must have ended.</summary>
    public void ReopenTarget(JournalOptions? options = null)
    {
        Journal.Dispose();
        Journal = OpenJournal(options);
        Link = new TestLink(_through(Journal));
    }

    public async Task StopAsync()
    {
        if (Session is not null)
        {
            await Session.DisposeAsync();
            Session = null;
        }

        Machine.Dispose();
    }

    /// <summary>Where the target's replica differs from the source's disks.</summary>
    public IReadOnlyList<string> Differences()
    {
        Journal.Settle();
        var (source, target) = (SourceBench.OpenDisks(Source.Disk), JournalFiles.OpenDisks(TargetDisk));
        return [.. source
            .Select((disk, index) => (index, at: CommonLength(disk, target[index]), disk.Length))
            .Where(one => one.at < one.Length)
            .Select(one => $"disk {one.index} at byte {one.at}")];
    }

    private RetentionJournal OpenJournal(JournalOptions? options = null) =>
        RetentionJournal.Open(TargetDisk, JournalFiles.Folder, JournalFiles.Folder, [.. JournalFiles.OpenDisks(TargetDisk).Select(_over)], options);

    private static int CommonLength(IBlockDevice one, IBlockDevice other) =>
        SourceBench.ReadAll(one).AsSpan().CommonPrefixLength(SourceBench.ReadAll(other));

    public async ValueTask DisposeAsync()
    {
        Link.LetGo();
        await StopAsync();
        Journal.Dispose();
    }
}
