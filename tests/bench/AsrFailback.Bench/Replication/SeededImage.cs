using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;

namespace AsrFailback.Bench.Replication;

/// <summary>Raw images whose content follows from a seed: runs of data of 64 KiB to 4 MiB between holes.</summary>
internal static class SeededImage
{
    private const int MostBlocksInRun = 64;

    /// <summary>Creates an image of which a share is data, and a copy of it in which a share of the blocks with data has changed.</summary>
    public static void CreatePair(string image, string changed, long bytes, double data, double changes)
    {
        var random = new Random(43);
        using var first = Create(image, bytes);
        using var second = Create(changed, bytes);
        var content = new byte[MostBlocksInRun * Blocks.Size];
        for (long block = 0; block < Blocks.Count(bytes);)
        {
            var run = (int)Math.Min(random.Next(1, MostBlocksInRun + 1), Blocks.Count(bytes) - block);
            if (random.NextDouble() < data)
            {
                var piece = content.AsSpan(0, run * Blocks.Size);
                random.NextBytes(piece);
                first.Write(block * Blocks.Size, piece);
                for (var index = 0; index < run; index++)
                {
                    if (random.NextDouble() < changes)
                    {
                        random.NextBytes(piece.Slice(index * Blocks.Size, Blocks.Size));
                    }
                }

                second.Write(block * Blocks.Size, piece);
            }

            block += run;
        }

        first.Flush();
        second.Flush();
    }

    /// <summary>A sparse image that reads as zeros.</summary>
    public static IStoredFile Create(string path, long bytes)
    {
        File.Delete(path);
        var file = new LocalFileSystem().Open(path, FileOpening.CreateNew);
        file.SetLength(bytes);
        return file;
    }

    /// <summary>Reads an image, so that it is in the page cache.</summary>
    public static void Read(string path)
    {
        using var disk = RawImage.Open(new LocalFileSystem(), path, writable: false);
        var content = new byte[1 << 20];
        for (var data = disk.NextData(0); data is { } range; data = disk.NextData(range.End))
        {
            for (var offset = range.Offset; offset < range.End; offset += content.Length)
            {
                disk.Read(offset, content.AsSpan(0, (int)Math.Min(content.Length, range.End - offset)));
            }
        }
    }

    /// <summary>Whether two images hold the same bytes: digest by digest, where either has data.</summary>
    public static bool AreSame(string one, string other)
    {
        var files = new LocalFileSystem();
        using var first = RawImage.Open(files, one, writable: false);
        using var second = RawImage.Open(files, other, writable: false);
        var (left, right) = (new byte[Blocks.Size], new byte[Blocks.Size]);
        for (var block = NextBlock(0); block is { } present; block = NextBlock(present + 1))
        {
            if (!Blocks.Digest(Blocks.Read(first, present, left)).AsSpan().SequenceEqual(Blocks.Digest(Blocks.Read(second, present, right))))
            {
                return false;
            }
        }

        return first.Length == second.Length;

        long? NextBlock(long from) => new[] { first, second }.Select(disk => disk.NextData(from * Blocks.Size)?.Offset / Blocks.Size).Min() is { } next
            ? Math.Max(next, from)
            : null;
    }
}
