using AsrFailback.Core.Errors;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Source;

/// <summary>
/// The one device through which a machine writes its disks. Each write, under one lock: fence asked → region marked
/// durably → disk written → queued for the target at the next position. The lock makes one order for all disks of the
/// machine, which is what makes points atomic across them. A flush makes the disks durable; the queue lives in memory and
/// the intent bitmap covers its loss. Thread-safe.
/// </summary>
public sealed partial class WriteSplitter : IDisposable
{
    /// <summary>Bytes that may wait for the target before only the intent bitmap is kept.</summary>
    public const long QueueLimit = 64L << 20;

    private long _writes;
    private static long _opened;
    private readonly long _lockOrder = Interlocked.Increment(ref _opened);
    private readonly object _lock = new();
    private readonly IReadOnlyList<IBlockDevice> _disks;
    private readonly IntentBitmap _intents;
    private readonly IWriteFence _fence;
    private readonly uint _generation;
    private readonly TimeProvider _clock;
    private readonly long[][] _lastSequence;
    private readonly ushort[][] _written;
    private readonly RateMeter _churn;
    private readonly BlockBuffers _buffers = new();
    private RegionMap _wholly;
    private RegionMap _unknown;
    private long _sequence;
    private bool _synchronizing = true;
    private bool _closed;
    private bool _disposed;

    /// <summary>Opens the device over disks it owns from now on.</summary>
    /// <param name="disks">The machine's disks in order.</param>
    /// <param name="intents">The machine's intent bitmap, owned from now on.</param>
    /// <param name="fence">Says whether this side may write.</param>
    /// <param name="generation">A generation no splitter of this machine has had.</param>
    /// <param name="clock">Time of recovery points.</param>
    public WriteSplitter(IReadOnlyList<IBlockDevice> disks, IntentBitmap intents, IWriteFence fence, uint generation, TimeProvider clock)
    {
        (_disks, _intents, _fence, _generation, _clock) = (disks, intents, fence, generation, clock);
        _unknown = new RegionMap(intents.Regions.DiskBytes);
        _wholly = intents.Regions.Copy();
        _lastSequence = [.. disks.Select(disk => new long[RegionMap.RegionCount(disk.Length)])];
        _written = [.. disks.Select(disk => new ushort[RegionMap.RegionCount(disk.Length)])];
        Queue = new WriteQueue(QueueLimit, clock);
        _churn = new RateMeter(clock);
    }

    /// <summary>Sizes of the disks in bytes.</summary>
    public IReadOnlyList<long> DiskBytes => _intents.Regions.DiskBytes;

    /// <summary>The last position handed out.</summary>
    public LogPosition Position
    {
        get
        {
            lock (_lock)
            {
                return new LogPosition(_generation, _sequence);
            }
        }
    }

    /// <summary>Whether the machine has written anything since it was opened.</summary>
    public bool HasWritten => Writes > 0;

    /// <summary>Writes of the machine since it was opened, the one that is under way included; does not wait for it.</summary>
    public long Writes => Volatile.Read(ref _writes);

    /// <summary>Writes that the target has not acknowledged; null when that is not known. Does not wait for a write.</summary>
    public long? UnacknowledgedWrites => Queue.Writes;

    /// <summary>Whether it refuses writes: the machine was shut down, or its site is gone.</summary>
    public bool IsStopped
    {
        get
        {
            lock (_lock)
            {
                return _closed;
            }
        }
    }

    /// <summary>Bytes of the regions that the other side may lack; does not wait for a write.</summary>
    public long DirtyBytes => _intents.MarkedBytes;

    /// <summary>Bytes a second that the machine wrote in the last minute.</summary>
    public double ChurnBytesPerSecond => _churn.PerSecond;

    internal WriteQueue Queue { get; }

    /// <summary>Writes to a disk; when it returns the write is acknowledged to the machine.</summary>
    /// <returns>The write's place in the machine's order.</returns>
    /// <exception cref="AsrException"><c>WriteRefused</c>, <c>MachineClosed</c>, or what the file system says.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range is not wholly on the disk.</exception>
    public LogPosition Write(int disk, long offset, ReadOnlySpan<byte> data)
    {
        lock (_lock)
        {
            RequireOpen();
            _fence.RequireWritable();
            Blocks.RequireInside(offset, data.Length, _disks[disk].Length);
            while (!data.IsEmpty)
            {
                var part = data[..Math.Min(data.Length, LogRecord.MaxData)];
                WriteOne(disk, offset, part);
                offset += part.Length;
                data = data[part.Length..];
            }

            return new LogPosition(_generation, _sequence);
        }
    }

    /// <summary>Reads from a disk.</summary>
    public void Read(int disk, long offset, Span<byte> buffer) => _disks[disk].Read(offset, buffer);

    /// <summary>Everything the machine wrote before is durable on its disks when this returns.</summary>
    public void Flush()
    {
        foreach (var disk in _disks)
        {
            disk.Flush();
        }
    }

    /// <summary>Refuses all further writes: the machine is shut down, or its site is gone.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _closed = true;
        }
    }

    /// <summary>Adds regions that have to be compared with the target, durably; the next synchronisation does.</summary>
    public void MarkDifferent(RegionMap regions)
    {
        lock (_lock)
        {
            _intents.Mark(regions);
            _unknown.UnionWith(regions);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            _disposed = true;
            Queue.Close();
            _intents.Dispose();
            foreach (var disk in _disks)
            {
                disk.Dispose();
            }
        }
    }

    /// <summary>Starts queueing and synchronising: from here on every write is queued; the marked regions have to be compared.</summary>
    /// <returns>The position of the start, and the regions to compare, of which <see cref="MayDiffer"/> tells the blocks.</returns>
    internal (LogPosition Start, RegionMap Regions) BeginSynchronisation()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                throw ErrorCatalogue.Exception("MachineClosed");
            }

            _synchronizing = true;
            _wholly.UnionWith(_unknown);
            _unknown = new RegionMap(DiskBytes);
            Queue.Open();
            var start = Next();
            Queue.Add(new LogRecord { Kind = LogRecordKind.SyncStarted, Position = start });
            return (start, _intents.Regions.Copy());
        }
    }

    /// <summary>
    /// The blocks of a region, one bit each, that the target may lack: all of it where a stop, an error or somebody else
    /// leaves no more known than the region; else what was written since the region was last cleared.
    /// </summary>
    internal ushort MayDiffer(int disk, long region)
    {
        lock (_lock)
        {
            return _wholly[disk][region] ? ushort.MaxValue : _written[disk][region];
        }
    }

    /// <summary>The first range of a disk at or behind an offset that may hold something other than zeros; null when there is none.</summary>
    internal DataRange? NextData(int disk, long offset) => _disks[disk].NextData(offset);

    /// <summary>Reads a block to be compared; to be queued or discarded then.</summary>
    internal BlockImage ReadBlock(BlockAddress address)
    {
        var image = new BlockImage(address, Position, _buffers.Rent().AsMemory(0, Blocks.LengthOf(address.Block, DiskBytes[address.Disk])));
        ReadInto(image);
        return image;
    }

    /// <summary>Queues a block as it is now.</summary>
    internal void QueueBlock(BlockImage image)
    {
        var (disk, block) = image.Address;
        lock (_lock)
        {
            if (_lastSequence[disk][block / RegionMap.BlocksPerRegion] > image.ReadAt.Sequence)
            {
                ReadInto(image); // its region was written since
            }

            Queue.Add(new LogRecord { Kind = LogRecordKind.SyncBlock, Position = Next(), Disk = disk, Offset = block * Blocks.Size, Data = image.Content });
        }
    }

    /// <summary>The memory of a block that the target has already is used again.</summary>
    internal void Discard(BlockImage image) => _buffers.Return(image.Content);

    /// <summary>The target has the records of a batch: their memory is used again, and their room in the queue.</summary>
    internal void Release(IReadOnlyList<LogRecord> acknowledged)
    {
        _buffers.Return(acknowledged);
        Queue.Release(acknowledged);
    }

    /// <summary>Ends the synchronisation at this place of the order.</summary>
    internal LogPosition CompleteSynchronisation()
    {
        lock (_lock)
        {
            var position = Next();
            Queue.Add(new LogRecord { Kind = LogRecordKind.SyncCompleted, Position = position });
            return position;
        }
    }

    /// <summary>The target has everything up to the end of the synchronisation: regions may be cleared from now on.</summary>
    internal void SynchronisationAcknowledged()
    {
        lock (_lock)
        {
            _synchronizing = false;
            _wholly = new RegionMap(DiskBytes);
        }
    }

    /// <summary>
    /// Clears the regions whose every write the target has; not while a synchronisation has yet to look at them. The disks
    /// are flushed first: after a power cut the source may otherwise lack a write that the target has.
    /// </summary>
    internal void ClearAcknowledged(LogPosition acknowledged)
    {
        Flush();
        lock (_lock)
        {
            if (!_synchronizing && !_closed && acknowledged.Generation == _generation)
            {
                var clear = _intents.Regions.Members().Where(place =>
                    _lastSequence[place.Disk][place.Region] <= acknowledged.Sequence && !_unknown[place.Disk][place.Region]).ToArray();
                _intents.Clear(clear);
                Array.ForEach(clear, place => _written[place.Disk][place.Region] = 0);
            }
        }
    }

    private void WriteOne(int disk, long offset, ReadOnlySpan<byte> data)
    {
        _intents.Mark(disk, offset, data.Length);
        NoteWritten(disk, offset, data.Length);
        Interlocked.Increment(ref _writes);
        try
        {
            _disks[disk].Write(offset, data);
        }
        catch
        {
            // Nobody knows what is on the disk now; only a comparison can tell.
            foreach (var place in RegionsOf(disk, offset, data.Length))
            {
                _unknown[place.Disk][place.Region] = true;
            }

            throw;
        }

        _churn.Add(data.Length);
        var position = Next();
        foreach (var place in RegionsOf(disk, offset, data.Length))
        {
            _lastSequence[place.Disk][place.Region] = position.Sequence;
        }

        if (Queue.IsOpen)
        {
            Queue.Add(new LogRecord { Kind = LogRecordKind.Write, Position = position, Disk = disk, Offset = offset, Data = data.ToArray() });
        }
    }

    private void ReadInto(BlockImage image) => _disks[image.Address.Disk].Read(image.Address.Block * Blocks.Size, image.Content.Span);

    private void NoteWritten(int disk, long offset, int length)
    {
        for (var block = offset / Blocks.Size; block * Blocks.Size < offset + length; block++)
        {
            _written[disk][block / RegionMap.BlocksPerRegion] |= (ushort)(1 << (int)(block % RegionMap.BlocksPerRegion));
        }
    }

    private static IEnumerable<(int Disk, long Region)> RegionsOf(int disk, long offset, int length)
    {
        for (var region = offset / RegionMap.RegionSize; region * RegionMap.RegionSize < offset + length; region++)
        {
            yield return (disk, region);
        }
    }

    private LogPosition Next() => new(_generation, ++_sequence);

    private void RequireOpen()
    {
        if (_closed)
        {
            throw ErrorCatalogue.Exception("MachineClosed");
        }
    }
}
