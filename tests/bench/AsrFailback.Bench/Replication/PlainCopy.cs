using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Bench.Replication;

/// <summary>What a disk needs for the data of an image alone: read from the page cache, written past it by some threads, flushed. No copy is faster.</summary>
internal static class PlainCopy
{
    private const int Piece = 1 << 20;
    private const int Threads = 4;

    /// <summary>Copies the data of an image to a new sparse one.</summary>
    public static void Copy(string image, string copy)
    {
        using var source = RawImage.Open(new LocalFileSystem(), image, writable: false);
        using var target = SeededImage.Create(copy, source.Length);
        var (pieces, next) = (PiecesOf(source).ToArray(), -1);
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            var memory = new AlignedMemory(Piece).Rent().Memory;
            for (int index; (index = Interlocked.Increment(ref next)) < pieces.Length;)
            {
                var content = memory[..(int)pieces[index].Length];
                source.Read(pieces[index].Offset, content.Span);
                target.WriteUncached(pieces[index].Offset, [content]);
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        target.Flush();
    }

    private static IEnumerable<DataRange> PiecesOf(IBlockDevice disk)
    {
        for (var data = disk.NextData(0); data is { } range; data = disk.NextData(range.End))
        {
            for (var offset = range.Offset; offset < range.End; offset += Piece)
            {
                yield return new DataRange(offset, Math.Min(Piece, range.End - offset));
            }
        }
    }
}
