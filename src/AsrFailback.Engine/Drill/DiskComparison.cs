using AsrFailback.Replication.Disks;

namespace AsrFailback.Engine.Drill;

/// <summary>What a comparison of all disks with the witness found.</summary>
/// <param name="BlocksCompared">64 KiB blocks compared: all of them.</param>
/// <param name="Different">The blocks that are not what the witness says, by disk.</param>
/// <param name="LostWrites">Acknowledged writes at or before the position whose content is missing.</param>
internal sealed record ComparisonResult(long BlocksCompared, IReadOnlyList<(int Disk, long Block)> Different, long LostWrites);

/// <summary>Compares every block of every disk with what the witness says it must hold.</summary>
internal sealed class DiskComparison(IReadOnlyList<byte[]> baselines, Dictionary<(int Disk, long Chunk), ExpectedChunk> expected, long seed)
{
    private const int ChunksPerBlock = Blocks.Size / WitnessLog.ChunkSize;

    /// <summary>Compares; reads the disks on all processors.</summary>
    public ComparisonResult Run(IReadOnlyList<IBlockDevice> disks, CancellationToken cancellation)
    {
        var different = new List<(int Disk, long Block)>();
        long lost = 0;
        long compared = 0;
        var mismatch = new object();
        for (var index = 0; index < disks.Count; index++)
        {
            var (disk, number) = (disks[index], index);
            compared += Blocks.Count(disk.Length);
            Parallel.For(0, Blocks.Count(disk.Length), new ParallelOptions { CancellationToken = cancellation }, block =>
            {
                var (differs, missing) = CompareBlock(disk, number, block);
                if (differs)
                {
                    lock (mismatch)
                    {
                        different.Add((number, block));
                        lost += missing;
                    }
                }
            });
        }

        different.Sort();
        return new ComparisonResult(compared, different, lost);
    }

    private (bool Differs, int LostWrites) CompareBlock(IBlockDevice disk, int number, long block)
    {
        Span<byte> buffer = stackalloc byte[Blocks.Size];
        var content = Blocks.Read(disk, block, buffer);
        var (differs, lost) = (false, 0);
        for (var at = 0; at < content.Length; at += WitnessLog.ChunkSize)
        {
            var chunk = content[at..Math.Min(content.Length, at + WitnessLog.ChunkSize)];
            var index = (block * ChunksPerBlock) + (at / WitnessLog.ChunkSize);
            var place = expected.GetValueOrDefault((number, index));
            if (!Matches(chunk, number, index, place))
            {
                differs = true;
                lost += place?.Write > 0 ? 1 : 0;
            }
        }

        return (differs, lost);
    }

    private bool Matches(ReadOnlySpan<byte> chunk, int disk, long index, ExpectedChunk? expectedChunk)
    {
        if (expectedChunk is null)
        {
            return IsAsItBegan(chunk, disk, index);
        }

        Span<byte> written = stackalloc byte[WitnessLog.ChunkSize];
        foreach (var write in expectedChunk.Unsettled.Prepend(expectedChunk.Write))
        {
            if (write == 0 ? IsAsItBegan(chunk, disk, index) : IsWrite(chunk, written, write))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsWrite(ReadOnlySpan<byte> chunk, Span<byte> written, long write)
    {
        SeededContent.FillWrite(written, seed, write);
        return chunk.SequenceEqual(written);
    }

    private bool IsAsItBegan(ReadOnlySpan<byte> chunk, int disk, long index)
    {
        Span<byte> digest = stackalloc byte[Baseline.DigestSize];
        Baseline.Digest(chunk, digest);
        return digest.SequenceEqual(baselines[disk].AsSpan(checked((int)(index * Baseline.DigestSize)), Baseline.DigestSize));
    }
}
