using System.Buffers;

namespace AsrFailback.Replication.Journal;

/// <summary>Copies of the bytes that wait to be applied, in memory that is used again: fresh memory costs more than the copying. Not thread-safe.</summary>
internal sealed class KeptData
{
    private readonly List<byte[]> _rented = [];

    /// <summary>A copy that lasts until the release.</summary>
    public ReadOnlyMemory<byte> Copy(ReadOnlyMemory<byte> data)
    {
        var memory = ArrayPool<byte>.Shared.Rent(data.Length);
        _rented.Add(memory);
        data.CopyTo(memory);
        return memory.AsMemory(0, data.Length);
    }

    /// <summary>Gives all copies back; nobody reads them any more.</summary>
    public void Release()
    {
        _rented.ForEach(memory => ArrayPool<byte>.Shared.Return(memory));
        _rented.Clear();
    }
}
