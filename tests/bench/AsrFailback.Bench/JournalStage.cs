using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Log;

namespace AsrFailback.Bench;

/// <summary>
/// A journal on real files over one sparse disk, written at random places that follow from the seed: the same number of
/// places spread over a disk of any size, so that as many of them were written before.
/// </summary>
internal sealed class JournalStage : IDisposable
{
    private const int Places = 16_384; // all blocks of 1 GiB

    private readonly DirectoryInfo _folder;
    private RetentionJournal _journal;
    private readonly Random _random = new(1);
    private readonly long _blocks;
    private readonly byte[] _content = new byte[Blocks.Size];
    private long _sequence;

    public JournalStage(string parent, long diskBytes)
    {
        _folder = Directory.CreateDirectory(Path.Combine(parent, $"asr-bench-{Guid.NewGuid():N}"));
        _blocks = Blocks.Count(diskBytes);
        var files = new LocalFileSystem();
        using (var file = files.Open(Image, FileOpening.CreateNew))
        {
            file.SetLength(diskBytes);
            file.Flush();
        }

        RetentionJournal.Create(files, _folder.FullName);
        _journal = Open();
        Send(LogRecordKind.SyncStarted);
        Send(LogRecordKind.SyncCompleted);
    }

    private string Image => Path.Combine(_folder.FullName, "disk.img");

    /// <summary>Points, each followed by writes of whole blocks at random places.</summary>
    public void FillIntervals(int points, int blocksEach)
    {
        for (var point = 0; point < points; point++)
        {
            Mark();
            for (var block = 0; block < blocksEach; block++)
            {
                Write(_random.Next(Places) * (_blocks / Places));
            }
        }

        _journal.Settle();
    }

    /// <summary>Points, each followed by writes of blocks that nothing else writes.</summary>
    public void FillDistinct(int points, int blocksEach)
    {
        for (var point = 0; point < points; point++)
        {
            Mark();
            for (var block = 0; block < blocksEach; block++)
            {
                Write((((long)point * blocksEach) + block) % _blocks);
            }
        }

        _journal.Settle();
    }

    /// <summary>What was acknowledged and waits to be applied when a failover begins.</summary>
    public void AddBacklog(int blocks)
    {
        for (var block = 0; block < blocks; block++)
        {
            Write(_random.Next(Places) * (_blocks / Places));
        }
    }

    /// <summary>A failover opens the journal of the closed item: the redo log is replayed, the index of history rebuilt.</summary>
    public void Reopen()
    {
        _journal.Dispose();
        _journal = Open();
    }

    /// <summary>What a failover to the latest asks of the open journal.</summary>
    public void FailOverToLatest()
    {
        var latest = _journal.MarkLatest(Guid.NewGuid(), DateTimeOffset.UnixEpoch, "latest");
        _journal.RollBackTo(latest.Id);
        _journal.Settle();
        Send(LogRecordKind.SyncCompleted); // in order again, so that the next run begins like this one
    }

    /// <summary>Restores the point so many intervals back; returns the bytes.</summary>
    public long Restore(int intervals) => _journal.RollBackTo(_journal.Points[^intervals].Id);

    public void Dispose()
    {
        _journal.Dispose();
        _folder.Delete(recursive: true);
    }

    private RetentionJournal Open()
    {
        var files = new LocalFileSystem();
        return RetentionJournal.Open(files, _folder.FullName, _folder.FullName, [RawImage.Open(files, Image, writable: true)]);
    }

    private void Write(long block)
    {
        _random.NextBytes(_content);
        Receive(new LogRecord { Kind = LogRecordKind.Write, Position = Next(), Disk = 0, Offset = block * Blocks.Size, Data = _content });
    }

    private void Mark()
    {
        var position = Next();
        var point = new RecoveryPoint(Guid.NewGuid(), position, DateTimeOffset.UnixEpoch, PointConsistency.CrashConsistent, "");
        Receive(new LogRecord { Kind = LogRecordKind.Mark, Position = position, Point = point });
    }

    private void Send(LogRecordKind kind) => Receive(new LogRecord { Kind = kind, Position = Next() });

    private void Receive(LogRecord record) => _journal.ReceiveAsync([record with { Data = record.Data.ToArray() }], CancellationToken.None).AsTask().GetAwaiter().GetResult();

    private LogPosition Next() => new(1, ++_sequence);
}
