using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Link;
using AsrFailback.Replication.Source;

namespace AsrFailback.Replication.Tests;

/// <summary>A source and a target with a link between them.</summary>
internal sealed class PairBench : IAsyncDisposable
{
    public PairBench(RegionMap? marked = null)
    {
        Source = new SourceBench(marked);
        JournalFiles.Create(TargetDisk, SourceBench.DiskBytes);
        Journal = JournalFiles.Open(TargetDisk);
        Link = new TestLink(Journal);
        Machine = Source.Open();
    }

    public SourceBench Source { get; }

    public SimulatedDisk TargetDisk { get; } = new();

    public RetentionJournal Journal { get; }

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
        Machine = Source.Open();
        Link = new TestLink(Journal);
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

    private static int CommonLength(Disks.IBlockDevice one, Disks.IBlockDevice other) =>
        SourceBench.ReadAll(one).AsSpan().CommonPrefixLength(SourceBench.ReadAll(other));

    public async ValueTask DisposeAsync()
    {
        Link.LetGo();
        await StopAsync();
        Journal.Dispose();
    }
}
