using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Link;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Tests;

/// <summary>A target in memory that does at once what it is told, and remembers it.</summary>
internal sealed class MemoryTarget(IReadOnlyList<long> diskBytes) : IReplicationTarget
{
    private readonly object _lock = new();
    private readonly byte[][] _disks = [.. diskBytes.Select(bytes => new byte[bytes])];
    private LogPosition _acknowledged;

    /// <summary>Asked before every call; may throw, or keep it waiting.</summary>
    public Func<string, CancellationToken, Task> OnCall { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Every record, in order.</summary>
    public List<LogRecord> Received { get; } = [];

    /// <summary>Batches.</summary>
    public int Batches { get; private set; }

    /// <summary>Records of the largest batch.</summary>
    public int MostAtOnce { get; private set; }

    public async ValueTask<LogPosition> ReceiveAsync(IReadOnlyList<LogRecord> records, CancellationToken cancellation)
    {
        await OnCall("receive", cancellation);
        lock (_lock)
        {
            Batches++;
            MostAtOnce = Math.Max(MostAtOnce, records.Count);
            foreach (var record in records)
            {
                Received.Add(record with { Data = record.Data.ToArray() });
                if (record.Disk < _disks.Length && record.Offset >= 0 && record.Offset <= _disks[record.Disk].Length - record.Data.Length)
                {
                    record.Data.Span.CopyTo(_disks[record.Disk].AsSpan((int)record.Offset));
                }

                _acknowledged = record.Position;
            }

            return _acknowledged;
        }
    }

    public async ValueTask<byte[]> GetDigestsAsync(int disk, IReadOnlyList<long> blocks, CancellationToken cancellation)
    {
        await OnCall("digests", cancellation);
        return [.. blocks.SelectMany(block => Blocks.Digest(Block(disk, block)))];
    }

    public async ValueTask<long> NextDataAsync(int disk, long firstBlock, CancellationToken cancellation)
    {
        await OnCall("data", cancellation);
        var block = firstBlock;
        while (block < Blocks.Count(diskBytes[disk]) && Blocks.IsZero(Block(disk, block)))
        {
            block++;
        }

        return block;
    }

    private byte[] Block(int disk, long block)
    {
        lock (_lock)
        {
            return _disks[disk].AsSpan((int)(block * Blocks.Size), Blocks.LengthOf(block, diskBytes[disk])).ToArray();
        }
    }
}
