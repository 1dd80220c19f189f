using System.Buffers.Binary;
using System.Globalization;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Encryption;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Journal;

/// <summary>
/// A recovery point and the reverse delta of the interval that follows it: the before-image of each block at its first
/// overwrite in the interval, durable before the overwrite. One file, write-once but for appends: a header with the point,
/// then chained before-images. Only the newest is read when a journal is opened; the others when somebody asks for their
/// before-images, so that a failover to the latest does not wait for history. The index may be read while the journal's
/// one writer adds to it.
/// </summary>
internal sealed class HistorySegment : IDisposable
{
    private const byte BeforeImage = 1;
    private const byte ZeroImage = 2;
    private const int AddressSize = 14;

    private readonly IFileSystem _files;
    private readonly string _path;
    private readonly SegmentHeader _header;
    private readonly IReadOnlyList<IBlockDevice> _disks;
    private readonly FrameCipher? _cipher;
    private readonly long? _closedBytes;
    private readonly Dictionary<BlockAddress, (long Offset, uint Chain)> _pending = [];
    private readonly object _lock = new();
    private Content? _content;
    private bool _disposed;

    private HistorySegment(IFileSystem files, string path, SegmentHeader header, IReadOnlyList<IBlockDevice> disks, FrameCipher? cipher, long? closedBytes, Content? content) =>
        (_files, _path, _header, _disks, _cipher, _closedBytes, _content) = (files, path, header, disks, cipher, closedBytes, content);

    private sealed record Content(IStoredFile File, ChainedLog Log, Dictionary<BlockAddress, (long Offset, uint Chain)> Index, FrameSeal? Seal);

    /// <summary>Counts the points of a journal, from 1, without gaps.</summary>
    public long Number => _header.Number;

    /// <summary>Bytes of the segment before it when that one was closed; 0 for the first.</summary>
    public long PreviousBytes => _header.PreviousBytes;

    /// <summary>The point at the start of the interval.</summary>
    public RecoveryPoint Point => _header.Point;

    /// <summary>Running time of the journal when the point was made, seconds.</summary>
    public uint MadeAt => _header.MadeAt;

    /// <summary>Whether its before-images are encrypted.</summary>
    public bool IsSealed => _header.Identity is not null;

    /// <summary>Bytes of the file that count.</summary>
    public long Bytes => _closedBytes ?? _content!.Log.End;

    /// <summary>Bytes prepared and not yet committed.</summary>
    public long PendingBytes => _content!.Log.PendingBytes;

    /// <summary>File name of a segment.</summary>
    public static string NameOf(long number) => number.ToString("D10", CultureInfo.InvariantCulture) + ".seg";

    /// <summary>The number in the name of a segment; 0 for another file.</summary>
    public static long NumberOf(string path) =>
        long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>Creates the segment of a new point; when this returns, the point is durable and may be listed.</summary>
    public static HistorySegment Create(
        IFileSystem files, string folder, long number, long previousBytes, RecoveryPoint point, uint madeAt, IReadOnlyList<IBlockDevice> disks, FrameCipher? cipher)
    {
        var path = Path.Combine(folder, NameOf(number));
        AtomicFile.Replace(files, path, SegmentHeader.Encode(number, previousBytes, point, madeAt, cipher is not null));
        return OpenNewest(files, path, disks, cipher, writable: true);
    }

    /// <summary>Opens the newest segment and rebuilds its index from every record that is intact.</summary>
    /// <exception cref="AsrException"><c>JournalDamaged</c> for a damaged header or a before-image of a block that is not there.</exception>
    public static HistorySegment OpenNewest(IFileSystem files, string path, IReadOnlyList<IBlockDevice> disks, FrameCipher? cipher, bool writable)
    {
        var file = files.Open(path, writable ? FileOpening.ReadWrite : FileOpening.ReadOnly);
        try
        {
            var header = SegmentHeader.Read(file);
            var content = Read(file, header, disks, cipher);
            if (writable)
            {
                // A before-image that a killed process left in the page cache counts only once it is durable.
                file.Flush();
            }

            return new HistorySegment(files, path, header, disks, cipher, closedBytes: null, content);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens a segment that a newer one follows; its before-images are read when they are asked for.</summary>
    /// <param name="files">File system.</param>
    /// <param name="path">Its file.</param>
    /// <param name="disks">The replica disks.</param>
    /// <param name="cipher">What opens its before-images; null where they are not encrypted, or only looked at.</param>
    /// <param name="bytes">Its bytes when it was closed.</param>
    /// <exception cref="AsrException"><c>JournalDamaged</c> when its header is damaged or it is shorter.</exception>
    public static HistorySegment OpenClosed(IFileSystem files, string path, IReadOnlyList<IBlockDevice> disks, FrameCipher? cipher, long bytes)
    {
        using var file = files.Open(path, FileOpening.ReadOnly);
        var header = SegmentHeader.Read(file);
        RequireBytes(path, file.Length, bytes);
        if (bytes < SegmentHeader.Size)
        {
            throw ErrorCatalogue.Exception("JournalDamaged", path, "it had been given up when the next one was made");
        }

        return new HistorySegment(files, path, header, disks, cipher, bytes, content: null);
    }

    /// <summary>Reads its before-images, unless that was done.</summary>
    /// <exception cref="AsrException"><c>JournalDamaged</c>, or what the file system says.</exception>
    public void Load() => Loaded();

    /// <summary>Reads everything that is committed once more, whatever is known of it.</summary>
    /// <returns>What is damaged, in words.</returns>
    /// <exception cref="AsrException">What the file system says.</exception>
    public IReadOnlyList<string> FindDamage() => FindDamage(_files, _path, Bytes, _cipher);

    /// <summary>Reads a segment that may be damaged and names each bad before-image.</summary>
    /// <param name="files">File system.</param>
    /// <param name="path">Its file.</param>
    /// <param name="bytes">How many bytes of it count; null for all.</param>
    /// <param name="cipher">What opens its before-images; null to look at their checksums only.</param>
    public static IReadOnlyList<string> FindDamage(IFileSystem files, string path, long? bytes, FrameCipher? cipher = null)
    {
        using var file = files.Open(path, FileOpening.ReadOnly);
        var findings = new List<string>();
        byte[]? identity = null;
        try
        {
            identity = SegmentHeader.Read(file).Identity;
        }
        catch (AsrException damage) when (damage.Error.Id == "JournalDamaged")
        {
            findings.Add(damage.Error.Message);
        }

        var end = bytes ?? file.Length;
        var seal = SealOf(cipher, identity);
        var content = new byte[seal is null ? 0 : Blocks.Size];
        var read = ChainedLog.FindDamage(file, SegmentHeader.Size, SegmentHeader.StoredChecksum(file), end, record => findings.Add(
            AddressOf(record) is { } address
                ? $"{path}: the before-image of disk {address.Disk}, block {address.Block} at byte {record.Offset} is damaged"
                : $"{path}: the record at byte {record.Offset} is damaged"),
            record => seal is null || (AddressOf(record) is not null && TryOpen(seal, record, content)));
        if (read < end)
        {
            findings.Add($"{path}: it cannot be read from byte {read} to {end}");
        }

        return findings;
    }

    /// <summary>Whether the segment holds the block, written or about to be.</summary>
    public bool Contains(BlockAddress address)
    {
        lock (_lock)
        {
            return Loaded().Index.ContainsKey(address) || _pending.ContainsKey(address);
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
        _pending[address] = Loaded().Log.Add(zero ? ZeroImage : BeforeImage, head, zero ? default : content);
    }

    /// <summary>Makes the prepared before-images durable and visible; only then may their blocks be overwritten.</summary>
    public void Commit()
    {
        if (_pending.Count == 0)
        {
            return;
        }

        var content = Loaded();
        content.Log.Write();
        content.File.Flush();
        lock (_lock)
        {
            foreach (var (address, place) in _pending)
            {
                content.Index.Add(address, place);
            }
        }

        _pending.Clear();
    }

    /// <summary>Reads a block's before-image; false when the block was not overwritten in this interval.</summary>
    /// <exception cref="AsrException"><c>JournalDamaged</c> when the before-image no longer matches its checksum.</exception>
    public bool TryRead(BlockAddress address, Span<byte> content)
    {
        (long Offset, uint Chain) place;
        IStoredFile file;
        FrameSeal? seal;
        lock (_lock)
        {
            var loaded = Loaded();
            (file, seal) = (loaded.File, loaded.Seal);
            if (!loaded.Index.TryGetValue(address, out place))
            {
                return false;
            }
        }

        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(ChainedLog.SizeOf(AddressSize + Blocks.Size + FrameCipher.Overhead));
        try
        {
            if (!ChainedLog.TryReadAt(file, place.Offset, place.Chain, buffer, out var record) || AddressOf(record) != address)
            {
                throw Damaged($"the before-image of disk {address.Disk}, block {address.Block} is damaged");
            }

            content.Clear();
            if (IsSealed)
            {
                return seal is not null && TryOpen(seal, record, content)
                    ? true
                    : throw Damaged($"the before-image of disk {address.Disk}, block {address.Block} was changed or belongs elsewhere");
            }

            if (record.Body.Length - AddressSize > content.Length)
            {
                throw Damaged($"the before-image of disk {address.Disk}, block {address.Block} is too long");
            }

            record.Body[AddressSize..].CopyTo(content);
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
        lock (_lock)
        {
            return [.. Loaded().Index.Keys];
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _content?.File.Dispose();
        }
    }

    private AsrException Damaged(string what) => ErrorCatalogue.Exception("JournalDamaged", _path, what);

    private Content Loaded()
    {
        lock (_lock)
        {
            return _disposed ? throw ErrorCatalogue.Exception("PointNotFound", Point.Id) : _content ??= ReadClosed();
        }
    }

    private Content ReadClosed()
    {
        var file = _files.Open(_path, FileOpening.ReadOnly);
        try
        {
            var content = Read(file, _header, _disks, _cipher);
            RequireBytes(_path, content.Log.End, Bytes);
            return content;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static Content Read(IStoredFile file, SegmentHeader header, IReadOnlyList<IBlockDevice> disks, FrameCipher? cipher)
    {
        var seal = SealOf(cipher, header.Identity);
        var index = new Dictionary<BlockAddress, (long, uint)>();
        var log = ChainedLog.Recover(file, SegmentHeader.Size, header.Checksum, record =>
        {
            var address = IsOf(header, record) && AddressOf(record) is { } known
                ? known
                : throw ErrorCatalogue.Exception("JournalDamaged", file.Path, "a record is of an unknown kind or shape");
            if (address.Disk >= disks.Count || address.Block < 0 || address.Block >= Blocks.Count(disks[address.Disk].Length))
            {
                throw ErrorCatalogue.Exception("JournalDamaged", file.Path, $"a before-image is of disk {address.Disk}, block {address.Block}, which is not there");
            }

            index.TryAdd(address, (record.Offset, record.Chain));
        }, seal);
        return new Content(file, log, index, seal);
    }

    private static FrameSeal? SealOf(FrameCipher? cipher, byte[]? identity) => cipher is null || identity is null ? null : new FrameSeal(cipher, identity);

    // Nothing is taken in clear where before-images are encrypted.
    private static bool IsOf(SegmentHeader header, ChainedRecord record) => header.Identity is not null == (record.Kind & FrameSeal.Flag) > 0;

    private static bool TryOpen(FrameSeal seal, ChainedRecord record, Span<byte> content) =>
        FrameSeal.DataOf(record, AddressSize) is >= 0 and var length && length <= content.Length && seal.TryOpen(record, AddressSize, content[..length]);

    private static BlockAddress? AddressOf(ChainedRecord record) => (record.Kind & ~FrameSeal.Flag) is BeforeImage or ZeroImage && record.Body.Length >= AddressSize
        ? new BlockAddress(BinaryPrimitives.ReadUInt16LittleEndian(record.Body), BinaryPrimitives.ReadInt64LittleEndian(record.Body[2..]))
        : null;

    private static void RequireBytes(string path, long intact, long committed)
    {
        if (intact < committed)
        {
            throw ErrorCatalogue.Exception("JournalDamaged", path, $"intact up to byte {intact} of {committed}");
        }
    }
}
