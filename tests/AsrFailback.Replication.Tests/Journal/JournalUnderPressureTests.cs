using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Log;
using Xunit.Abstractions;

namespace AsrFailback.Replication.Tests;

/// <summary>A journal on a disk without room: what goes, in which order, and what never does.</summary>
public sealed class JournalUnderPressureTests(ITestOutputHelper output)
{
    private const int Seed = 20_261;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(20)]
    public void A_disk_that_is_full_at_any_operation_costs_old_points_at_most(int fullFor) => EveryOperation(fullFor, flushesFail: false, damage: false);

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void A_flush_that_finds_no_room_costs_old_points_at_most_too(int fullFor) => EveryOperation(fullFor, flushesFail: true, damage: false);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_disk_that_is_full_while_damage_is_mended_costs_old_points_at_most(int fullFor) => EveryOperation(fullFor, flushesFail: false, damage: true);

    [Fact]
    public void History_goes_before_anything_is_refused_and_the_oldest_point_goes_first()
    {
        using var bench = new Bench(points: 10);
        var before = bench.Journal.Points.ToArray();
        bench.Files.Capacity = bench.Files.Used;

        bench.Send();

        Assert.True(bench.Journal.PointsGivenUp > 0);
        var kept = bench.Journal.Points.SkipLast(1).ToArray(); // the last came with the batch
        Assert.InRange(kept.Length, 1, 9);
        Assert.Equal(before.TakeLast(kept.Length), kept);
        Assert.Empty(bench.Differences());
    }

    [Fact]
    public void Every_point_that_goes_gives_its_room_back()
    {
        // A file that is deleted while somebody holds it open keeps its room.
        using var bench = new Bench(points: 20);
        var perPoint = bench.Journal.HistoryBytes / 20;
        bench.Files.Capacity = bench.Files.Used;
        for (var count = 0; count < 8; count++)
        {
            bench.Send(mark: true);
            var deleted = bench.Files.Used - bench.Linked();
            Assert.True(deleted < perPoint, $"after {count + 1} batches {deleted} bytes of deleted files are in use; {bench.Journal.Points.Count} points are left");
        }

        Assert.True(bench.Journal.Points.Count >= 12, $"{bench.Journal.Points.Count} points are left");
        Assert.Empty(bench.Differences());
    }

    [Fact]
    public void A_target_that_is_full_for_days_holds_no_more_and_more_files_open()
    {
        using var bench = new Bench(points: 6);
        bench.Files.Capacity = 0; // nothing new fits any more
        bench.Refuse();
        var open = bench.Files.OpenFiles;
        for (var retry = 0; retry < 200; retry++)
        {
            bench.Refuse();
        }

        Assert.InRange(bench.Files.OpenFiles, 0, open + 8);
    }

    [Fact]
    public void A_pinned_point_and_the_two_newest_stay_and_the_target_goes_on_when_there_is_room()
    {
        using var bench = new Bench(points: 6);
        var pinned = bench.Journal.Points[3];
        bench.Journal.Pin(pinned.Id);
        bench.Files.Capacity = 0;
        bench.Refuse();

        Assert.Equal(pinned, bench.Journal.Points[0]);
        Assert.Equal(3, bench.Journal.Points.Count);
        bench.Journal.Unpin(pinned.Id);
        bench.Refuse();
        Assert.Equal(2, bench.Journal.Points.Count);
        Assert.Empty(bench.Differences());

        bench.Files.Capacity = long.MaxValue;
        bench.Again();
        Assert.True(bench.Journal.PointsGivenUp > 0);
        Assert.Equal(bench.Model.Acknowledged, bench.Journal.Acknowledged);
        Assert.Empty(bench.Differences());
    }

    [Fact]
    public async Task A_view_of_a_pinned_point_stays_exact_while_its_disk_is_full_again_and_again()
    {
        using var bench = new Bench(points: 5);
        var pinned = bench.Model.Points[1];
        bench.Journal.Pin(pinned.Point.Id);
        var views = bench.Journal.OpenPoint(pinned.Point.Id);
        using var stop = new CancellationTokenSource();
        var looks = 0;
        var reader = Task.Factory.StartNew(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    Assert.Empty(pinned.State.Differences(views));
                    Interlocked.Increment(ref looks);
                }
            },
            TaskCreationOptions.LongRunning);
        for (var round = 0; round < 300 && !reader.IsCompleted; round++)
        {
            (bench.Files.FullFrom, bench.Files.FullFor) = (bench.Files.Operations + 1 + (round % 23), 1 + (round % 5));
            bench.SendUntilTaken(mark: round % 3 == 0);
        }

        await stop.CancelAsync();
        await reader.OrFail();
        output.WriteLine($"{looks} looks");
        Assert.Empty(bench.Differences());
        Assert.Empty(pinned.State.Differences(views));
    }

    private void EveryOperation(int fullFor, bool flushesFail, bool damage)
    {
        var wrong = new List<string>();
        var (runs, refusals, dropped) = (0, 0, 0);
        for (var operation = 1L; ; operation++)
        {
            var run = new PressureRun(Seed + (int)(operation % 7), operation, fullFor, flushesFail, damage);
            var found = run.Run();
            if (found is not null)
            {
                wrong.Add($"operation {operation} ({run.Failed}): {found}");
            }
            else if (run.Failed is null)
            {
                break;
            }

            (runs, refusals, dropped) = (runs + 1, refusals + run.Refusals, dropped + run.Dropped);
        }

        output.WriteLine($"seed {Seed}: {runs} operations failed, {refusals} refusals, {dropped} points dropped, {wrong.Count} wrong");
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {runs}:{Environment.NewLine}{string.Join(Environment.NewLine, wrong.Take(12))}");
        Assert.True(runs > 50);
    }

    /// <summary>A journal with points of the same size on a disk with a ration.</summary>
    private sealed class Bench : IDisposable
    {
        private readonly SimulatedDisk _disk = new();
        private readonly RecordFactory _records = new(new Random(4), JournalFiles.DiskBytes) { SometimesZeros = false };
        private LogRecord[] _refused = [];

        public Bench(int points)
        {
            Files = new RationedFileSystem(_disk) { FlushesFail = false };
            JournalFiles.Create(Files, JournalFiles.DiskBytes);
            Journal = JournalFiles.Open(Files);
            Model = new JournalModel(new DiskState(JournalFiles.DiskBytes));
            for (var point = 0; point < points; point++)
            {
                Take(_records.Mark());
                Take(Everything());
                Journal.Settle();
            }
        }

        public RationedFileSystem Files { get; }

        public RetentionJournal Journal { get; }

        public JournalModel Model { get; private set; }

        public void Send(bool mark = false) => Take(mark ? [_records.Mark(), .. Everything(), _records.Mark()] : [.. Everything(), _records.Mark()]);

        public void SendUntilTaken(bool mark)
        {
            LogRecord[] batch = mark ? [.. Everything(), _records.Mark()] : Everything();
            while (Record.Exception(() => Journal.Receive(batch)) is { } refused)
            {
                Assert.Equal("TargetFull", Assert.IsType<AsrException>(refused).Error.Id);
            }

            Model = Model.TakeStepwise(batch)[^1];
        }

        public void Refuse()
        {
            _refused = _refused.Length == 0 ? [.. Everything(), _records.Mark()] : _refused;
            Assert.Equal("TargetFull", Assert.Throws<AsrException>(() => Journal.Receive(_refused)).Error.Id);
        }

        public void Again() => Take(_refused);

        /// <summary>Bytes of the files that can be seen.</summary>
        public long Linked() => Files.BytesOf(path => _disk.Exists(path));

        public IReadOnlyList<string> Differences() =>
        [
            .. Journal.Points.SelectMany(point => Model.Points.Single(expected => expected.Point == point).State
                .Differences(Journal.OpenPoint(point.Id)).Select(block => $"{point.Label} at {block}")),
        ];

        public void Dispose() => Journal.Dispose();

        private void Take(params LogRecord[] batch)
        {
            Assert.Equal(batch[^1].Position, Journal.Receive(batch));
            Model = Model.TakeStepwise(batch)[^1];
        }

        private LogRecord[] Everything() =>
        [
            .. JournalFiles.DiskBytes.SelectMany((bytes, disk) => Enumerable.Range(0, (int)Blocks.Count(bytes))
                .Select(block => _records.Write(disk, block * (long)Blocks.Size, Blocks.LengthOf(block, bytes)))),
        ];
    }
}
