using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Link;
using AsrFailback.Replication.Source;
using Xunit.Abstractions;

namespace AsrFailback.Replication.Tests;

/// <summary>A whole replication whose target's disk fills up, in memory and on a file system that is really full.</summary>
public sealed class FullTargetTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_full_target_never_holds_the_machine_up_and_gets_everything_when_there_is_space_again()
    {
        var files = new RationedFileSystem(new SimulatedDisk()) { FlushesFail = false };
        await using var pair = new Pair(files, "/target");
        await pair.PointsAsync(6);
        files.Capacity = 0;
        pair.Write(20);
        await UntilAsync(() => pair.Session.Status.Mode == ReplicationMode.Disconnected);
        Assert.Equal("TargetFull", pair.Session.Refusal?.Id);
        Assert.Equal(2, pair.Journal.Points.Count);
        Assert.Null(pair.Session.Failure);

        pair.Overflow();
        await UntilAsync(() => pair.Session.Status.Mode == ReplicationMode.IntentOnly);
        Assert.Empty(pair.PointDifferences());
        files.Capacity = long.MaxValue;
        await pair.Session.DrainAsync(Patience.Token).OrFail();

        Assert.Null(pair.Session.Failure);
        Assert.True(pair.Journal.PointsGivenUp > 0);
        await pair.PointsAsync(2);
        Assert.Empty(pair.PointDifferences());
        Assert.InRange(pair.Journal.Points.Count, 4, 5); // perhaps with what came in order before the queue overflowed
    }

    [MountedDiskFact]
    public async Task On_a_disk_that_is_really_full_the_oldest_points_make_room_for_the_newest_again_and_again()
    {
        using var mounted = new MountedDisk(16);
        await using var pair = new Pair(new LocalFileSystem(), mounted.Path);
        var fewest = int.MaxValue;
        for (var point = 0; point < 60; point++)
        {
            await pair.PointsAsync(1, orFull: false);
            fewest = point >= 12 ? Math.Min(fewest, pair.Journal.Points.Count) : fewest;
        }

        output.WriteLine($"{fewest} points at least, {pair.Journal.Points.Count} at the end, {mounted.FreeBytes} bytes free, {pair.Journal.PointsGivenUp} given up");
        Assert.True(pair.Journal.PointsGivenUp > 0);
        Assert.Empty(pair.PointDifferences());
        Assert.True(fewest >= 5, $"only {fewest} points were kept where there is room for more");
    }

    [MountedDiskFact]
    public async Task On_a_disk_that_somebody_else_fills_replication_waits_and_goes_on_when_the_file_is_gone()
    {
        using var mounted = new MountedDisk(16);
        await using var pair = new Pair(new LocalFileSystem(), mounted.Path);
        await pair.PointsAsync(4);
        Fill(mounted["ballast"]);
        pair.Write(10);
        for (var count = 0; count < 20 && pair.Session.Status.Mode != ReplicationMode.Disconnected; count++)
        {
            pair.Write(40);
            Fill(mounted["ballast"]);
            await Task.Yield();
        }

        await UntilAsync(() => pair.Session.Refusal is not null || Refill(mounted["ballast"]));
        Assert.Null(pair.Session.Failure);
        Assert.Empty(pair.PointDifferences());
        File.Delete(mounted["ballast"]);
        await pair.Session.DrainAsync(Patience.Token).OrFail();

        await pair.PointsAsync(1);
        Assert.Empty(pair.PointDifferences());
    }

    private static bool Refill(string path)
    {
        Fill(path);
        return false;
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var page = new byte[4096];
        while (Record.Exception(() => file.Write(page)) is null)
        {
            // Until nothing fits any more.
        }
    }

    private static Task UntilAsync(Func<bool> condition) => Task.Run(async () =>
    {
        while (!condition())
        {
            await Task.Yield();
        }
    }).OrFail();

    /// <summary>A source in memory and a target under pressure, with what every point must hold.</summary>
    private sealed class Pair : IAsyncDisposable
    {
        private readonly Random _random = new(8);
        private readonly byte[][] _content = [.. SourceBench.DiskBytes.Select(bytes => new byte[bytes])];
        private readonly Dictionary<Guid, byte[][]> _points = [];

        public Pair(IFileSystem files, string folder)
        {
            files.CreateFolder(Path.Combine(folder, "journal"));
            RetentionJournal.Create(files, Path.Combine(folder, "journal"));
            for (var disk = 0; disk < SourceBench.DiskBytes.Count; disk++)
            {
                using var image = files.Open(Path.Combine(folder, $"disk-{disk}.img"), FileOpening.CreateNew);
                image.SetLength(SourceBench.DiskBytes[disk]);
            }

            IBlockDevice[] disks = [.. SourceBench.DiskBytes.Select((_, disk) => RawImage.Open(files, Path.Combine(folder, $"disk-{disk}.img"), writable: true))];
            Journal = RetentionJournal.Open(files, Path.Combine(folder, "journal"), Path.Combine(folder, "journal"), disks);
            Machine = new SourceBench().Open();
            for (var disk = 0; disk < _content.Length; disk++)
            {
                _random.NextBytes(_content[disk]);
                Machine.Write(disk, 0, _content[disk]);
            }

            Session = new ReplicationSession(Machine, Journal, new InstantClock());
        }

        public WriteSplitter Machine { get; }

        public RetentionJournal Journal { get; }

        public ReplicationSession Session { get; }

        public void Write(int count)
        {
            for (var write = 0; write < count; write++)
            {
                var disk = _random.Next(_content.Length);
                var data = new byte[512 * _random.Next(1, 60)];
                _random.NextBytes(data);
                var offset = 512 * _random.Next((_content[disk].Length - data.Length) / 512);
                Machine.Write(disk, offset, data);
                data.CopyTo(_content[disk].AsSpan(offset));
            }
        }

        public void Overflow()
        {
            for (var count = 0L; count <= WriteSplitter.QueueLimit / _content[1].Length; count++)
            {
                _random.NextBytes(_content[1]);
                Machine.Write(1, 0, _content[1]);
            }
        }

        public async Task PointsAsync(int count, bool orFull = true)
        {
            await Session.WaitUntilInOrderAsync(Patience.Token).OrFail();
            for (var point = 0; point < count; point++)
            {
                Write(12);
                var id = Guid.NewGuid();
                var marking = Session.MarkPointAsync(id, $"{_points.Count}", PointConsistency.CrashConsistent, Patience.Token);
                await UntilAsync(() => marking.IsCompleted || (!orFull && Session.Refusal is not null));
                Assert.True(marking.IsCompleted, $"point {_points.Count}: {Session.Refusal?.Message} {Journal.Points.Count} points, {Journal.HistoryBytes} bytes of history");
                await marking;
                _points.Add(id, [.. _content.Select(disk => (byte[])disk.Clone())]);
            }
        }

        /// <summary>The listed points that are not what they were.</summary>
        public IReadOnlyList<string> PointDifferences() =>
        [
            .. Journal.Points.Where(point => _points.ContainsKey(point.Id) && !Journal.OpenPoint(point.Id).Zip(_points[point.Id])
                .All(pair => SourceBench.ReadAll(pair.First).AsSpan().SequenceEqual(pair.Second))).Select(point => point.Label),
        ];

        public async ValueTask DisposeAsync()
        {
            await Session.DisposeAsync();
            Machine.Dispose();
            Journal.Dispose();
        }
    }
}
