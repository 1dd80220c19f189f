using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Source;

namespace AsrFailback.Replication.Link;

/// <summary>
/// Where neither source nor target has data: both read as zeros there, and nothing has to be compared. Each end is asked once
/// for a range. What is written meanwhile is queued by itself. Thread-safe.
/// </summary>
internal sealed class EmptyRanges(WriteSplitter source, IReplicationTarget target)
{
    private readonly Range[] _atSource = [.. source.DiskBytes.Select(_ => new Range(0, 0))];
    private readonly Range[] _atTarget = [.. source.DiskBytes.Select(_ => new Range(0, 0))];

    /// <summary>Blocks from one to another that hold no data.</summary>
    private sealed record Range(long First, long End)
    {
        public bool Covers(long first, int count) => First <= first && first + count <= End;
    }

    /// <summary>Whether blocks are zeros at both ends.</summary>
    public async ValueTask<bool> CoverAsync(int disk, long first, int count, CancellationToken cancellation)
    {
        if (!_atSource[disk].Covers(first, count))
        {
            _atSource[disk] = new Range(first, EndAtSource(disk, first));
        }

        if (!_atSource[disk].Covers(first, count))
        {
            return false;
        }

        if (!_atTarget[disk].Covers(first, count))
        {
            _atTarget[disk] = new Range(first, await target.NextDataAsync(disk, first, cancellation).ConfigureAwait(false));
        }

        return _atTarget[disk].Covers(first, count);
    }

    private long EndAtSource(int disk, long first)
    {
        var data = source.NextData(disk, first * Blocks.Size);
        return data == source.DiskBytes[disk] ? Blocks.Count(data) : data / Blocks.Size;
    }
}
