using System.Runtime.CompilerServices;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Source;

namespace AsrFailback.Replication.Link;

/// <content>Comparing what may differ with the target, several stretches at a time, and queueing the blocks that do.</content>
public sealed partial class ReplicationSession
{
    private const int BlocksPerStretch = 256;

    /// <summary>Blocks of a disk that are compared together, ascending; their regions, and those before them where nothing has to be looked at, are done then.</summary>
    private sealed record Stretch(int Disk, IReadOnlyList<long> Blocks, int Regions);

    private async Task CompareAsync(RegionMap regions, CancellationToken cancellation)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Comparers, CancellationToken = cancellation };
        await Parallel.ForEachAsync(StretchesAsync(regions, cancellation), parallel, async (stretch, stopping) =>
        {
            await CompareAsync(stretch, stopping).ConfigureAwait(false);
            var done = (long)stretch.Regions * RegionMap.RegionSize;
            _compared.Add(done);
            Volatile.Write(ref _lastCompareRate, _compared.PerSecond);
            Update(status => status with { SyncBytesDone = status.SyncBytesDone + done });
        }).ConfigureAwait(false);
    }

    private async IAsyncEnumerable<Stretch> StretchesAsync(RegionMap regions, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var empty = new EmptyRanges(_source, _target);
        for (var disk = 0; disk < regions.DiskBytes.Count; disk++)
        {
            var (blocks, covered) = (new List<long>(BlocksPerStretch), 0);
            foreach (var region in regions[disk].Members())
            {
                var (first, count) = RegionMap.BlocksOf(region, regions.DiskBytes[disk]);
                var wanted = _source.MayDiffer(disk, region);
                if (wanted != 0 && !await empty.CoverAsync(disk, first, count, cancellation).ConfigureAwait(false))
                {
                    blocks.AddRange(Enumerable.Range(0, count).Where(index => (wanted & (1 << index)) != 0 && !empty.Covers(disk, first + index)).Select(index => first + index));
                }

                covered++;
                if (blocks.Count > BlocksPerStretch - RegionMap.BlocksPerRegion)
                {
                    yield return new Stretch(disk, blocks, covered);
                    (blocks, covered) = (new List<long>(BlocksPerStretch), 0);
                }
            }

            if (covered > 0)
            {
                yield return new Stretch(disk, blocks, covered);
            }
        }
    }

    private async Task CompareAsync(Stretch stretch, CancellationToken cancellation)
    {
        var (disk, blocks) = (stretch.Disk, stretch.Blocks);
        var digests = blocks.Count > 0 && !SendsAll ? await _target.GetDigestsAsync(disk, blocks, cancellation).ConfigureAwait(false) : [];
        for (var index = 0; index < blocks.Count; index++)
        {
            var image = _source.ReadBlock(new BlockAddress(disk, blocks[index]));
            if (!SendsAll && Blocks.HasDigest(image.Content.Span, digests.AsSpan(index * Blocks.DigestSize, Blocks.DigestSize)))
            {
                _source.Discard(image);
            }
            else
            {
                await _source.Queue.WaitForRoomAsync(cancellation).ConfigureAwait(false);
                _source.QueueBlock(image);
            }
        }
    }
}
