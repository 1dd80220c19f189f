using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>A file system without room.</summary>
public sealed class FullDiskTests
{
    [RootOnLinuxFact]
    public void A_full_file_system_is_reported_as_such()
    {
        using var disk = new SmallDisk();
        var files = new LocalFileSystem();
        using var file = files.Open(disk["file"], FileOpening.CreateNew);
        var refused = Assert.Throws<AsrException>(() =>
        {
            for (var offset = 0L; offset < 4 << 20; offset += 65_536)
            {
                file.Write(offset, new byte[65_536]);
            }
        });

        Assert.Equal("DiskFull", refused.Error.Id);
        Assert.Contains(disk["file"], refused.Error.Message, StringComparison.Ordinal);
    }

    [RootOnLinuxFact]
    public void A_journal_on_a_full_file_system_keeps_what_it_acknowledged_and_goes_on_when_there_is_room()
    {
        using var disk = new SmallDisk();
        FillAndGoOn(disk.Path);
    }

    [LoopFact]
    public void A_journal_on_a_full_ext4_keeps_what_it_acknowledged_and_goes_on_when_there_is_room()
    {
        using var disk = new LoopDisk("ext4", 2);
        FillAndGoOn(disk.Path);
    }

    private static void FillAndGoOn(string folder)
    {
        using var room = new TempFolder();
        var files = new LocalFileSystem();
        var (image, ballast) = (room["disk.img"], Path.Combine(folder, "ballast"));
        File.WriteAllBytes(image, new byte[1 << 20]);
        File.WriteAllBytes(ballast, new byte[512 * 1024]);
        Replication.Journal.RetentionJournal.Create(files, folder);
        var records = new RecordFactory(new Random(1), [1 << 20]);
        var model = new JournalModel(new DiskState([1 << 20]));
        using (var journal = Open(folder, room.Path, image))
        {
            Assert.Equal("TargetFull", Assert.Throws<AsrException>(() => Fill(journal, records, ref model)).Error.Id);
        }

        File.Delete(ballast);
        using var again = Open(folder, room.Path, image);
        var more = records.Write();
        Assert.True(again.Acknowledged >= model.Acknowledged);
        Assert.Equal(more.Position, again.Receive(more));
        Assert.True(again.Points.Count >= 2);
        foreach (var point in again.Points.SkipLast(1))
        {
            Assert.Empty(model.Points.Single(known => known.Point == point).State.Differences(again.OpenPoint(point.Id)));
        }
    }

    private static Replication.Journal.RetentionJournal Open(string folder, string manifests, string image)
    {
        var files = new LocalFileSystem();
        var disk = Replication.Disks.RawImage.Open(files, image, writable: true);
        return Replication.Journal.RetentionJournal.Open(files, folder, manifests, [disk]);
    }

    private static void Fill(Replication.Journal.RetentionJournal journal, RecordFactory records, ref JournalModel model)
    {
        for (var count = 0; count < 1_000; count++)
        {
            var batch = new[] { records.Write(), records.Mark() };
            journal.Receive(batch);
            model = model.TakeStepwise(batch)[^1];
        }
    }

    /// <summary>A tmpfs of 1 MiB, mounted for one test.</summary>
    private sealed class SmallDisk : IDisposable
    {
        private readonly TempFolder _folder = new();

        public SmallDisk()
        {
            var (code, said) = Tools.Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", _folder.Path);
            Assert.True(code == 0, said);
        }

        public string Path => _folder.Path;

        public string this[string name] => _folder[name];

        public void Dispose()
        {
            Tools.Run("umount", _folder.Path);
            _folder.Dispose();
        }
    }
}
