using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// A machine, its target and somebody who changes bytes of the replica past both. What the engine keeps of it (suspect,
/// spoilt) is kept here, and survives every stop as the state store does.
/// </summary>
internal sealed class DamageBench : IDisposable
{
    private readonly Dictionary<Guid, DiskState> _points = [];

    public DamageBench(IReadOnlyList<long>? diskBytes = null, int seed = 7)
    {
        DiskBytes = diskBytes ?? JournalFiles.DiskBytes;
        Records = new RecordFactory(new Random(seed), DiskBytes) { SometimesZeros = false };
        Machine = new DiskState(DiskBytes);
        JournalFiles.Create(Disk, DiskBytes);
        Journal = Open();
        Send(Records.Of(LogRecordKind.SyncStarted));
        foreach (var address in Every())
        {
            Send(Whole(address) with { Kind = LogRecordKind.SyncBlock });
        }

        Send(Records.Of(LogRecordKind.SyncCompleted));
        Mark();
    }

    public IReadOnlyList<long> DiskBytes { get; }

    public SimulatedDisk Disk { get; private set; } = new();

    /// <summary>Told of every changing operation of the target before it happens; may throw.</summary>
    public Action<FileOperation, string> OnFile { get; set; } = (_, _) => { };

    public RecordFactory Records { get; }

    public RetentionJournal Journal { get; private set; }

    /// <summary>What the machine's disks hold.</summary>
    public DiskState Machine { get; private set; }

    public bool Suspect { get; private set; }

    public bool Spoilt { get; private set; }

    /// <summary>Told when the points of now are spoilt, before anything is done that spoils them.</summary>
    public Action OnSpoilt { get; set; } = () => { };

    public IEnumerable<BlockAddress> Every() => DiskBytes.SelectMany((bytes, disk) =>
        Enumerable.Range(0, (int)Blocks.Count(bytes)).Select(block => new BlockAddress(disk, block)));

    /// <summary>A write of a whole block.</summary>
    public LogRecord Whole(BlockAddress address) =>
        Records.Write(address.Disk, address.Block * Blocks.Size, Blocks.LengthOf(address.Block, DiskBytes[address.Disk]));

    /// <summary>A write of one sector of a block.</summary>
    public LogRecord Part(BlockAddress address, int sector = 0) =>
        Records.Write(address.Disk, (address.Block * Blocks.Size) + (sector * RawImage.SectorSize), RawImage.SectorSize);

    /// <summary>The machine does what records say, and the target is told in one batch.</summary>
    public void Send(params IReadOnlyList<LogRecord> records)
    {
        _points[RetentionJournal.IdOfOrder(Journal.Acknowledged)] = Machine; // what a synchronisation would make a point of
        foreach (var record in records)
        {
            Machine = record.CarriesData ? Machine.Write(record.Disk, record.Offset, record.Data.Span) : Machine;
            if (record.Point is { } point)
            {
                _points[point.Id] = Machine;
            }
        }

        Journal.Receive(records);
    }

    public RecoveryPoint Mark()
    {
        var mark = Records.Mark();
        Send(mark);
        return mark.Point!;
    }

    public void Flip(BlockAddress address, int offset = 100) => Flip(Disk, address, offset);

    /// <summary>What the engine does with what it finds.</summary>
    public void ScrubAndRemember()
    {
        var found = Journal.Scrub(Journal.BlockCount);
        foreach (var (disk, bytes) in DiskBytes.Select((bytes, disk) => (disk, bytes)))
        {
            Journal.CompleteDigests(disk, 0, (int)Blocks.Count(bytes));
        }

        Journal.RememberDamage(found);
        Suspect = true;
    }

    /// <summary>Compares every block, as a synchronisation does, and settles as the engine does.</summary>
    public void Mend(params Func<LogRecord>[] meanwhile)
    {
        Send(Records.Of(LogRecordKind.SyncStarted));
        var writes = new Queue<Func<LogRecord>>(meanwhile);
        foreach (var address in Every())
        {
            if (writes.TryDequeue(out var write))
            {
                Send(write());
            }

            SendIfDifferent(address);
        }

        Send(Records.Of(LogRecordKind.SyncCompleted));
        Settle();
    }

    public void SendIfDifferent(BlockAddress address)
    {
        var content = Machine.Block(address);
        if (!Journal.Digests(address.Disk, address.Block, 1).AsSpan().SequenceEqual(Blocks.Digest(content)))
        {
            Send(Records.Write(address.Disk, address.Block * Blocks.Size, 0) with { Kind = LogRecordKind.SyncBlock, Data = content });
        }
    }

    public void Settle()
    {
        Spoilt |= Journal.DamagedBlocks.Count > 0;
        if (Spoilt)
        {
            Journal.DropBefore(Mark().Id);
        }

        Journal.Trust();
        (Suspect, Spoilt) = (false, false);
    }

    /// <summary>The process ends, perhaps with other bytes on the disk than it saw, and starts again.</summary>
    public void Reopen(SimulatedDisk? left = null)
    {
        Journal.Dispose();
        (Disk, OnFile) = (left ?? Disk, (_, _) => { });
        Journal = Open();
    }

    /// <summary>Somebody may have written the replica while nobody looked.</summary>
    public void Distrust() => Suspect = true;

    /// <summary>A block that had rotted was written in part.</summary>
    public bool CompareEverything { get; private set; }

    /// <summary>The listed points that are not what the machine held, and where.</summary>
    public IReadOnlyList<string> Differences() =>
    [
        .. Journal.Points.SelectMany(point => _points[point.Id].Differences(Journal.OpenPoint(point.Id)).Select(block => $"{point.Label} at {block}")),
    ];

    /// <summary>What the replica holds of a block, after all is applied.</summary>
    public byte[] ReplicaBlock(BlockAddress address)
    {
        Journal.Settle();
        using var disk = JournalFiles.OpenDisks(Disk, DiskBytes.Count)[address.Disk];
        return Blocks.Read(disk, address.Block, new byte[Blocks.Size]).ToArray();
    }

    public static void Flip(SimulatedDisk disk, BlockAddress address, int offset = 100)
    {
        using var file = disk.Open(JournalFiles.DiskPath(address.Disk), FileOpening.ReadWrite);
        var one = new byte[1];
        file.Read((address.Block * Blocks.Size) + offset, one);
        one[0] ^= 1;
        file.Write((address.Block * Blocks.Size) + offset, one);
        file.Flush();
    }

    public void Dispose() => Journal.Dispose();

    private RetentionJournal Open()
    {
        var files = new ObservedFileSystem(Disk, (operation, path) => OnFile(operation, path));
        return RetentionJournal.Open(
            files, JournalFiles.Folder, JournalFiles.Folder, JournalFiles.OpenDisks(files, DiskBytes.Count), new JournalOptions
            {
                Distrusted = Suspect,
                OnSpoilt = () =>
                {
                    (Suspect, Spoilt) = (true, true);
                    OnSpoilt();
                },
                OnRot = () => CompareEverything = true,
            });
    }
}
