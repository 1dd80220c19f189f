using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Tests;

/// <summary>A journal on a simulated disk with its reference model, for tests that tell a story step by step.</summary>
internal sealed class JournalBench : IDisposable
{
    public JournalBench(IReadOnlyList<long>? diskBytes = null, bool encrypted = false)
    {
        DiskBytes = diskBytes ?? JournalFiles.DiskBytes;
        JournalFiles.Create(Disk, DiskBytes, encrypted);
        Files = Disk;
        Records = new RecordFactory(new Random(7), DiskBytes) { SometimesZeros = false };
        Model = new JournalModel(new DiskState(DiskBytes));
        Journal = JournalFiles.Open(Files, DiskBytes.Count);
    }

    public SimulatedDisk Disk { get; private set; } = new();

    public IFileSystem Files { get; private set; }

    public IReadOnlyList<long> DiskBytes { get; }

    public RecordFactory Records { get; }

    public JournalModel Model { get; private set; }

    public RetentionJournal Journal { get; private set; }

    /// <summary>Sends records to the journal and to the model.</summary>
    public void Receive(params IReadOnlyList<LogRecord> records)
    {
        Journal.Receive(records);
        Model = Model.TakeStepwise(records)[^1];
    }

    /// <summary>Sends a mark alone.</summary>
    public RecoveryPoint Mark()
    {
        var mark = Records.Mark();
        Receive(mark);
        return mark.Point!;
    }

    /// <summary>The process ends and starts again; nothing is lost.</summary>
    public void Reopen(Func<SimulatedDisk, IFileSystem>? decorate = null)
    {
        Journal.Dispose();
        Files = decorate?.Invoke(Disk) ?? Files;
        Journal = JournalFiles.Open(Files, DiskBytes.Count);
    }

    /// <summary>The power fails, keeping as little as it may.</summary>
    public void CutPower(int seed)
    {
        Files = Disk = Disk.Crash(new Random(seed));
        Journal = JournalFiles.Open(Files, DiskBytes.Count);
    }

    /// <summary>The blocks at which a listed point differs from the model.</summary>
    public IReadOnlyList<string> DifferencesAt(Guid point) =>
        Names(Model.Points.Single(expected => expected.Point.Id == point).State.Differences(Journal.OpenPoint(point)));

    /// <summary>The blocks at which the replica differs from the model.</summary>
    public IReadOnlyList<string> ReplicaDifferences()
    {
        Journal.Settle();
        return Names(Model.State.Differences(JournalFiles.OpenDisks(Files, DiskBytes.Count)));
    }

    public void Dispose() => Journal.Dispose();

    private static string[] Names(IEnumerable<Disks.BlockAddress> blocks) => [.. blocks.Select(block => block.ToString())];
}
