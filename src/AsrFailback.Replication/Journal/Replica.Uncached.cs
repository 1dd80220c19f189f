using AsrFailback.Replication.IO;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Journal;

/// <content>Data that goes straight to the replica: long stretches, several at a time, past the page cache.</content>
internal sealed partial class Replica
{
    private const int WorthUncached = 256 << 10; // bytes: scattered blocks are put in order by the page cache

    private static readonly AlignedMemory StretchMemory = new(LogRecord.MaxData);

    /// <summary>Does what <see cref="Overwrite"/> does; nothing, and false, when two records overlap and their order counts.</summary>
    public bool TryOverwriteUncached(List<LogRecord> records)
    {
        var sorted = records.OrderBy(record => record.Disk).ThenBy(record => record.Offset).ToArray();
        if (sorted.Zip(sorted.Skip(1)).Any(pair => pair.First.Disk == pair.Second.Disk && EndOf(pair.First) > pair.Second.Offset))
        {
            return false;
        }

        var stretches = StretchesOf(sorted).ToArray();
        Processors.Share(stretches.Length, index => WriteUncached(stretches[index]));
        return true;
    }

    private static IEnumerable<ArraySegment<LogRecord>> StretchesOf(LogRecord[] sorted)
    {
        for (int first = 0, next; first < sorted.Length; first = next)
        {
            for (next = first + 1; next < sorted.Length && Continues(sorted[first], sorted[next - 1], sorted[next]); next++)
            {
            }

            yield return new ArraySegment<LogRecord>(sorted, first, next - first);
        }
    }

    private static bool Continues(LogRecord first, LogRecord last, LogRecord next) =>
        next.Disk == last.Disk && next.Offset == EndOf(last) && EndOf(next) - first.Offset <= LogRecord.MaxData && IsHole(next) == IsHole(first);

    private static long EndOf(LogRecord record) => record.Offset + record.Data.Length;

    private void WriteUncached(ArraySegment<LogRecord> stretch)
    {
        var digests = stretch.Select(DigestsOf).ToArray();
        if (IsHole(stretch[0]))
        {
            Clear(stretch[0].Disk, stretch[0].Offset, EndOf(stretch[^1]) - stretch[0].Offset);
        }
        else
        {
            WriteTogether(stretch);
        }

        for (var index = 0; index < stretch.Count; index++)
        {
            UpdateManifest(stretch[index], digests[index]);
        }
    }

    private void WriteTogether(ArraySegment<LogRecord> stretch)
    {
        var (disk, offset) = (stretch[0].Disk, stretch[0].Offset);
        var length = (int)(EndOf(stretch[^1]) - offset);
        _data[disk] = default;
        if (length < WorthUncached)
        {
            foreach (var record in stretch)
            {
                Disks[disk].Write(record.Offset, record.Data.Span);
            }

            return;
        }

        var memory = StretchMemory.Rent();
        try
        {
            foreach (var record in stretch)
            {
                record.Data.Span.CopyTo(memory.Span[(int)(record.Offset - offset)..]);
            }

            Disks[disk].WriteUncached(offset, memory.Span[..length]);
        }
        finally
        {
            StretchMemory.Return(memory);
        }
    }
}
