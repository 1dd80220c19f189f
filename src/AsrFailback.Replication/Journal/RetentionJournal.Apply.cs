using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Journal;

/// <summary>From acknowledged to applied: before-images, blocks, digests, points, in the order that is the guarantee.</summary>
public sealed partial class RetentionJournal
{
    private void Apply()
    {
        if (_pending.Count == 0)
        {
            return;
        }

        _applyingAgain = _applyOwed;
        _applyOwed = true;
        var interval = new List<LogRecord>();
        foreach (var record in _pending)
        {
            switch (record.Kind)
            {
                case LogRecordKind.SyncStarted:
                    _synchronizing = true;
                    break;
                case LogRecordKind.SyncCompleted:
                    _synchronizing = false;
                    break;
                case LogRecordKind.Mark:
                    EndInterval(interval, record.Point!);
                    interval.Clear();
                    break;
                default:
                    interval.Add(record);
                    break;
            }
        }

        SaveBeforeImages(interval);
        Overwrite(interval);
        _replica.Flush();

        // Without a point, what is left of the newest segment lacks before-images from here on.
        var (newest, bytes) = _segments.Count > 0 ? (_segments[^1].Number, _segments[^1].Bytes) : (_newestNumber, RedoBase.NotUsable);
        _redo.Reset(new RedoBase(_acknowledged, _synchronizing, newest, bytes, _running.Seconds));
        _pending.Clear();
        _kept.Release();
        _pendingBytes = 0;
        _applyOwed = false;
    }

    private void EndInterval(List<LogRecord> records, RecoveryPoint point)
    {
        // A replay may meet an interval whose point is listed already. Its before-images were durable before its blocks
        // were overwritten, and what the replica holds now may be older than the point: nothing may be saved again.
        if (_segments.Any(segment => segment.Point == point))
        {
            Overwrite(records);
            return;
        }

        SaveBeforeImages(records);
        Overwrite(records);
        BeginInterval(point);
    }

    private void SaveBeforeImages(List<LogRecord> records)
    {
        if (_segments.Count == 0)
        {
            return;
        }

        var segment = _segments[^1];
        var buffer = new byte[Blocks.Size];
        foreach (var (record, address) in records.SelectMany(record => Replica.BlocksOf(record).Select(address => (record, address))).DistinctBy(one => one.address))
        {
            if (segment.Contains(address))
            {
                NoticeRot(address, record);
            }
            else
            {
                segment.Add(address, BeforeImageOf(address, record, buffer));
            }

            if (segment.PendingBytes >= ApplyThreshold)
            {
                segment.Commit();
            }
        }

        segment.Commit();
    }

    private void BeginInterval(RecoveryPoint point)
    {
        // Counted here and not in the folder: one that was created in vain is replaced.
        var previousBytes = _segments.Count > 0 ? _segments[^1].Bytes : 0;
        _segments = [.. _segments, HistorySegment.Create(_files, HistoryFolder(_folder), _newestNumber + 1, previousBytes, point, _running.Seconds, _replica.Disks, _cipher)];
        _newestNumber++;
    }
}
