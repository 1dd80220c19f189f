using AsrFailback.Core.Errors;
using AsrFailback.Replication.Disks;

namespace AsrFailback.Replication.Journal;

/// <content>
/// Between a failover and its commit a machine runs on the replica's disks. What it overwrites goes into the newest history
/// first, so that every listed point stays exact and the disks can be brought to any of them (FO-07).
/// </content>
public sealed partial class RetentionJournal
{
    private long _notedBytes;

    /// <summary>
    /// Makes what blocks hold now durable, before somebody other than the journal overwrites them. Blocks that were saved since
    /// the newest point cost nothing; all others of one call cost one flush.
    /// </summary>
    /// <param name="disk">Index of the disk.</param>
    /// <param name="offset">First byte, in bytes.</param>
    /// <param name="count">Bytes that are about to be overwritten.</param>
    /// <param name="mostBytes">Bytes of history at most; the oldest points go for it.</param>
    /// <exception cref="AsrException"><c>TargetFull</c>, <c>NoRecoveryPoint</c>, or what the file system says: nothing may be overwritten then unless the points are given up.</exception>
    public void SaveBefore(int disk, long offset, long count, long mostBytes) => Exclusive(() =>
    {
        var segment = _segments.Count > 0 ? _segments[^1] : throw ErrorCatalogue.Exception("NoRecoveryPoint", _folder);
        var unsaved = BlocksOf(disk, offset, count).Where(address => !segment.Contains(address)).ToArray();
        return unsaved.Length == 0 || Changing(() => Save(segment, unsaved, mostBytes));
    });

    /// <summary>
    /// Remembers how much history there is: a file found shorter or damaged before that is damaged, not torn. Done by itself now
    /// and then; to be called before the journal is closed.
    /// </summary>
    /// <exception cref="AsrException">What the file system says.</exception>
    public void NoteHistory() => Exclusive(() =>
    {
        if (_pending.Count == 0 && _segments.Count > 0)
        {
            _redo.Reset(new RedoBase(_acknowledged, _synchronizing, _segments[^1].Number, _segments[^1].Bytes, _running.Seconds));
            _notedBytes = _segments[^1].Bytes;
        }

        return true;
    });

    /// <summary>
    /// Takes every point off the list for good: something was, or is about to be, overwritten without having been saved. The mark
    /// is written in place, so that a full disk does not keep it from being made. The disks stay as they are.
    /// </summary>
    public void GiveUpPoints()
    {
        lock (_gate)
        {
            _redo.Reset(new RedoBase(_acknowledged, _synchronizing, _newestNumber, RedoBase.NotUsable, _running.Seconds));
            foreach (var segment in _segments)
            {
                segment.Dispose();
            }

            _segments = [];
        }
    }

    private bool Save(HistorySegment segment, BlockAddress[] unsaved, long mostBytes)
    {
        var buffer = new byte[Blocks.Size];
        foreach (var address in unsaved.Where(address => !segment.Contains(address))) // a full disk lets this run again
        {
            segment.Add(address, Blocks.Read(_replica.Disks[address.Disk], address.Block, buffer));
        }

        segment.Commit();
        if (segment.Bytes - _notedBytes >= ApplyThreshold)
        {
            NoteHistory();
        }

        DropBeyond(mostBytes);
        return true;
    }

    private static IEnumerable<BlockAddress> BlocksOf(int disk, long offset, long count)
    {
        for (var block = offset / Blocks.Size; block * Blocks.Size < offset + count; block++)
        {
            yield return new BlockAddress(disk, block);
        }
    }
}
