using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Link;
using AsrFailback.Replication.Log;
using AsrFailback.Replication.Source;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// Every queue, log and field has a named limit, and hitting it is a visible state. To see it fail, remove the comparison
/// with <c>limitBytes</c> from <c>WriteQueue.Add</c>, or the call of <c>_redo.Fits</c> from <c>RetentionJournal.Accept</c>.
/// </summary>
public sealed class Invariant8_Nothing_unbounded
{
    [Fact]
    public async Task A_target_that_never_answers_does_not_stall_the_source_and_the_full_queue_is_visible()
    {
        await using var pair = new PairBench();
        var session = await pair.StartInOrderAsync();
        pair.Link.Hold();
        var megabyte = SourceBench.Bytes(RegionMap.RegionSize, 1);
        for (var written = 0L; written <= WriteSplitter.QueueLimit; written += megabyte.Length)
        {
            pair.Machine.Write(0, 0, megabyte);
            Assert.InRange(session.Status.QueuedBytes, 0, WriteSplitter.QueueLimit);
        }

        Assert.False(pair.Machine.Queue.IsOpen);
        Assert.Equal(ReplicationMode.IntentOnly, session.Status.Mode);
        var refused = await Assert.ThrowsAsync<AsrException>(() => session.MarkPointAsync(Guid.NewGuid(), "", PointConsistency.CrashConsistent, Patience.Token));
        Assert.Contains("IntentOnly", refused.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Marks_that_nobody_waits_for_any_more_are_not_remembered_when_they_arrive()
    {
        await using var pair = new PairBench();
        var session = await pair.StartInOrderAsync();
        pair.Link.Hold();
        using var impatient = new CancellationTokenSource();
        Task<RecoveryPoint>[] alone = [.. Enumerable.Range(0, 20).Select(_ => session.MarkPointAsync(Guid.NewGuid(), "", PointConsistency.CrashConsistent, impatient.Token))];
        var common = ReplicationSession.MarkCommonPointAsync([session], Guid.NewGuid(), "", PointConsistency.CrashConsistent, impatient.Token);
        Assert.Equal((21, 21), session.Waiting);
        await impatient.CancelAsync();
        foreach (var marking in alone.Append<Task>(common))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => marking.OrFail());
        }

        Assert.Equal((0, 0), session.Waiting);
        pair.Link.LetGo();
        await session.MarkPointAsync(Guid.NewGuid(), "last", PointConsistency.CrashConsistent, Patience.Token).OrFail();

        Assert.Equal(22, pair.Journal.Points.Count);
        Assert.Equal((0, 0), session.Waiting);
    }

    [Fact]
    public void The_redo_log_stays_within_its_capacity_while_records_keep_coming()
    {
        using var bench = new JournalBench([2 << 20]);
        for (var count = 0; count < 90; count++)
        {
            bench.Journal.Receive(bench.Records.Write(0, 0, 1 << 20));
        }

        Assert.InRange(RedoBytes(bench), 0, RedoLog.Capacity);
    }

    [Fact]
    public void The_redo_log_stays_within_its_capacity_whatever_the_size_of_a_batch()
    {
        using var bench = new JournalBench([2 << 20]);
        var batch = Enumerable.Range(0, 70).Select(_ => bench.Records.Write(0, 0, 1 << 20)).ToArray();

        Assert.True(Record.Exception(() => bench.Journal.Receive(batch)) is null or AsrException);
        Assert.InRange(RedoBytes(bench), 0, RedoLog.Capacity);
    }

    [Fact]
    public void Before_images_of_many_small_writes_are_not_held_in_memory_all_at_once()
    {
        // A write of one sector costs a before-image of 64 KiB: 640 of them are 40 MiB from 320 KiB received.
        const int Blocks640 = 640;
        var disk = new SimulatedDisk();
        var files = new MeasuringFileSystem(disk, path => path.EndsWith(".seg", StringComparison.Ordinal));
        files.CreateFolder(JournalFiles.Folder);
        RetentionJournal.Create(files, JournalFiles.Folder);
        var large = new PatternDisk(Blocks640 * Blocks.Size);
        using var journal = RetentionJournal.Open(files, JournalFiles.Folder, JournalFiles.Folder, [large]);
        var records = new RecordFactory(new Random(1), [Blocks640 * Blocks.Size]);
        journal.Receive(records.Mark());
        journal.Receive([.. Enumerable.Range(0, Blocks640).Select(block => records.Write(0, block * Blocks.Size, 512))]);
        journal.Settle();

        Assert.InRange(files.LargestWrite, Blocks.Size, 2 * RetentionJournal.ApplyThreshold);
    }

    [Theory]
    [InlineData(65)]
    [InlineData(300)]
    public async Task A_label_that_is_too_long_is_refused_where_the_point_is_asked_for(int length)
    {
        await using var pair = new PairBench();
        var session = await pair.StartInOrderAsync();

        var label = new string('x', length);
        var refused = Record.Exception(() => WriteSplitter.QueueCommonPoint([pair.Machine], Guid.NewGuid(), label, PointConsistency.CrashConsistent));

        Assert.IsType<AsrException>(refused);
        Assert.Equal(ReplicationMode.InOrder, session.Status.Mode);
    }

    [Fact]
    public async Task The_longest_label_of_the_widest_characters_arrives_whole()
    {
        var label = new string('한', LogRecord.MaxLabel);
        await using var pair = new PairBench();
        var session = await pair.StartInOrderAsync();
        await session.MarkPointAsync(Guid.NewGuid(), label, PointConsistency.AppConsistent, Patience.Token).OrFail();
        pair.Journal.Dispose();
        using var again = JournalFiles.Open(pair.TargetDisk);

        Assert.Equal((label, PointConsistency.AppConsistent), (again.Points[0].Label, again.Points[0].Consistency));
    }

    [Theory]
    [InlineData((1 << 20) + 512)]
    [InlineData(2 << 20)]
    [InlineData(0)]
    public async Task A_write_of_any_size_is_replicated_or_refused_before_anything_changes(int length)
    {
        var pair = new PairBench();
        var session = await pair.StartInOrderAsync();
        var position = pair.Machine.Position;

        if (Record.Exception(() => pair.Machine.Write(0, 0, SourceBench.Bytes(length, 1))) is { } refused)
        {
            Assert.True(refused is AsrException or ArgumentException, $"{refused}");
            Assert.Equal(position, pair.Machine.Position);
        }

        pair.Machine.Write(1, 0, SourceBench.Bytes(512, 2));
        await session.DrainAsync(new CancellationTokenSource(20_000).Token).OrFail();
        Assert.Empty(pair.Differences());
        await pair.DisposeAsync();
    }

    private static long RedoBytes(JournalBench bench)
    {
        using var file = bench.Disk.Open(Path.Combine(JournalFiles.Folder, "redo.log"), IO.FileOpening.ReadOnly);
        return file.Length;
    }
}
