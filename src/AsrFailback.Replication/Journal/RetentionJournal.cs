using System.Buffers.Binary;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Encryption;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Link;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Journal;

/// <summary>
/// The target of a replication: redo log (acknowledgement), replica disks at the latest, and history (points). The order
/// of writes is the guarantee: redo flushed → acknowledged; before-images flushed → block overwritten; replica and
/// manifest flushed → redo emptied. Replaying the whole redo log is always right. Thread-safe; readers of points never
/// wait for the applier.
/// </summary>
public sealed partial class RetentionJournal : IReplicationTarget, IDisposable
{
    /// <summary>Acknowledged bytes that may wait in memory to be applied.</summary>
    public const int ApplyThreshold = 16 << 20;

    private const int BlocksPerRollback = 128;

    private readonly IFileSystem _files;
    private readonly string _folder;
    private readonly Replica _replica;
    private readonly RedoLog _redo;
    private readonly FrameCipher? _cipher;
    private readonly List<LogRecord> _pending = [];
    private readonly KeptData _kept = new();
    private readonly object _gate = new();
    private readonly RunningTime _running;
    private readonly JournalOptions _options;
    private volatile IReadOnlyList<HistorySegment> _segments;
    private LogPosition _acknowledged;
    private LogPosition _received;
    private DateTimeOffset? _receivedUtc;
    private long _pendingBytes;
    private long _newestNumber;
    private bool _applyOwed;
    private bool _applyingAgain;
    private bool _synchronizing;
    private bool _unflushed;
    private bool _replaying;
    private bool _disposed;
    private volatile bool _broken;

    private RetentionJournal(
        IFileSystem files, string folder, Replica replica, HistoryFolderContent history, RedoLog redo, RedoBase redoBase, FrameCipher? cipher, JournalOptions options)
    {
        (_files, _folder, _replica, _segments, _redo, _cipher, _options) = (files, folder, replica, history.Usable, redo, cipher, options);
        _running = new RunningTime(options.Clock, history.Usable.Select(segment => segment.MadeAt).Append(redoBase.RunningSeconds).Max());
        _distrusted = options.Distrusted;
        _historyDamage.AddRange(history.Findings);
        _newestNumber = HistoryFolderReader.NewestNumber(files, HistoryFolder(folder));

        // Wherever the last look ended: programs that are open for an hour a day must not see the same share every time.
        (_nextToScrub, _nextToVerify) = (Random.Shared.NextInt64(Math.Max(1, BlockCount)), Random.Shared.NextInt64(_newestNumber + 1));
        _acknowledged = _received = redoBase.Acknowledged;
        _synchronizing = redoBase.Synchronizing;
        _unflushed = IsFirstSynchronisation; // what an earlier opening wrote may still be in the page cache alone
    }

    /// <summary>Everything up to here is durable at this target.</summary>
    public LogPosition Acknowledged
    {
        get
        {
            lock (_gate)
            {
                return _acknowledged;
            }
        }
    }

    /// <summary>Whether the acknowledged position is a crash-consistent state: no synchronisation is in the middle.</summary>
    public bool InOrder
    {
        get
        {
            lock (_gate)
            {
                return !_synchronizing && _acknowledged != LogPosition.None;
            }
        }
    }

    /// <summary>Listed points, oldest first; each is whole (invariant 2).</summary>
    public IReadOnlyList<RecoveryPoint> Points => [.. _segments.Select(segment => segment.Point)];

    /// <summary>Whether an operation failed half way; the journal has to be opened again.</summary>
    public bool IsBroken => _broken;

    /// <summary>Bytes of history on disk.</summary>
    public long HistoryBytes => _segments.Sum(segment => segment.Bytes);

    private bool IsFirstSynchronisation => _synchronizing && _segments.Count == 0;

    /// <inheritdoc/>
    public ValueTask<LogPosition> ReceiveAsync(IReadOnlyList<LogRecord> records, CancellationToken cancellation)
    {
        return ValueTask.FromResult(Exclusive(() =>
        {
            if (records.Count > 0)
            {
                RequireCurrent(records[^1]);
            }

            foreach (var record in Fresh(records))
            {
                RecordRules.Require(record, _replica.Disks);
            }

            return Changing(() =>
            {
                foreach (var run in RunsOf(Fresh(records)))
                {
                    Take(run);
                    _receivedUtc = _options.Clock.GetUtcNow();
                }

                return _acknowledged;
            });
        }));
    }

    /// <inheritdoc/>
    public ValueTask<byte[]> GetDigestsAsync(int disk, IReadOnlyList<long> blocks, CancellationToken cancellation)
    {
        var digests = new byte[blocks.Count * Blocks.DigestSize];
        return ValueTask.FromResult(Exclusive(() => Changing(() =>
        {
            Span<byte> DigestAt(int index) => digests.AsSpan(index * Blocks.DigestSize, Blocks.DigestSize);
            if (!_distrusted && _damaged.Count == 0)
            {
                Processors.Share(blocks.Count, index => _replica.Digest(new BlockAddress(disk, blocks[index]), DigestAt(index)));
                return digests;
            }

            for (var index = 0; index < blocks.Count; index++)
            {
                AnswerDigest(new BlockAddress(disk, blocks[index]), DigestAt(index));
            }

            return digests;
        })));
    }

    /// <summary>
    /// Processes everything received and, where it is in order, makes that state the newest point: the <c>Latest</c> of a
    /// failover. In the middle of a synchronisation the newest listed point is the latest.
    /// </summary>
    /// <param name="id">Id of the point, chosen by the caller so that a repeated call makes no second one.</param>
    /// <param name="now">Capture time, UTC.</param>
    /// <param name="label">The point's label.</param>
    /// <exception cref="AsrException"><c>NoRecoveryPoint</c>.</exception>
    public RecoveryPoint MarkLatest(Guid id, DateTimeOffset now, string label)
    {
        return Exclusive(() => Changing(() =>
        {
            Apply();
            var newest = _segments.Count > 0 ? _segments[^1] : null;
            var nothingNewer = newest?.Point.Position == _acknowledged;
            if (!_synchronizing && _acknowledged != LogPosition.None && !nothingNewer)
            {
                Accept([new LogRecord
                {
                    Kind = LogRecordKind.Mark,
                    Position = _acknowledged,
                    Point = new RecoveryPoint(id, _acknowledged, now, PointConsistency.CrashConsistent, label),
                }]);
            }

            return _segments.Count > 0 ? _segments[^1].Point : null;
        })) ?? throw ErrorCatalogue.Exception("NoRecoveryPoint", _folder);
    }

    /// <summary>The disks as they were at a point. Pin the point while the views are used; once it is dropped nevertheless they read nothing.</summary>
    /// <exception cref="AsrException"><c>PointNotFound</c>; <c>JournalDamaged</c> where its history is, and then it is not listed any more.</exception>
    public IReadOnlyList<IBlockDevice> OpenPoint(Guid pointId)
    {
        var number = SegmentOf(pointId).Number;
        LoadSince(pointId);
        IReadOnlyList<HistorySegment> SincePoint() => Since(number) is [var first, ..] since && first.Number == number
            ? since
            : throw ErrorCatalogue.Exception("PointNotFound", pointId);
        return [.. _replica.Disks.Select((disk, index) => new PointView(disk, index, SincePoint))];
    }

    /// <summary>The blocks overwritten since a point, superset included: what the other side may hold that the point does not.</summary>
    /// <exception cref="AsrException"><c>PointNotFound</c>; <c>JournalDamaged</c> where its history is, and then it is not listed any more.</exception>
    public IReadOnlyCollection<BlockAddress> ChangedSince(Guid pointId)
    {
        return Exclusive(() =>
        {
            Changing(Applied);
            LoadSince(pointId);
            return Since(SegmentOf(pointId).Number).SelectMany(segment => segment.Addresses()).ToHashSet();
        });
    }

    /// <summary>
    /// Brings the replica to a point. The restored blocks go through the redo log and history like any write, so the call
    /// may be repeated after a crash and every point stays reachable. What is newer than the newest point is given up: mark
    /// the latest before. From here on the journal is not in order, until a synchronisation has completed.
    /// </summary>
    /// <returns>Bytes restored.</returns>
    public long RollBackTo(Guid pointId)
    {
        Pin(pointId); // a full disk makes room by giving up points
        try
        {
            var changed = ChangedSince(pointId);
            var views = OpenPoint(pointId);
            Exclusive(() => Changing(() =>
            {
                Accept([new LogRecord { Kind = LogRecordKind.SyncStarted, Position = _acknowledged }]);
                return true;
            }));
            return changed.Chunk(BlocksPerRollback).Sum(chunk => Exclusive(() => Changing(() => Restore(views, chunk))));
        }
        finally
        {
            Unpin(pointId);
        }
    }

    /// <summary>Applies and flushes everything; the replica is at the latest when this returns.</summary>
    public void Settle() => Exclusive(() => Changing(() =>
    {
        _replica.Finish();
        return Applied();
    }));

    /// <summary>
    /// Computes every digest that is unknown because a block was written in part, so that a check of the closed journal
    /// compares every block. A first synchronisation in the middle has none to keep.
    /// </summary>
    public void CompleteDigests() => Exclusive(() => Changing(() =>
    {
        Apply();
        if (!IsFirstSynchronisation)
        {
            _replica.CompleteDigests();
        }

        return true;
    }));

    // A call that failed half way leaves memory and files apart. The files are right: opening again replays them. A full
    // disk is no such failure: what could not be written is still to be written, and is tried again.
    private T Changing<T>(Func<T> change)
    {
        if (_broken)
        {
            throw ErrorCatalogue.Exception("JournalBroken", _folder);
        }

        _broken = true;
        try
        {
            var result = MakingRoom(change);
            _broken = false;
            return result;
        }
        catch (AsrException full) when (full.Error.Id == "TargetFull")
        {
            _broken = false;
            throw;
        }
    }

    private T Exclusive<T>(Func<T> action)
    {
        lock (_gate)
        {
            return action();
        }
    }

    private bool Applied()
    {
        Apply();
        return true;
    }

    // A position of an older generation would be covered by what was acknowledged, without its bytes being here.
    private void RequireCurrent(LogRecord last)
    {
        if (last.Position.Generation < _received.Generation)
        {
            throw ErrorCatalogue.Exception("RecordInvalid", last.Position, $"the journal is at {_received} already");
        }
    }

    private void Replay(List<LogRecord> records)
    {
        foreach (var record in records)
        {
            Expect(record);
        }

        _replaying = true;
        try
        {
            Settle();
        }
        catch (AsrException full) when (full.Error.Id == "TargetFull")
        {
            // It stays owed. The points on disk are whole, and may be all there is.
        }
        finally
        {
            _replaying = false;
        }
    }

    private void Accept(IReadOnlyCollection<LogRecord> records)
    {
        if (_unflushed)
        {
            _replica.Flush();
            _unflushed = false;
        }

        if (!_redo.Fits(records))
        {
            Apply();
        }

        _redo.Append(records);
        foreach (var record in records)
        {
            Expect(record);
        }

        // A mark makes a point, and what was received before a synchronisation must be in the replica before its digests
        // are compared.
        if (_pendingBytes >= ApplyThreshold || records.Any(record => !record.CarriesData))
        {
            Apply();
        }
    }

    private void Expect(LogRecord record)
    {
        _pending.Add(record);
        _pendingBytes += record.Data.Length;
        _acknowledged = _received = record.Position;
    }

    // While a first synchronisation runs there is no point to protect and nothing in order to keep: data goes straight to
    // the replica, and is acknowledged only once the replica was flushed.
    private void Take(List<LogRecord> run)
    {
        if (!run[0].CarriesData || !IsFirstSynchronisation)
        {
            Accept(run[0].Kind == LogRecordKind.SyncStarted ? [.. OrderUntilHere(), .. run] : [.. run.Select(Kept)]);
            return;
        }

        _unflushed = true;
        Overwrite(run, uncached: true);
        _received = run[^1].Position;
    }

    // What waits to be applied outlasts the call.
    private LogRecord Kept(LogRecord record) => record.CarriesData ? record with { Data = _kept.Copy(record.Data) } : record;

    // A synchronisation gives the order up, and a failover in the middle of it goes back to the newest point: everything that
    // came in order before becomes one. Its id follows from its place, so that it is made once.
    private LogRecord[] OrderUntilHere()
    {
        var newest = _segments.Count > 0 ? _segments[^1].Point : null;
        if (_synchronizing || _acknowledged == LogPosition.None || newest?.Position == _acknowledged)
        {
            return [];
        }

        var point = new RecoveryPoint(
            IdOfOrder(_acknowledged), _acknowledged, _receivedUtc ?? newest?.TimeUtc ?? _options.Clock.GetUtcNow(), PointConsistency.CrashConsistent, "");
        return [new LogRecord { Kind = LogRecordKind.Mark, Position = _acknowledged, Point = point }];
    }

    /// <summary>Whether a target made the point by itself, when its source began to synchronise: such ids of two machines may be alike.</summary>
    public static bool IsOwn(RecoveryPoint point) => point.Id == IdOfOrder(point.Position);

    /// <summary>The id of the point that a target makes by itself at a place of the order.</summary>
    public static Guid IdOfOrder(LogPosition position)
    {
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(id, position.Generation);
        BinaryPrimitives.WriteInt64LittleEndian(id[8..], position.Sequence);
        return new Guid(id);
    }

    // Data and the marks between them, so that each run is taken under one state of the journal and fits into the redo log.
    private static IEnumerable<List<LogRecord>> RunsOf(LogRecord[] records)
    {
        for (var start = 0; start < records.Length;)
        {
            var end = start + 1;
            long bytes = records[start].EncodedSize;
            while (end < records.Length && records[end].CarriesData == records[start].CarriesData
                && records[end].Kind != LogRecordKind.SyncStarted && bytes < ApplyThreshold)
            {
                bytes += records[end++].EncodedSize;
            }

            yield return [.. records.Skip(start).Take(end - start)];
            start = end;
        }
    }

    private LogRecord[] Fresh(IReadOnlyList<LogRecord> records) => [.. records.Where(record => record.Position > _received)];

    private long Restore(IReadOnlyList<IBlockDevice> views, IEnumerable<BlockAddress> addresses)
    {
        var records = addresses.Select(address => RecordOf(views, address)).ToArray();
        Accept(records);
        Apply();
        return records.Sum(record => (long)record.Data.Length);
    }

    private LogRecord RecordOf(IReadOnlyList<IBlockDevice> views, BlockAddress address)
    {
        var content = new byte[Blocks.LengthOf(address.Block, views[address.Disk].Length)];
        views[address.Disk].Read(address.Block * Blocks.Size, content);
        return new LogRecord
        {
            Kind = LogRecordKind.Restore,
            Position = _acknowledged,
            Disk = address.Disk,
            Offset = address.Block * Blocks.Size,
            Data = content,
        };
    }

    private HistorySegment SegmentOf(Guid pointId) =>
        _segments.FirstOrDefault(segment => segment.Point.Id == pointId) ?? throw ErrorCatalogue.Exception("PointNotFound", pointId);
}
