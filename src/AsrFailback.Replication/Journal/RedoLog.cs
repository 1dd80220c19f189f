using System.Buffers.Binary;
using System.Security.Cryptography;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Encryption;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Journal;

/// <summary>What the redo log knew when it was last emptied.</summary>
/// <param name="Acknowledged">Everything up to here had been applied and flushed.</param>
/// <param name="Synchronizing">A synchronisation was running at that moment.</param>
/// <param name="Segment">The newest history segment at that moment; 0 for none.</param>
/// <param name="SegmentBytes">Its committed bytes: a shorter one found later is damaged, not torn. <see cref="NotUsable"/> where it was found damaged before.</param>
/// <param name="RunningSeconds">How long the journal had been open in all, seconds.</param>
internal readonly record struct RedoBase(LogPosition Acknowledged, bool Synchronizing, long Segment, long SegmentBytes, uint RunningSeconds)
{
    /// <summary>More bytes than any segment has.</summary>
    public const long NotUsable = long.MaxValue;
}

/// <summary>
/// The acknowledgement point of the target: what is flushed here will be applied, whatever happens. Two superblock slots
/// of 4 KiB hold the generation, flushed before the first record of that generation; batches of records follow, chained from
/// the generation. Emptying the log is writing the next generation. Where records are sealed, the superblock says with which
/// key, and they belong to all that it says. Not thread-safe: the journal guards it.
/// </summary>
internal sealed class RedoLog : IDisposable
{
    /// <summary>Largest size of the file in bytes; a full log is applied and emptied.</summary>
    public const long Capacity = 64L << 20;

    private const int SlotSize = 4096;
    private const int SuperblockSize = 64;
    private const int ChecksumAt = SuperblockSize - 4;
    private const int SealedSize = SuperblockSize + DataKey.IdSize + sizeof(uint);
    private const int SealedChecksumAt = SealedSize - sizeof(uint);
    private const ushort Version = 2;
    private const ushort SealedVersion = 3;
    private static readonly byte[] Magic = "ASRREDO1"u8.ToArray();

    private readonly IStoredFile _file;
    private readonly ulong _salt;
    private readonly byte[]? _keyId;
    private readonly FrameCipher? _cipher;
    private ChainedLog _log;
    private ulong _generation;

    private RedoLog(IStoredFile file, Superblock newest, ChainedLog log, FrameCipher? cipher)
    {
        _file = file;
        _salt = newest.Salt;
        _keyId = newest.KeyId;
        _cipher = cipher;
        _generation = newest.Generation;
        _log = log;
    }

    private readonly record struct Superblock(ulong Generation, ulong Salt, byte[]? KeyId, RedoBase Base);

    /// <summary>Whether one superblock has changed since it was written; the next emptying replaces it.</summary>
    public bool HasDamagedSlot { get; private init; }

    /// <summary>Whether its records are encrypted.</summary>
    public bool IsSealed => _keyId is not null;

    private static long DataStart => 2 * SlotSize;

    /// <summary>Creates an empty log; a crash leaves none or a whole one.</summary>
    public static void Create(IFileSystem files, string path, DataKey? key = null)
    {
        var content = new byte[DataStart];
        var salt = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        Encode(new Superblock(1, salt, key?.Id.ToArray(), default)).CopyTo(content.AsSpan(SlotOf(1)));
        AtomicFile.Replace(files, path, content);
    }

    /// <summary>Opens the log and returns the records that were acknowledged and may not have been applied.</summary>
    /// <param name="files">File system.</param>
    /// <param name="path">Its file.</param>
    /// <param name="writable">Whether it is written; only to look at it no key is needed, and the data of sealed records is not read.</param>
    /// <param name="cipher">What opens and seals its records; null where they are not encrypted.</param>
    /// <exception cref="AsrException"><c>JournalDamaged</c> when no superblock is intact, the newest one is damaged, records changed before the last batch, or a checked record makes no sense;
    /// <c>JournalKeyMissing</c>, <c>JournalKeyWrong</c>.</exception>
    public static (RedoLog Log, RedoBase Base, List<LogRecord> Records) Open(IFileSystem files, string path, bool writable, FrameCipher? cipher = null)
    {
        var file = files.Open(path, writable ? FileOpening.ReadWrite : FileOpening.ReadOnly);
        try
        {
            var (found, damaged) = ReadSuperblocks(file);
            var newest = found ?? throw ErrorCatalogue.Exception("JournalDamaged", path, "no superblock is intact");
            if (damaged && HasRecords(file, newest.Generation + 1))
            {
                // It was whole once, because records followed it. What the older one says would lose them.
                throw ErrorCatalogue.Exception("JournalDamaged", path, "the newest superblock is damaged");
            }

            RequireKey(path, newest, cipher, writable);
            var (log, records) = Recover(file, newest, cipher);
            if (writable)
            {
                // What a killed process appended may be in the page cache alone; nothing is built on it before it is durable.
                file.Flush();
            }

            return (new RedoLog(file, newest, log, cipher) { HasDamagedSlot = damaged }, newest.Base, records);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether the records fit.</summary>
    public bool Fits(IReadOnlyCollection<LogRecord> records) =>
        _log.End + RedoBatch.Size + records.Sum(record => (long)record.EncodedSize + (IsSealed ? FrameCipher.Overhead : 0)) <= Capacity;

    /// <summary>Appends a batch durably. When this returns its records may be acknowledged (invariant 1).</summary>
    public void Append(IEnumerable<LogRecord> records)
    {
        new RedoBatch(_salt, _generation).AddTo(_log);
        foreach (var record in records)
        {
            record.AddTo(_log);
        }

        try
        {
            _log.Write();
        }
        catch
        {
            _log.Discard(); // a part of a batch is a torn end, and the next batch takes its place
            throw;
        }

        _file.Flush();
    }

    /// <summary>Empties the log. Everything in it has been applied and flushed.</summary>
    public void Reset(RedoBase redoBase)
    {
        var next = new Superblock(_generation + 1, _salt, _keyId, redoBase);
        _file.Write(SlotOf(next.Generation), Encode(next));
        _file.Flush();
        _generation++;
        _log = new ChainedLog(_file, DataStart, Seed(_generation), SealOf(_cipher, next));
    }

    public void Dispose() => _file.Dispose();

    // With another key everything would look damaged, and what is damaged goes in time.
    private static void RequireKey(string path, Superblock newest, FrameCipher? cipher, bool writable)
    {
        if (newest.KeyId is not { } id)
        {
            if (cipher is not null)
            {
                throw ErrorCatalogue.Exception("JournalDamaged", path, "it is not encrypted, and should be");
            }
        }
        else if (cipher is null ? writable : !cipher.KeyId.SequenceEqual(id))
        {
            throw ErrorCatalogue.Exception(cipher is null ? "JournalKeyMissing" : "JournalKeyWrong", path);
        }
    }

    private static FrameSeal? SealOf(FrameCipher? cipher, Superblock superblock) =>
        cipher is null ? null : new FrameSeal(cipher, SHA256.HashData(Encode(superblock)));

    private static (ChainedLog Log, List<LogRecord> Records) Recover(IStoredFile file, Superblock newest, FrameCipher? cipher)
    {
        var seal = SealOf(cipher, newest);
        var records = new List<LogRecord>();
        var log = ChainedLog.Recover(file, DataStart, Seed(newest.Generation), record =>
        {
            if (record.Kind != RedoBatch.Kind)
            {
                records.Add(LogRecord.Read(record, newest.KeyId is not null, seal)
                    ?? throw ErrorCatalogue.Exception("JournalDamaged", file.Path, $"the record at byte {record.Offset} is of an unknown kind or shape, or was changed"));
            }
        }, seal);
        return new RedoBatch(newest.Salt, newest.Generation).IsFollowed(file, log.End)
            ? throw ErrorCatalogue.Exception("JournalDamaged", file.Path, $"the record at byte {log.End} has changed since it was written")
            : (log, records);
    }

    private static byte[] Encode(Superblock superblock)
    {
        var redoBase = superblock.Base;
        var content = new byte[superblock.KeyId is null ? SuperblockSize : SealedSize];
        var block = content.AsSpan();
        Magic.CopyTo(block);
        BinaryPrimitives.WriteUInt16LittleEndian(block[8..], superblock.KeyId is null ? Version : SealedVersion);
        block[10] = redoBase.Synchronizing ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt64LittleEndian(block[12..], superblock.Generation);
        BinaryPrimitives.WriteUInt32LittleEndian(block[20..], redoBase.Acknowledged.Generation);
        BinaryPrimitives.WriteInt64LittleEndian(block[24..], redoBase.Acknowledged.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(block[32..], redoBase.Segment);
        BinaryPrimitives.WriteInt64LittleEndian(block[40..], redoBase.SegmentBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(block[48..], superblock.Salt);
        BinaryPrimitives.WriteUInt32LittleEndian(block[56..], redoBase.RunningSeconds);
        BinaryPrimitives.WriteUInt32LittleEndian(block[ChecksumAt..], Crc32C.Append(0, block[..ChecksumAt]));
        if (superblock.KeyId is { } id)
        {
            id.CopyTo(block[SuperblockSize..]);
            BinaryPrimitives.WriteUInt32LittleEndian(block[SealedChecksumAt..], Crc32C.Append(0, block[..SealedChecksumAt]));
        }

        return content;
    }

    private static int SlotOf(ulong generation) => (int)(generation % 2) * SlotSize;

    private static bool HasRecords(IStoredFile file, ulong generation) =>
        ChainedLog.Recover(file, DataStart, Seed(generation), _ => { }).End > DataStart;

    private static (Superblock? Newest, bool Damaged) ReadSuperblocks(IStoredFile file)
    {
        Superblock? newest = null;
        var damaged = false;
        Span<byte> block = stackalloc byte[SealedSize];
        for (var slot = 0; slot < 2; slot++)
        {
            file.Read(slot * SlotSize, block);
            if (!block.StartsWith(Magic) || !Matches(block, ChecksumAt))
            {
                damaged |= !Blocks.IsZero(block[..SuperblockSize]); // the second slot is empty at first
                continue;
            }

            var version = BinaryPrimitives.ReadUInt16LittleEndian(block[8..]);
            if (version is not (Version or SealedVersion))
            {
                throw ErrorCatalogue.Exception("FormatTooNew", file.Path, version, SealedVersion);
            }

            if (version == SealedVersion && !Matches(block, SealedChecksumAt))
            {
                damaged = true;
                continue;
            }

            var generation = BinaryPrimitives.ReadUInt64LittleEndian(block[12..]);
            if (newest is null || generation > newest.Value.Generation)
            {
                var position = new LogPosition(
                    BinaryPrimitives.ReadUInt32LittleEndian(block[20..]), BinaryPrimitives.ReadInt64LittleEndian(block[24..]));
                var keyId = version == SealedVersion ? block[SuperblockSize..SealedChecksumAt].ToArray() : null;
                newest = new Superblock(generation, BinaryPrimitives.ReadUInt64LittleEndian(block[48..]), keyId, new RedoBase(
                    position,
                    block[10] == 1,
                    BinaryPrimitives.ReadInt64LittleEndian(block[32..]),
                    BinaryPrimitives.ReadInt64LittleEndian(block[40..]),
                    BinaryPrimitives.ReadUInt32LittleEndian(block[56..])));
            }
        }

        return (newest, damaged);
    }

    private static bool Matches(ReadOnlySpan<byte> block, int checksumAt) =>
        BinaryPrimitives.ReadUInt32LittleEndian(block[checksumAt..]) == Crc32C.Append(0, block[..checksumAt]);

    private static uint Seed(ulong generation)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, generation);
        return Crc32C.Append(0x41535252, bytes);
    }
}
