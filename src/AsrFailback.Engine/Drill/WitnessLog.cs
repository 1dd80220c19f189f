using System.Buffers.Binary;
using AsrFailback.Replication.IO;

namespace AsrFailback.Engine.Drill;

/// <summary>Kinds of entries.</summary>
internal enum WitnessKind : byte
{
    /// <summary>The workload is about to write.</summary>
    Intent = 1,

    /// <summary>The machine acknowledged the write, at a position of its log.</summary>
    Acknowledgement = 2,

    /// <summary>A failover happened; everything after its position was given up.</summary>
    Failover = 3,
}

/// <summary>One entry.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Write">Number of the write, from 1; its content follows from it.</param>
/// <param name="Disk">Index of the disk.</param>
/// <param name="Chunk">Index of the 4 KiB chunk on the disk.</param>
/// <param name="Position">Position of an acknowledgement or a failover.</param>
/// <param name="TimeUtc">When it was appended.</param>
internal readonly record struct WitnessEntry(WitnessKind Kind, long Write, int Disk, long Chunk, LogPosition Position, DateTimeOffset TimeUtc = default);

/// <summary>
/// What really happened, kept outside the machine: intent → write → acknowledgement. Append-only entries of 48 bytes with
/// a checksum; a torn last entry is dropped. One writer.
/// </summary>
internal sealed class WitnessLog : IDisposable
{
    /// <summary>Bytes of a chunk, the unit of the workload's writes.</summary>
    public const int ChunkSize = 4096;

    private const int EntrySize = 48;

    private readonly IStoredFile _file;
    private readonly TimeProvider _clock;
    private readonly List<WitnessEntry> _entries;
    private readonly object _lock = new();

    /// <summary>Opens the log, creating it when it is missing.</summary>
    public WitnessLog(IFileSystem files, string path, TimeProvider clock)
    {
        _clock = clock;
        _file = files.Open(path, files.Exists(path) ? FileOpening.ReadWrite : FileOpening.CreateNew);
        _entries = ReadAll(_file);
    }

    /// <summary>Everything that happened so far.</summary>
    public IReadOnlyList<WitnessEntry> Entries
    {
        get
        {
            lock (_lock)
            {
                return [.. _entries];
            }
        }
    }

    /// <summary>Number of acknowledged writes.</summary>
    public long Acknowledged
    {
        get
        {
            lock (_lock)
            {
                return _entries.LongCount(entry => entry.Kind == WitnessKind.Acknowledgement);
            }
        }
    }

    /// <summary>Appends an entry; it is with the operating system when this returns.</summary>
    public void Append(WitnessEntry entry)
    {
        entry = entry with { TimeUtc = _clock.GetUtcNow() };
        Span<byte> bytes = stackalloc byte[EntrySize];
        bytes.Clear();
        bytes[0] = (byte)entry.Kind;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], checked((ushort)entry.Disk));
        BinaryPrimitives.WriteInt64LittleEndian(bytes[4..], entry.Write);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[12..], entry.Chunk);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[20..], entry.Position.Generation);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[24..], entry.Position.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[32..], entry.TimeUtc.UtcTicks);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[40..], Checksum(bytes[..40]));
        lock (_lock)
        {
            _file.Write((long)_entries.Count * EntrySize, bytes);
            _entries.Add(entry);
        }
    }

    /// <summary>Everything appended before is durable when this returns.</summary>
    public void Flush() => _file.Flush();

    public void Dispose() => _file.Dispose();

    private static List<WitnessEntry> ReadAll(IStoredFile file)
    {
        var entries = new List<WitnessEntry>();
        var content = new byte[file.Length];
        file.Read(0, content);
        for (var rest = content.AsSpan(); rest.Length >= EntrySize; rest = rest[EntrySize..])
        {
            if (BinaryPrimitives.ReadUInt64LittleEndian(rest[40..]) != Checksum(rest[..40]))
            {
                break;
            }

            entries.Add(new WitnessEntry(
                (WitnessKind)rest[0],
                BinaryPrimitives.ReadInt64LittleEndian(rest[4..]),
                BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]),
                BinaryPrimitives.ReadInt64LittleEndian(rest[12..]),
                new LogPosition(BinaryPrimitives.ReadUInt32LittleEndian(rest[20..]), BinaryPrimitives.ReadInt64LittleEndian(rest[24..])),
                new DateTimeOffset(BinaryPrimitives.ReadInt64LittleEndian(rest[32..]), TimeSpan.Zero)));
        }

        return entries;
    }

    private static ulong Checksum(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037UL;
        foreach (var value in bytes)
        {
            hash = (hash ^ value) * 1099511628211UL;
        }

        return hash;
    }
}
