using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Source;

namespace AsrFailback.Replication.Link;

/// <summary>
/// Where neither source nor target has data: both read as zeros there, and nothing has to be compared. Each end is asked once
/// for a range, because finding its end may cost; the target, which is far away, not for a single block. What is written meanwhile
/// is queued by itself. Not thread-safe.
/// </summary>
internal sealed class EmptyRanges(WriteSplitter source, IReplicationTarget target)
{
    private readonly Known[] _atSource = [.. source.DiskBytes.Select(_ => default(Known))];
    private readonly Known[] _atTarget = [.. source.DiskBytes.Select(_ => default(Known))];

    /// <summary>What was found from one byte of a disk to another: no data up to a third, data behind it.</summary>
    private readonly record struct Known(long From, long Data, long Until)
    {
        public bool Tells(long start, long end) => From <= start && (end <= Data || start < Until);

        public bool IsEmpty(long end) => end <= Data;
    }

    /// <summary>Whether blocks are zeros at both ends.</summary>
    public async ValueTask<bool> CoverAsync(int disk, long first, int count, CancellationToken cancellation)
    {
        var (start, end) = RangeOf(disk, first, count);
        if (!IsEmptyAtSource(disk, start, end))
        {
            return false;
        }

        if (!_atTarget[disk].Tells(start, end))
        {
            var data = await target.NextDataAsync(disk, first, cancellation).ConfigureAwait(false) * Blocks.Size;
            _atTarget[disk] = new Known(start, data, data);
        }

        return _atTarget[disk].IsEmpty(end);
    }

    /// <summary>Whether a block is zeros at both ends, as far as that is known without asking the target.</summary>
    public bool Covers(int disk, long block)
    {
        var (start, end) = RangeOf(disk, block, 1);
        return _atTarget[disk].Tells(start, end) && _atTarget[disk].IsEmpty(end) && IsEmptyAtSource(disk, start, end);
    }

    private (long Start, long End) RangeOf(int disk, long first, int count) =>
        (first * Blocks.Size, Math.Min((first + count) * Blocks.Size, source.DiskBytes[disk]));

    private bool IsEmptyAtSource(int disk, long start, long end)
    {
        if (!_atSource[disk].Tells(start, end))
        {
            _atSource[disk] = source.NextData(disk, start) is { } data
                ? new Known(start, data.Offset, data.End)
                : new Known(start, source.DiskBytes[disk], source.DiskBytes[disk]);
        }

        return _atSource[disk].IsEmpty(end);
    }
}
