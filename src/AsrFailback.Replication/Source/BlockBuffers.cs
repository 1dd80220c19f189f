using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Source;

/// <summary>Memory of the blocks that a synchronisation sends, used again: fresh memory costs more than reading the block. Thread-safe.</summary>
internal sealed class BlockBuffers
{
    private readonly ConcurrentBag<byte[]> _free = [];

    /// <summary>Memory for a block.</summary>
    public byte[] Rent() => _free.TryTake(out var buffer) ? buffer : GC.AllocateUninitializedArray<byte>(Blocks.Size);

    /// <summary>Takes back the memory of a block.</summary>
    public void Return(ReadOnlyMemory<byte> block)
    {
        if (MemoryMarshal.TryGetArray(block, out var used))
        {
            _free.Add(used.Array!);
        }
    }

    /// <summary>Takes back what the blocks of acknowledged records were in; there are never more of them than the queue held.</summary>
    public void Return(IEnumerable<LogRecord> records)
    {
        foreach (var record in records)
        {
            if (record.Kind == LogRecordKind.SyncBlock)
            {
                Return(record.Data);
            }
        }
    }
}
