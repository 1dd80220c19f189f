using AsrFailback.Core.Errors;
using AsrFailback.Engine.Jobs;
using AsrFailback.Engine.Operations;
using AsrFailback.Replication.Disks;

namespace AsrFailback.Engine.Drill;

/// <summary>What the steps of a running drill share: the workload, the witness, and how both look at the engine.</summary>
internal sealed class DrillStage : IAsyncDisposable
{
    private const string Item = SiteBuilder.Machine;

    private readonly FailbackEngine _engine;
    private readonly DrillOptions _options;
    private readonly byte[][] _baselines;

    public DrillStage(FailbackEngine engine, DrillOptions options, DrillLayout layout)
    {
        (_engine, _options, Layout) = (engine, options, layout);
        _baselines = [.. layout.Disks.Select((_, disk) => Baseline.Load(engine.Options.Files, SiteBuilder.BaselinePath(engine.ParentFolder, disk)))];
        Witness = new WitnessLog(engine.Options.Files, Path.Combine(engine.ParentFolder, "witness", "witness.log"), engine.Options.Clock);
        Workload = new Workload(() => engine.OpenMachine(Item), Witness, layout, options.Seed, engine.Options.Clock);
    }

    /// <summary>What was built.</summary>
    public DrillLayout Layout { get; }

    /// <summary>The log outside the machine.</summary>
    public WitnessLog Witness { get; }

    /// <summary>The application on the machine.</summary>
    public Workload Workload { get; }

    /// <summary>The point of the test failover.</summary>
    public async Task<RecoveryPoint> TestPointAsync()
    {
        var test = _engine.RuntimeOf(Item).State.Facts.TestFailover ?? throw ErrorCatalogue.Exception("NoTestFailover", Item);
        return (await _engine.GetRecoveryPointsAsync(Item).ConfigureAwait(false)).Single(point => point.Id == test.PointId);
    }

    /// <summary>The test machine writes over the beginning of each of its disks, and reads it back.</summary>
    public void WriteOnTestMachine()
    {
        var content = new byte[1 << 20];
        var found = new byte[content.Length];
        SeededContent.Fill(content, _options.Seed, long.MaxValue);
        foreach (var disk in _engine.OpenTestMachine(Item))
        {
            var length = (int)Math.Min(content.Length, disk.Length);
            disk.Write(0, content.AsSpan(0, length));
            disk.Read(0, found.AsSpan(0, length));
            disk.Dispose();
            if (!found.AsSpan(0, length).SequenceEqual(content.AsSpan(0, length)))
            {
                throw ErrorCatalogue.Exception("DrillNotVerified", "the test machine does not read what it wrote");
            }
        }
    }

    /// <summary>Notes the failover that the engine just did: what is newer than its point was given up.</summary>
    public RecoveryPoint RecordFailover()
    {
        var point = _engine.RuntimeOf(Item).State.Facts.FailoverPoint!;
        Witness.Append(new WitnessEntry(WitnessKind.Failover, 0, 0, 0, point.Position));
        Witness.Flush();
        return point;
    }

    /// <summary>The position of the last failover.</summary>
    public LogPosition LastFailover() => Witness.Entries.Last(entry => entry.Kind == WitnessKind.Failover).Position;

    /// <summary>Everything before the first failover: what the old source did.</summary>
    public IReadOnlyList<WitnessEntry> EntriesBeforeFailover() =>
        [.. Witness.Entries.TakeWhile(entry => entry.Kind != WitnessKind.Failover)];

    /// <summary>Lets the workload go on and waits for so many writes.</summary>
    public async Task GoOnAsync(int writes, TaskContext context)
    {
        await Workload.ResumeAsync().ConfigureAwait(false);
        await Workload.WaitForWritesAsync(writes, context.Cancellation).ConfigureAwait(false);
    }

    /// <summary>Waits until replication follows in order.</summary>
    public Task WaitUntilInOrderAsync(TaskContext context) =>
        ReplicationProgress.WaitUntilInOrderAsync(
            _engine.RuntimeOf(Item).Session ?? throw ErrorCatalogue.Exception("ReplicationNotInOrder", Item, ReplicationMode.Stopped), context);

    /// <summary>Compares disks with the witness at a position, and closes them.</summary>
    public ComparisonResult Compare(IReadOnlyList<IBlockDevice> disks, LogPosition position, CancellationToken cancellation)
    {
        try
        {
            return new DiskComparison(_baselines, WitnessModel.At(Witness.Entries, position), _options.Seed).Run(disks, cancellation);
        }
        finally
        {
            foreach (var disk in disks)
            {
                disk.Dispose();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Workload.DisposeAsync().ConfigureAwait(false);
        Witness.Dispose();
    }
}
