using AsrFailback.Core.Errors;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// Long stretches of a first synchronisation are written while more records are taken. Nobody may see the difference: to see
/// these fail, remove a call of <c>WaitFor</c> or <c>Finish</c> from <c>Replica</c>, or the retry from <c>WritesUnderWay</c>.
/// </summary>
public sealed class WritesUnderWayTests
{
    private const int Stretch = 8; // blocks, long enough to be written by itself
    private const int StretchBytes = Stretch * Blocks.Size;

    [Fact]
    public void Records_are_taken_while_the_disk_hangs_and_the_end_is_acknowledged_when_it_has_written()
    {
        using var bench = new Bench();
        bench.Journal.Receive(bench.Records.Of(LogRecordKind.SyncStarted));
        bench.Disk.Hang();
        bench.Journal.Receive(bench.Stretch(0)); // returns
        bench.Disk.UntilItHangs();
        var end = bench.Records.Of(LogRecordKind.SyncCompleted);

        var (before, meanwhile) = (bench.RedoLog(), Array.Empty<byte>());
        Assert.True(bench.Disk.IsWaitedForBy(() => bench.Journal.Receive(end), () => meanwhile = bench.RedoLog()));
        Assert.True(before.AsSpan().SequenceEqual(meanwhile)); // else a crash would leave an end without what belongs before it
        Assert.Equal(end.Position, bench.Journal.Acknowledged);
        bench.RequireContent();
    }

    [Fact]
    public void Memory_that_a_write_under_way_holds_is_not_used_for_anything_else()
    {
        using var bench = new Bench();
        var frames = new AlignedMemory(StretchBytes);
        bench.Journal.Receive(bench.Records.Of(LogRecordKind.SyncStarted));
        bench.Disk.Hang();
        var piece = frames.Rent();
        bench.Journal.Receive(In(piece, bench.Stretch(0)));
        bench.Disk.UntilItHangs();
        piece.LetGo(); // the frame is done with

        var next = frames.Rent();
        Assert.NotSame(piece, next);
        next.GetSpan().Fill(1);
        bench.Disk.IsWaitedForBy(() => bench.Journal.Receive(bench.Records.Of(LogRecordKind.SyncCompleted)));
        bench.RequireContent();
        Assert.Same(piece, frames.Rent()); // once it is written
    }

    [Fact]
    public void What_overlaps_a_write_that_is_under_way_comes_after_it()
    {
        using var bench = new Bench();
        bench.Journal.Receive(bench.Records.Of(LogRecordKind.SyncStarted));
        bench.Disk.Hang();
        bench.Journal.Receive(bench.Stretch(0));
        bench.Disk.UntilItHangs();

        Assert.True(bench.Disk.IsWaitedForBy(() => bench.Journal.Receive(bench.Write(3 * Blocks.Size, 5_120))));
        bench.Journal.Receive(bench.Records.Of(LogRecordKind.SyncCompleted));
        bench.RequireContent();
    }

    [Fact]
    public async Task The_digest_of_a_block_waits_for_its_content_and_that_of_others_does_not()
    {
        using var bench = new Bench();
        bench.Journal.Receive(bench.Records.Of(LogRecordKind.SyncStarted));
        bench.Disk.Hang();
        bench.Journal.Receive(bench.Stretch(0));
        bench.Disk.UntilItHangs();
        Assert.Equal(Blocks.Digest(new byte[Blocks.Size]), bench.Journal.Digests(0, Stretch, 1));
        Assert.Equal(0, await bench.Journal.NextDataAsync(0, 0, CancellationToken.None));
        byte[] digest = [];

        Assert.True(bench.Disk.IsWaitedForBy(() => digest = bench.Journal.Digests(0, 1, 1)));
        Assert.Equal(Blocks.Digest(bench.Expected.AsSpan(Blocks.Size, Blocks.Size)), digest);
    }

    [Fact]
    public void A_write_that_failed_for_want_of_room_is_owed_and_nothing_is_acknowledged_before_it_is_made()
    {
        using var bench = new Bench();
        bench.Journal.Receive(bench.Records.Of(LogRecordKind.SyncStarted));
        bench.Disk.IsFull = true;
        bench.Journal.Receive(bench.Stretch(0));
        var before = bench.Journal.Acknowledged;
        var end = bench.Records.Of(LogRecordKind.SyncCompleted);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            Assert.Equal("TargetFull", Assert.Throws<AsrException>(() => bench.Journal.Receive(end)).Error.Id);
            Assert.Equal(before, bench.Journal.Acknowledged);
        }

        bench.Disk.IsFull = false;

        Assert.Equal(end.Position, bench.Journal.Receive(end));
        bench.RequireContent();
    }

    [Fact]
    public void A_write_that_fails_otherwise_breaks_the_journal_and_is_not_acknowledged()
    {
        using var bench = new Bench();
        bench.Journal.Receive(bench.Records.Of(LogRecordKind.SyncStarted));
        bench.Disk.Fails = true;
        bench.Journal.Receive(bench.Stretch(0));
        var before = bench.Journal.Acknowledged;

        Assert.Equal("FileError", Assert.Throws<AsrException>(() => bench.Journal.Receive(bench.Records.Of(LogRecordKind.SyncCompleted))).Error.Id);
        Assert.True(bench.Journal.IsBroken);
        Assert.Equal(before, bench.Journal.Acknowledged);
    }

    [Fact]
    public void No_more_is_held_than_its_limit_says()
    {
        var underWay = new WritesUnderWay();
        using var goesOn = new ManualResetEventSlim();
        var (begun, running, most) = (0, 0, 0);
        var beginning = new Thread(() =>
        {
            for (var index = 0; index < 3 * WritesUnderWay.MostHeld; index++)
            {
                underWay.Begin(0, new DataRange(index, 1), () =>
                {
                    InterlockedMax(ref most, Interlocked.Increment(ref running));
                    goesOn.Wait(Patience.Token);
                    Interlocked.Decrement(ref running);
                });
                Interlocked.Increment(ref begun);
            }
        });
        beginning.Start();
        SpinWait.SpinUntil(() => beginning.ThreadState.HasFlag(ThreadState.WaitSleepJoin) && Volatile.Read(ref running) == WritesUnderWay.MostThreads);

        Assert.Equal(WritesUnderWay.MostHeld, begun);
        goesOn.Set();
        beginning.Join();
        underWay.Finish();
        Assert.Equal((3 * WritesUnderWay.MostHeld, 0, WritesUnderWay.MostThreads), (begun, running, most));
    }

    [Fact]
    public void Threads_that_have_nothing_to_do_are_used_again()
    {
        var (underWay, threads) = (new WritesUnderWay(), new HashSet<Thread>());
        for (var index = 0; index < 100; index++)
        {
            underWay.Begin(0, new DataRange(0, 1), () =>
            {
                lock (threads)
                {
                    threads.Add(Thread.CurrentThread);
                }
            });
            underWay.Finish();
        }

        Assert.InRange(threads.Count, 1, WritesUnderWay.MostThreads);
    }

    [Fact]
    public void Any_order_of_long_and_short_overlapping_records_ends_as_if_each_had_been_written_at_once()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            using var bench = new Bench();
            var random = new Random(seed);
            bench.Journal.Receive(bench.Records.Of(LogRecordKind.SyncStarted));
            for (var batch = 0; batch < 20; batch++)
            {
                bench.Journal.Receive([.. Enumerable.Range(0, random.Next(1, 4)).SelectMany(_ => random.Next(3) == 0
                    ? [bench.Write(random.Next((Bench.DiskBytes - 65_536) / 512) * 512, 512 * random.Next(1, 128))]
                    : bench.Stretch(random.Next(Bench.DiskBlocks - Stretch)))]);
            }

            bench.Journal.Receive(bench.Records.Of(LogRecordKind.SyncCompleted));
            bench.RequireContent();
            bench.Journal.CompleteDigests();
            for (var block = 0; block < Bench.DiskBlocks; block++)
            {
                Assert.Equal(Blocks.Digest(bench.Expected.AsSpan(block * Blocks.Size, Blocks.Size)), bench.Journal.Digests(0, block, 1));
            }
        }
    }

    // The records' data, one behind the other as in a frame.
    private static LogRecord[] In(AlignedMemory.Piece piece, LogRecord[] records)
    {
        var rest = piece.Memory;
        for (var index = 0; index < records.Length; index++)
        {
            records[index].Data.CopyTo(rest);
            (records[index], rest) = (records[index] with { Data = rest[..records[index].Data.Length] }, rest[records[index].Data.Length..]);
        }

        return records;
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen && Interlocked.CompareExchange(ref most, value, seen) != seen; seen = Volatile.Read(ref most))
        {
        }
    }

    private sealed class Bench : IDisposable
    {
        public const int DiskBlocks = 64;
        public const int DiskBytes = DiskBlocks * Blocks.Size;

        private readonly TempFolder _folder = new();

        public Bench()
        {
            var files = new LocalFileSystem();
            var image = Path.Combine(_folder.Path, "disk.img");
            RawImage.Create(files, image, DiskBytes);
            Disk = new DiskInTrouble(RawImage.Open(files, image, writable: true));
            RetentionJournal.Create(files, _folder.Path);
            Journal = RetentionJournal.Open(files, _folder.Path, _folder.Path, [Disk]);
            Records = new RecordFactory(new Random(1), [DiskBytes]) { SometimesZeros = false };
        }

        public DiskInTrouble Disk { get; }

        public RetentionJournal Journal { get; }

        public RecordFactory Records { get; }

        public byte[] Expected { get; } = new byte[DiskBytes];

        public LogRecord Write(int offset, int length)
        {
            var record = Records.Write(0, offset, length);
            record.Data.CopyTo(Expected.AsMemory(offset));
            return record;
        }

        public LogRecord[] Stretch(int firstBlock) =>
            [.. Enumerable.Range(firstBlock, WritesUnderWayTests.Stretch).Select(block => Write(block * Blocks.Size, Blocks.Size) with { Kind = LogRecordKind.SyncBlock })];

        public byte[] RedoLog() => File.ReadAllBytes(RetentionJournal.RedoPath(_folder.Path));

        public void RequireContent()
        {
            var content = new byte[DiskBytes];
            Disk.Read(0, content);
            Assert.True(content.AsSpan().SequenceEqual(Expected));
        }

        public void Dispose()
        {
            Journal.Dispose();
            _folder.Dispose();
        }
    }

    /// <summary>A disk whose long writes hang or fail when they are told to.</summary>
    private sealed class DiskInTrouble(IBlockDevice disk) : IBlockDevice
    {
        private readonly ManualResetEventSlim _hangs = new();
        private readonly ManualResetEventSlim _goesOn = new(initialState: true);

        public long Length => disk.Length;

        public bool IsFull { get; set; }

        public bool Fails { get; set; }

        public void Hang() => _goesOn.Reset();

        public void UntilItHangs() => _hangs.Wait(Patience.Token);

        /// <summary>Whether an action waits for the write that hangs, which goes on then; the action has ended when this returns.</summary>
        public bool IsWaitedForBy(Action action, Action? meanwhile = null)
        {
            var thread = new Thread(() => action());
            thread.Start();
            SpinWait.SpinUntil(() => !thread.IsAlive || thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin));
            var waits = thread.IsAlive;
            meanwhile?.Invoke();
            _goesOn.Set();
            thread.Join();
            return waits;
        }

        public void Read(long offset, Span<byte> buffer) => disk.Read(offset, buffer);

        public void Write(long offset, ReadOnlySpan<byte> bytes) => disk.Write(offset, bytes);

        public void WriteUncached(long offset, IReadOnlyList<ReadOnlyMemory<byte>> pieces)
        {
            _hangs.Set();
            _goesOn.Wait(Patience.Token);
            if (IsFull || Fails)
            {
                throw ErrorCatalogue.Exception(IsFull ? "DiskFull" : "FileError", "disk.img", "no");
            }

            disk.WriteUncached(offset, pieces);
        }

        public DataRange? NextData(long offset) => disk.NextData(offset);

        public void Clear(long offset, long count) => disk.Clear(offset, count);

        public void Flush() => disk.Flush();

        public void Dispose()
        {
            _goesOn.Set();
            disk.Dispose();
            _hangs.Dispose();
            _goesOn.Dispose();
        }
    }
}
