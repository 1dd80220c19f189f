using System.Buffers.Binary;
using System.Globalization;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Journal;

/// <summary>
/// A recovery point and the reverse delta of the interval that follows it: the before-image of each block at its first
/// overwrite in the interval, durable before the overwrite. One file, write-once but for appends: a header of 4 KiB with
/// the point, then chained before-images. The index may be read while the journal's one writer adds to it.
/// </summary>
internal sealed class HistorySegment : IDisposable
{
    private const int HeaderSize = 4096;
    private const ushort Version = 1;
    private const byte BeforeImage = 1;
    private const byte ZeroImage = 2;
    private const int AddressSize = 14;
    private static readonly byte[] Magic = "ASRHIST1"u8.ToArray();

    private readonly IStoredFile _file;
    private readonly ChainedLog _log;
    private readonly Dictionary<BlockAddress, (long Offset, uint Chain)> _index;
    private readonly Dictionary<BlockAddress, (long Offset, uint Chain)> _pending = [];
    private readonly object _indexLock = new();

    private HistorySegment(
        IStoredFile file, long number, long previousBytes, RecoveryPoint point, ChainedLog log, Dictionary<BlockAddress, (long, uint)> index)
    {
        _file = file;
        Number = number;
        PreviousBytes = previousBytes;
        Point = point;
        _log = log;
        _index = index;
    }

    /// <summary>Counts the points of a journal, from 1, without gaps.</summary>
    public long Number { get; }

    /// <summary>Bytes of the segment before it when that one was closed; 0 for the first.</summary>
    public long PreviousBytes { get; }

    /// <summary>The point at the start of the interval.</summary>
    public RecoveryPoint Point { get; }

    /// <summary>Bytes of the file.</summary>
    public long Bytes => _log.End;

    /// <summary>Bytes prepared and not yet committed.</summary>
    public long PendingBytes => _log.PendingBytes;

    /// <summary>File name of a segment.</summary>
    public static string NameOf(long number) => number.ToString("D10", CultureInfo.InvariantCulture) + ".seg";

    /// <summary>Creates the segment of a new point; when this returns, the point is durable and may be listed.</summary>
    public static HistorySegment Create(IFileSystem files, string folder, long number, long previousBytes, RecoveryPoint point)
    {
        var path = Path.Combine(folder, NameOf(number));
        var header = new byte[HeaderSize];
        Magic.CopyTo(header, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), Version);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(12), number);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(20), previousBytes);
        PointCodec.Write(point, header.AsSpan(28));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(HeaderSize - 4), Crc32C.Append(0, header.AsSpan(0, HeaderSize - 4)));
        AtomicFile.Replace(files, path, header);
        return Open(files, path, writable: true);
    }

    /// <summary>Opens a segment and rebuilds its index from every record that is intact.</summary>
    /// <exception cref="AsrException"><c>JournalDamaged</c> for a damaged header.</exception>
    public static HistorySegment Open(IFileSystem files, string path, bool writable)
    {
        var file = files.Open(path, writable ? FileOpening.ReadWrite : FileOpening.ReadOnly);
        try
        {
            var header = new byte[HeaderSize];
            file.Read(0, header);
            var checksum = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(HeaderSize - 4));
            if (!header.AsSpan().StartsWith(Magic) || checksum != Crc32C.Append(0, header.AsSpan(0, HeaderSize - 4)))
            {
                throw ErrorCatalogue.Exception("JournalDamaged", path, "its header is damaged");
            }

            var version = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(8));
            if (version != Version)
            {
                throw ErrorCatalogue.Exception("FormatTooNew", path, version, Version);
            }

            var point = PointCodec.Read(header.AsSpan(28)) ?? throw ErrorCatalogue.Exception("JournalDamaged", path, "its point is damaged");
            var index = new Dictionary<BlockAddress, (long, uint)>();
            var log = ChainedLog.Recover(file, HeaderSize, checksum, record => Remember(path, index, record));
            if (writable)
            {
                // A before-image that a killed process left in the page cache counts only once it is durable.
                file.Flush();
            }

            return new HistorySegment(
                file,
                BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(12)),
                BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(20)),
                point,
                log,
                index);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether the segment holds the block, written or about to be.</summary>
    public bool Contains(BlockAddress address)
    {
        lock (_indexLock)
        {
            return _index.ContainsKey(address) || _pending.ContainsKey(address);
        }
    }

    /// <summary>Prepares a before-image; it counts once <see cref="Commit"/> has returned.</summary>
    public void Add(BlockAddress address, ReadOnlySpan<byte> content)
    {
        Span<byte> head = stackalloc byte[AddressSize];
        BinaryPrimitives.WriteUInt16LittleEndian(head, checked((ushort)address.Disk));
        BinaryPrimitives.WriteInt64LittleEndian(head[2..], address.Block);
        BinaryPrimitives.WriteInt32LittleEndian(head[10..], content.Length);
        var zero = Blocks.IsZero(content);
        _pending[address] = _log.Add(zero ? ZeroImage : BeforeImage, head, zero ? default : content);
    }

    /// <summary>Makes the prepared before-images durable and visible; only then may their blocks be overwritten.</summary>
    public void Commit()
    {
        if (_pending.Count == 0)
        {
            return;
        }

        _log.Write();
        _file.Flush();
        lock (_indexLock)
        {
            foreach (var (address, place) in _pending)
            {
                _index.Add(address, place);
            }
        }

        _pending.Clear();
    }

    /// <summary>Reads a block's before-image; false when the block was not overwritten in this interval.</summary>
    /// <exception cref="AsrException"><c>JournalDamaged</c> when the before-image no longer matches its checksum.</exception>
    public bool TryRead(BlockAddress address, Span<byte> content)
    {
        (long Offset, uint Chain) place;
        lock (_indexLock)
        {
            if (!_index.TryGetValue(address, out place))
            {
                return false;
            }
        }

        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(ChainedLog.SizeOf(AddressSize + Blocks.Size));
        try
        {
            if (!ChainedLog.TryReadAt(_file, place.Offset, place.Chain, buffer, out var body))
            {
                throw ErrorCatalogue.Exception("JournalDamaged", _file.Path, $"the before-image of disk {address.Disk}, block {address.Block} is damaged");
            }

            if (body.Length - AddressSize > content.Length)
            {
                throw ErrorCatalogue.Exception("JournalDamaged", _file.Path, $"the before-image of disk {address.Disk}, block {address.Block} is too long");
            }

            content.Clear();
            body[AddressSize..].CopyTo(content);
            return true;
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The blocks that were overwritten in this interval.</summary>
    public IReadOnlyList<BlockAddress> Addresses()
    {
        lock (_indexLock)
        {
            return [.. _index.Keys];
        }
    }

    /// <summary>A block of the index that no disk has, in words; null when all are there.</summary>
    public string? OutsideOf(IReadOnlyList<IBlockDevice> disks)
    {
        lock (_indexLock)
        {
            foreach (var address in _index.Keys)
            {
                if (address.Disk >= disks.Count || address.Block < 0 || address.Block >= Blocks.Count(disks[address.Disk].Length))
                {
                    return $"disk {address.Disk}, block {address.Block}";
                }
            }

            return null;
        }
    }

    public void Dispose() => _file.Dispose();

    private static void Remember(string path, Dictionary<BlockAddress, (long, uint)> index, ChainedRecord record)
    {
        if (record.Kind is not (BeforeImage or ZeroImage) || record.Body.Length < AddressSize)
        {
            throw ErrorCatalogue.Exception("JournalDamaged", path, "a record is of an unknown kind or shape");
        }

        var address = new BlockAddress(
            BinaryPrimitives.ReadUInt16LittleEndian(record.Body), BinaryPrimitives.ReadInt64LittleEndian(record.Body[2..]));
        index.TryAdd(address, (record.Offset, record.Chain));
    }
}
