using System.Buffers;
using System.Numerics;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Source;

namespace AsrFailback.Replication.Link;

/// <content>Comparing the marked regions with the target, several at a time, and queueing the blocks that differ.</content>
public sealed partial class ReplicationSession
{
    private async Task CompareAsync(RegionMap regions, CancellationToken cancellation)
    {
        var empty = new EmptyRanges(_source, _target);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Comparers, CancellationToken = cancellation };
        await Parallel.ForEachAsync(regions.Members(), parallel, async (place, stopping) =>
        {
            await CompareRegionAsync(place.Disk, place.Region, empty, stopping).ConfigureAwait(false);
            _compared.Add(RegionMap.RegionSize);
            Volatile.Write(ref _lastCompareRate, _compared.PerSecond);
            Update(status => status with { SyncBytesDone = status.SyncBytesDone + RegionMap.RegionSize });
        }).ConfigureAwait(false);
    }

    private async Task CompareRegionAsync(int disk, long region, EmptyRanges empty, CancellationToken cancellation)
    {
        var (first, count) = RegionMap.BlocksOf(region, _source.DiskBytes[disk]);
        var wanted = (uint)_source.MayDiffer(disk, region);
        if (wanted == 0 || await empty.CoverAsync(disk, first, count, cancellation).ConfigureAwait(false))
        {
            return;
        }

        // Only what lies between the first and the last of them is asked for and read.
        var skip = BitOperations.TrailingZeroCount(wanted);
        (first, count, wanted) = (first + skip, Math.Min(count - skip, 32 - BitOperations.LeadingZeroCount(wanted) - skip), wanted >> skip);
        var digests = await _target.GetDigestsAsync(disk, first, count, cancellation).ConfigureAwait(false);
        var content = ArrayPool<byte>.Shared.Rent(RegionMap.RegionSize);
        try
        {
            var bytes = (int)Math.Min((long)count * Blocks.Size, _source.DiskBytes[disk] - (first * Blocks.Size));
            _source.Read(disk, first * Blocks.Size, content.AsSpan(0, bytes));
            for (var index = 0; index < count; index++)
            {
                var block = content.AsSpan(index * Blocks.Size, Math.Min(Blocks.Size, bytes - (index * Blocks.Size)));
                if ((wanted & (1u << index)) == 0 || Blocks.HasDigest(block, digests.AsSpan(index * Blocks.DigestSize, Blocks.DigestSize)))
                {
                    continue;
                }

                await _source.Queue.WaitForRoomAsync(cancellation).ConfigureAwait(false);
                _source.QueueBlock(new BlockAddress(disk, first + index));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(content);
        }
    }
}
