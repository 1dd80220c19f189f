using AsrFailback.Core.Errors;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;
using Xunit.Abstractions;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// A machine runs on the disks of a replica whose points may still be wanted. To see it fail: write the disk before the
/// history in <c>UndoableDisk.Write</c>, or leave the flush out of <c>HistorySegment.Commit</c>.
/// </summary>
public sealed class UndoableDiskTests(ITestOutputHelper output)
{
    private const int Points = 4;

    [Theory]
    [Requirement("FO-07")]
    [InlineData(false)]
    [InlineData(true)]
    public void Wherever_the_power_fails_or_the_process_ends_every_listed_point_is_exact_and_can_be_gone_to(bool killed)
    {
        var (cuts, wrong) = (0, new List<string>());
        for (var seed = 0; seed < Scale.Of(150, 3000); seed++)
        {
            var random = new Random(seed);
            var (disk, states) = Prepared(random);
            for (var life = 0; life < 4 && wrong.Count == 0; life++)
            {
                if (!Run(disk, random, random.Next(1, 60)))
                {
                    cuts++;
                }

                disk = killed ? disk : disk.Crash(random);
                wrong.AddRange(Compare(disk, states).Select(one => $"seed {seed}, life {life}: {one}"));
                RollBack(disk, random, states, wrong);
            }
        }

        output.WriteLine($"{cuts} lives were cut");
        Assert.True(cuts > 100, $"{cuts}");
        Assert.Empty(wrong);
    }

    [Fact]
    [Requirement("FO-07")]
    public void A_block_is_saved_once_and_all_blocks_of_a_write_with_one_flush()
    {
        var (disk, _) = Prepared(new Random(1));
        var flushes = 0;
        var files = new ObservedFileSystem(disk, (operation, path) => flushes += operation == FileOperation.Flush && path.EndsWith(".seg", StringComparison.Ordinal) ? 1 : 0);
        using var journal = JournalFiles.Open(files);
        using var device = new UndoableDisk(JournalFiles.OpenDisks(files)[0], 0, new KeptPoints(journal, long.MaxValue, _ => { }));
        var history = journal.HistoryBytes;
        flushes = 0;

        device.Write(512, new byte[3 * Blocks.Size]);
        var (first, saved) = (flushes, journal.HistoryBytes);
        device.Write(0, new byte[3 * Blocks.Size]);

        Assert.Equal((1, 1), (first, flushes));
        Assert.True(saved > history);
        Assert.Equal(saved, journal.HistoryBytes);
    }

    [Fact]
    [Requirement("FO-07")]
    public void When_nothing_can_be_saved_the_write_goes_through_and_no_point_is_listed_after_an_opening()
    {
        var (disk, _) = Prepared(new Random(2));
        var full = false;
        var files = new ObservedFileSystem(disk, (operation, path) =>
        {
            if (full && operation == FileOperation.Write && path.EndsWith(".seg", StringComparison.Ordinal))
            {
                throw ErrorCatalogue.Exception("DiskFull", path, "test");
            }
        });
        using (var journal = JournalFiles.Open(files))
        {
            var told = 0;
            using var device = new UndoableDisk(JournalFiles.OpenDisks(files)[0], 0, new KeptPoints(journal, long.MaxValue, _ => told++));
            full = true;
            device.Write(0, Filled(3 * Blocks.Size, 7));
            device.Write(0, Filled(512, 8));
            var there = new byte[1];
            device.Read(600, there);

            Assert.Equal((1, (byte)7, 0), (told, there[0], journal.Points.Count));
        }

        full = false;
        using var again = JournalFiles.Open(disk.CrashKeepingNothing());
        Assert.Empty(again.Points);
    }

    [Fact]
    public void Of_old_history_room_is_made_before_the_points_are_given_up()
    {
        var (disk, _) = Prepared(new Random(3));
        using var journal = JournalFiles.Open(disk);
        var lost = false;
        using var device = new UndoableDisk(JournalFiles.OpenDisks(disk)[0], 0, new KeptPoints(journal, journal.HistoryBytes + 1000, _ => lost = true));

        device.Write(0, Filled(512, 9));

        Assert.False(lost);
        Assert.InRange(journal.Points.Count, RetentionRules.AlwaysKept, Points - 1);
    }

    private static byte[] Filled(int count, byte value)
    {
        var bytes = new byte[count];
        bytes.AsSpan().Fill(value);
        return bytes;
    }

    // A machine writes and flushes; false when the power failed.
    private static bool Run(SimulatedDisk disk, Random random, int cut)
    {
        var files = new ObservedFileSystem(disk, new PowerCut(cut).Observe);
        try
        {
            var journal = JournalFiles.Open(files);
            var points = new KeptPoints(journal, long.MaxValue, error => throw new InvalidOperationException(error.Message));
            var disks = JournalFiles.OpenDisks(files).Select((one, index) => new UndoableDisk(one, index, points)).ToArray();
            for (var count = 0; count < 12; count++)
            {
                var device = disks[random.Next(disks.Length)];
                var data = Filled(512 * random.Next(1, 200), (byte)random.Next(1, 256));
                var bytes = data.AsSpan(0, (int)Math.Min(data.Length, device.Length));
                device.Write(512 * random.NextInt64(((device.Length - bytes.Length) / 512) + 1), bytes);
                if (random.Next(4) == 0)
                {
                    device.Flush();
                }
            }

            if (random.Next(2) == 0)
            {
                journal.NoteHistory();
            }

            return true;
        }
        catch (PowerCutException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Compare(SimulatedDisk disk, DiskState[] states)
    {
        using var journal = JournalFiles.Open(disk.Crash(new Random(0)));
        if (journal.Points.Count != states.Length)
        {
            yield return $"{journal.Points.Count} points are listed";
            yield break;
        }

        foreach (var (point, state) in journal.Points.Zip(states))
        {
            foreach (var block in state.Differences(journal.OpenPoint(point.Id)))
            {
                yield return $"{point.Label} differs at {block}";
            }
        }
    }

    // As the engine does it: a journal of its own, and no digest is left.
    private static void RollBack(SimulatedDisk disk, Random random, DiskState[] states, List<string> wrong)
    {
        if (wrong.Count > 0)
        {
            return;
        }

        var chosen = random.Next(states.Length);
        using (var journal = JournalFiles.Open(disk))
        {
            journal.RollBackTo(journal.Points[chosen].Id);
            journal.Settle();
        }

        RetentionJournal.ForgetDigests(disk, JournalFiles.Folder);
        wrong.AddRange(states[chosen].Differences(JournalFiles.OpenDisks(disk)).Select(block => $"rolled back to point {chosen}, the disk differs at {block}"));
    }

    private static (SimulatedDisk Disk, DiskState[] States) Prepared(Random random)
    {
        var disk = new SimulatedDisk();
        JournalFiles.Create(disk, JournalFiles.DiskBytes);
        var records = new RecordFactory(random, JournalFiles.DiskBytes);
        var states = new List<DiskState>();
        using (var journal = JournalFiles.Open(disk))
        {
            for (var point = 0; point < Points; point++)
            {
                journal.Receive([.. Enumerable.Range(0, 4).Select(_ => records.Write()), records.Mark()]);
                states.Add(DiskState.Of(JournalFiles.OpenDisks(disk)));
            }
        }

        RetentionJournal.ForgetDigests(disk, JournalFiles.Folder);
        return (disk, [.. states]);
    }
}
