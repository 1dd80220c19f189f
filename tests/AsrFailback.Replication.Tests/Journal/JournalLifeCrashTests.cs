using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;

namespace AsrFailback.Replication.Tests;

/// <summary>Power cuts at the beginning and the end of a journal's life.</summary>
public sealed class JournalLifeCrashTests
{
    private const int Seeds = 40;

    [Fact]
    public void Creating_a_journal_can_be_repeated_after_a_power_cut_at_any_operation()
    {
        Everywhere(_ => { }, files => RetentionJournal.Create(files, JournalFiles.Folder), (after, _) =>
        {
            RetentionJournal.Create(after, JournalFiles.Folder);
            using var journal = JournalFiles.Open(after);
            Assert.Empty(journal.Points);
        });
    }

    [Fact]
    public void Removing_a_journal_can_be_repeated_and_leaves_no_point_to_a_new_one()
    {
        // A point left behind would be listed over a replica it was never taken of.
        Everywhere(CreateWithPoints, files => RetentionJournal.Remove(files, JournalFiles.Folder), (after, _) =>
        {
            if (!RetentionJournal.Exists(after, JournalFiles.Folder))
            {
                RetentionJournal.Create(after, JournalFiles.Folder);
                using var journal = JournalFiles.Open(after);
                Assert.Empty(journal.Points);
            }
            else
            {
                RetentionJournal.Remove(after, JournalFiles.Folder);
                Assert.False(RetentionJournal.Exists(after, JournalFiles.Folder));
            }
        });
    }

    [Fact]
    public void A_removed_journal_does_not_come_back()
    {
        Everywhere(CreateWithPoints, files => RetentionJournal.Remove(files, JournalFiles.Folder), (after, finished) =>
            Assert.False(finished && RetentionJournal.Exists(after, JournalFiles.Folder)));
    }

    [Fact]
    public void Forgotten_digests_do_not_come_back()
    {
        // A machine writes the disks next; a digest from before would hide its writes from the next comparison.
        Everywhere(CreateWithPoints, files => RetentionJournal.ForgetDigests(files, JournalFiles.Folder), (after, finished) =>
            Assert.False(finished && after.Exists(Replica.ManifestPath(JournalFiles.Folder, 0))));
    }

    private static void CreateWithPoints(SimulatedDisk disk)
    {
        RetentionJournal.Create(disk, JournalFiles.Folder);
        using var journal = JournalFiles.Open(disk);
        var records = new RecordFactory(new Random(5), JournalFiles.DiskBytes);
        for (var point = 0; point < 4; point++)
        {
            journal.Receive(records.Write(), records.Mark());
        }
    }

    // Cuts the power at every operation of an action, and after it, in several ways.
    private static void Everywhere(Action<SimulatedDisk> prepare, Action<IFileSystem> act, Action<SimulatedDisk, bool> check)
    {
        var finished = false;
        for (var operation = 1; !finished; operation++)
        {
            var disk = new SimulatedDisk();
            CreateReplica(disk);
            prepare(disk);
            finished = RunsThrough(() => act(new ObservedFileSystem(disk, new PowerCut(operation).Observe)));
            for (var seed = 0; seed < Seeds; seed++)
            {
                check(disk.Crash(new Random(seed)), finished);
            }
        }
    }

    private static bool RunsThrough(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (PowerCutException)
        {
            return false;
        }
    }

    private static void CreateReplica(SimulatedDisk disk)
    {
        JournalFiles.Create(disk, JournalFiles.DiskBytes);
        disk.Delete(Path.Combine(JournalFiles.Folder, "redo.log"));
        disk.FlushFolder(JournalFiles.Folder);
    }
}
