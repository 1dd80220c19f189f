using AsrFailback.Core.Errors;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Log;
using Xunit.Abstractions;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// A failover while the target's disk is full. To see it fail, leave the pin out of <c>RetentionJournal.Open</c> or
/// <c>RollBackTo</c>.
/// </summary>
public sealed class RollBackUnderPressureTests(ITestOutputHelper output)
{
    private const int Points = 5;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 8)]
    [InlineData(2, 3)]
    [InlineData(Points - 1, 4)]
    public void On_a_disk_that_is_full_at_any_operation_it_is_exact_or_refused_and_exact_later_and_its_point_stays(int target, int fullFor)
    {
        var (operations, refusals) = (0, 0);
        for (var operation = 1L; ; operation++, operations++)
        {
            using var story = new Story(operation, fullFor);
            var point = story.Model.Points[target];
            if (!story.FailOver(point.Point.Id, ref refusals))
            {
                break;
            }

            Assert.Empty(point.State.Differences(JournalFiles.OpenDisks(story.Disk)));
            Assert.Contains(point.Point, story.Journal.Points);
            story.AssertPoints();
        }

        output.WriteLine($"{operations} operations failed, {refusals} refusals");
        Assert.True(operations > 10, $"{operations}");
    }

    [Fact]
    public void A_disk_that_is_full_when_the_journal_is_opened_leaves_the_points_readable_and_what_is_owed_is_applied_later()
    {
        using var story = new Story(1, long.MaxValue / 2);
        story.Open(pinned: null);

        Assert.Equal(2, story.Journal.Points.Count);
        story.AssertPoints();
        Assert.Equal("TargetFull", Assert.Throws<AsrException>(() => story.Journal.Digests(0, 0, 1)).Error.Id);
        Assert.Equal("TargetFull", Assert.Throws<AsrException>(story.Journal.Settle).Error.Id);
        story.AssertPoints();

        story.Files.FullFrom = long.MaxValue;
        story.Journal.Settle();
        Assert.Equal(story.Model.Acknowledged, story.Journal.Acknowledged);
        Assert.Empty(story.Model.State.Differences(JournalFiles.OpenDisks(story.Disk)));
        story.AssertPoints();
    }

    [Fact]
    public void No_point_is_given_up_for_a_replica_whose_own_disk_is_full()
    {
        using var story = new Story(1, 0);
        var replicaIsFull = true;
        story.Decorate = files => new ObservedFileSystem(files, (operation, path) =>
        {
            if (replicaIsFull && operation == FileOperation.Write && path == JournalFiles.DiskPath(0))
            {
                throw ErrorCatalogue.Exception("DiskFull", path, "test");
            }
        });
        story.Open(pinned: null);
        Assert.Equal("TargetFull", Assert.Throws<AsrException>(story.Journal.Settle).Error.Id);

        Assert.Equal((Points, 0), (story.Journal.Points.Count, story.Journal.PointsGivenUp));
        replicaIsFull = false;
        story.Journal.Settle();
        Assert.Equal(Points, story.Journal.Points.Count);
        story.AssertPoints();
    }

    /// <summary>A journal with points, and records that are acknowledged and not applied, on a disk that fills up at an operation.</summary>
    private sealed class Story : IDisposable
    {
        private readonly RecordFactory _records = new(new Random(11), JournalFiles.DiskBytes) { SometimesZeros = false };
        private readonly Guid _latest;
        private readonly long _fullFrom;

        public Story(long fullFrom, long fullFor)
        {
            JournalFiles.Create(Disk, JournalFiles.DiskBytes);
            using (var journal = JournalFiles.Open(Disk))
            {
                Take(journal, _records.Of(LogRecordKind.SyncStarted), _records.SyncBlock(), _records.Of(LogRecordKind.SyncCompleted));
                for (var point = 0; point < Points; point++)
                {
                    Take(journal, _records.Mark(), _records.Write(), _records.Write());
                }
            }

            _latest = _records.NewId();
            _fullFrom = fullFrom;
            Files = new RationedFileSystem(Disk) { FlushesFail = false };
            (Files.FullFrom, Files.FullFor) = (fullFrom, fullFor);
            Journal = null!;
        }

        public SimulatedDisk Disk { get; } = new();

        public RationedFileSystem Files { get; }

        public Func<IFileSystem, IFileSystem> Decorate { get; set; } = files => files;

        public RetentionJournal Journal { get; private set; }

        public JournalModel Model { get; private set; } = new(new DiskState(JournalFiles.DiskBytes));

        public void Open(Guid? pinned)
        {
            var files = Decorate(Files);
            Journal = RetentionJournal.Open(files, JournalFiles.Folder, JournalFiles.Folder, JournalFiles.OpenDisks(files), new JournalOptions { Pinned = pinned });
        }

        /// <summary>What a failover does, again after every refusal; false when the disk never was full.</summary>
        public bool FailOver(Guid point, ref int refusals)
        {
            while (true)
            {
                try
                {
                    Journal?.Dispose();
                    Open(point);
                    Journal!.MarkLatest(_latest, DateTimeOffset.UnixEpoch, "latest");
                    Journal.ChangedSince(point);
                    Journal.RollBackTo(point);
                    Journal.Settle();
                    return Files.Operations >= _fullFrom;
                }
                catch (AsrException full) when (full.Error.Id == "TargetFull")
                {
                    refusals++;
                    AssertPoints();
                }
            }
        }

        public void AssertPoints()
        {
            foreach (var point in Journal.Points.Where(point => point.Id != _latest))
            {
                Assert.Empty(Model.Points.Single(expected => expected.Point == point).State.Differences(Journal.OpenPoint(point.Id)));
            }
        }

        public void Dispose() => Journal?.Dispose();

        private void Take(RetentionJournal journal, params LogRecord[] batch)
        {
            journal.Receive(batch);
            Model = Model.TakeStepwise(batch)[^1];
        }
    }
}
