using System.Buffers.Binary;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Journal;

/// <summary>What the redo log knew when it was last emptied.</summary>
/// <param name="Acknowledged">Everything up to here had been applied and flushed.</param>
/// <param name="Synchronizing">A synchronisation was running at that moment.</param>
/// <param name="Segment">The newest history segment at that moment; 0 for none.</param>
/// <param name="SegmentBytes">Its committed bytes: a shorter one found later is damaged, not torn.</param>
internal readonly record struct RedoBase(LogPosition Acknowledged, bool Synchronizing, long Segment, long SegmentBytes);

/// <summary>
/// The acknowledgement point of the target: what is flushed here will be applied, whatever happens. Two superblock slots
/// of 4 KiB hold the generation, flushed before the first record of that generation; records follow, chained from the
/// generation. Emptying the log is writing the next generation. Not thread-safe: the journal guards it.
/// </summary>
internal sealed class RedoLog : IDisposable
{
    /// <summary>Largest size of the file in bytes; a full log is applied and emptied.</summary>
    public const long Capacity = 64L << 20;

    private const int SlotSize = 4096;
    private const int SuperblockSize = 56;
    private const ushort Version = 1;
    private static readonly byte[] Magic = "ASRREDO1"u8.ToArray();

    private readonly IStoredFile _file;
    private ChainedLog _log;
    private ulong _generation;

    private RedoLog(IStoredFile file, ulong generation, ChainedLog log)
    {
        _file = file;
        _generation = generation;
        _log = log;
    }

    /// <summary>Whether one superblock has changed since it was written; the next emptying replaces it.</summary>
    public bool HasDamagedSlot { get; private init; }

    private static long DataStart => 2 * SlotSize;

    /// <summary>Creates an empty log; a crash leaves none or a whole one.</summary>
    public static void Create(IFileSystem files, string path)
    {
        var content = new byte[DataStart];
        Superblock(1, default).CopyTo(content.AsSpan(SlotOf(1)));
        AtomicFile.Replace(files, path, content);
    }

    /// <summary>Opens the log and returns the records that were acknowledged and may not have been applied.</summary>
    /// <exception cref="AsrException"><c>JournalDamaged</c> when no superblock is intact, the newest one is damaged, or a checked record makes no sense.</exception>
    public static (RedoLog Log, RedoBase Base, List<LogRecord> Records) Open(IFileSystem files, string path, bool writable)
    {
        var file = files.Open(path, writable ? FileOpening.ReadWrite : FileOpening.ReadOnly);
        try
        {
            var (newest, damaged) = ReadSuperblocks(file);
            var (generation, redoBase) = newest ?? throw ErrorCatalogue.Exception("JournalDamaged", path, "no superblock is intact");
            if (damaged && HasRecords(file, generation + 1))
            {
                // It was whole once, because records followed it. What the older one says would lose them.
                throw ErrorCatalogue.Exception("JournalDamaged", path, "the newest superblock is damaged");
            }

            var records = new List<LogRecord>();
            var log = ChainedLog.Recover(file, DataStart, Seed(generation), record => records.Add(
                LogRecord.Parse(record.Kind, record.Body)
                ?? throw ErrorCatalogue.Exception("JournalDamaged", path, "a record is of an unknown kind or shape")));
            if (writable)
            {
                // What a killed process appended may be in the page cache alone; nothing is built on it before it is durable.
                file.Flush();
            }

            return (new RedoLog(file, generation, log) { HasDamagedSlot = damaged }, redoBase, records);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether records of so many bytes fit.</summary>
    public bool Fits(long bytes) => _log.End + bytes <= Capacity;

    /// <summary>Appends records durably. When this returns they may be acknowledged (invariant 1).</summary>
    public void Append(IEnumerable<LogRecord> records)
    {
        foreach (var record in records)
        {
            record.AddTo(_log);
        }

        _log.Write();
        _file.Flush();
    }

    /// <summary>Empties the log. Everything in it has been applied and flushed.</summary>
    public void Reset(RedoBase redoBase)
    {
        _file.Write(SlotOf(_generation + 1), Superblock(_generation + 1, redoBase));
        _file.Flush();
        _generation++;
        _log = new ChainedLog(_file, DataStart, Seed(_generation));
    }

    public void Dispose() => _file.Dispose();

    private static byte[] Superblock(ulong generation, RedoBase redoBase)
    {
        var content = new byte[SuperblockSize];
        var block = content.AsSpan();
        Magic.CopyTo(block);
        BinaryPrimitives.WriteUInt16LittleEndian(block[8..], Version);
        block[10] = redoBase.Synchronizing ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt64LittleEndian(block[12..], generation);
        BinaryPrimitives.WriteUInt32LittleEndian(block[20..], redoBase.Acknowledged.Generation);
        BinaryPrimitives.WriteInt64LittleEndian(block[24..], redoBase.Acknowledged.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(block[32..], redoBase.Segment);
        BinaryPrimitives.WriteInt64LittleEndian(block[40..], redoBase.SegmentBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(block[52..], Crc32C.Append(0, block[..52]));
        return content;
    }

    private static int SlotOf(ulong generation) => (int)(generation % 2) * SlotSize;

    private static bool HasRecords(IStoredFile file, ulong generation) =>
        ChainedLog.Recover(file, DataStart, Seed(generation), _ => { }).End > DataStart;

    private static ((ulong Generation, RedoBase Base)? Newest, bool Damaged) ReadSuperblocks(IStoredFile file)
    {
        (ulong Generation, RedoBase Base)? newest = null;
        var damaged = false;
        Span<byte> block = stackalloc byte[SuperblockSize];
        for (var slot = 0; slot < 2; slot++)
        {
            file.Read(slot * SlotSize, block);
            if (!block.StartsWith(Magic) || BinaryPrimitives.ReadUInt32LittleEndian(block[52..]) != Crc32C.Append(0, block[..52]))
            {
                damaged |= !Blocks.IsZero(block); // the second slot is empty at first
                continue;
            }

            var version = BinaryPrimitives.ReadUInt16LittleEndian(block[8..]);
            if (version != Version)
            {
                throw ErrorCatalogue.Exception("FormatTooNew", file.Path, version, Version);
            }

            var generation = BinaryPrimitives.ReadUInt64LittleEndian(block[12..]);
            if (newest is null || generation > newest.Value.Generation)
            {
                var position = new LogPosition(
                    BinaryPrimitives.ReadUInt32LittleEndian(block[20..]), BinaryPrimitives.ReadInt64LittleEndian(block[24..]));
                newest = (generation, new RedoBase(
                    position,
                    block[10] == 1,
                    BinaryPrimitives.ReadInt64LittleEndian(block[32..]),
                    BinaryPrimitives.ReadInt64LittleEndian(block[40..])));
            }
        }

        return (newest, damaged);
    }

    private static uint Seed(ulong generation)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, generation);
        return Crc32C.Append(0x41535252, bytes);
    }
}
