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
        foreach (var stretch in stretches)
        {
            _underWay.WaitFor(stretch[0].Disk, RangeOf(stretch));
        }

        foreach (var stretch in stretches.Where(IsLong))
        {
            Begin(stretch);
        }

        var others = stretches.Where(stretch => !IsLong(stretch)).ToArray();
        Processors.Share(others.Length, index => Write(others[index]));
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

    private static DataRange RangeOf(ArraySegment<LogRecord> stretch) => new(stretch[0].Offset, EndOf(stretch[^1]) - stretch[0].Offset);

    private static bool IsLong(ArraySegment<LogRecord> stretch) => RangeOf(stretch).Length >= WorthUncached && !IsHole(stretch[0]);

    private void Write(ArraySegment<LogRecord> stretch)
    {
        var digests = stretch.Select(DigestsOf).ToArray();
        if (IsHole(stretch[0]))
        {
            Clear(stretch[0].Disk, stretch[0].Offset, RangeOf(stretch).Length);
        }
        else
        {
            foreach (var record in stretch)
            {
                Disks[record.Disk].Write(record.Offset, record.Data.Span);
            }
        }

        UpdateManifest(stretch, digests);
    }

    // What is under way outlasts the call: it is kept where it is when that is possible, and copied when it is not.
    private void Begin(ArraySegment<LogRecord> stretch)
    {
        var (kept, pieces) = stretch.All(CanBeHeld) ? Held(stretch) : Copied(stretch);
        _underWay.Begin(kept[0].Disk, RangeOf(kept), () =>
        {
            var digests = kept.Select(DigestsOf).ToArray();
            Disks[kept[0].Disk].WriteUncached(kept[0].Offset, [.. kept.Select(record => record.Data)]);
            UpdateManifest(kept, digests);
            Array.ForEach(pieces, piece => piece.LetGo());
        });
    }

    private static bool CanBeHeld(LogRecord record) => AlignedMemory.PieceOf(record.Data) is not null && AlignedMemory.IsAligned(record.Offset, record.Data.Span);

    private static (LogRecord[] Kept, AlignedMemory.Piece[] Pieces) Held(ArraySegment<LogRecord> stretch)
    {
        AlignedMemory.Piece[] pieces = [.. stretch.Select(record => AlignedMemory.PieceOf(record.Data)!)];
        Array.ForEach(pieces, piece => piece.Hold());
        return ([.. stretch], pieces);
    }

    private static (LogRecord[] Kept, AlignedMemory.Piece[] Pieces) Copied(ArraySegment<LogRecord> stretch)
    {
        var piece = StretchMemory.Rent();
        var kept = new LogRecord[stretch.Count];
        for (var index = 0; index < kept.Length; index++)
        {
            var data = piece.Memory.Slice((int)(stretch[index].Offset - stretch[0].Offset), stretch[index].Data.Length);
            stretch[index].Data.CopyTo(data);
            kept[index] = stretch[index] with { Data = data };
        }

        return (kept, [piece]);
    }

    private void UpdateManifest(ArraySegment<LogRecord> stretch, byte[][] digests)
    {
        ForgetRange(stretch[0].Disk);
        for (var index = 0; index < stretch.Count; index++)
        {
            UpdateManifest(stretch[index], digests[index]);
        }
    }
}
