using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Source;
using Xunit.Abstractions;

namespace AsrFailback.Replication.Tests;

/// <summary>The source loses power, with writes of the machine still in its page cache.</summary>
public sealed class SourcePowerCutTests(ITestOutputHelper output)
{
    [Fact]
    public async Task After_a_power_cut_every_difference_between_the_sides_is_in_a_marked_region()
    {
        var unmarked = new List<string>();
        for (var seed = 0; seed < 60; seed++)
        {
            await using var pair = new PairBench();
            await WorkAsync(pair, new Random(seed));
            var left = pair.Source.Disk.Crash(new Random(seed));
            unmarked.AddRange(Unmarked(pair, left).Select(where => $"seed {seed}: {where}"));
        }

        output.WriteLine("60 power cuts of a source");
        Assert.True(unmarked.Count == 0, string.Join(Environment.NewLine, unmarked.Take(5)));
    }

    [Fact]
    public async Task After_an_unclean_stop_the_target_becomes_equal_by_comparing_marked_regions_only()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            await using var pair = new PairBench();
            var session = await pair.StartInOrderAsync();
            await session.MarkPointAsync(Guid.NewGuid(), "", PointConsistency.CrashConsistent, Patience.Token).OrFail();
            pair.Link.Hold();
            pair.Machine.Write(0, RegionMap.RegionSize + (512 * seed), SourceBench.Bytes(4096, seed));
            await pair.RestartSourceAsync();
            await pair.StartInOrderAsync();

            Assert.Equal(16, pair.Link.Compared.Count);
            Assert.All(pair.Link.Compared, block => Assert.Equal((0, 1L), (block.Disk, block.Block * Blocks.Size / RegionMap.RegionSize)));
            Assert.Empty(pair.Differences());
        }
    }

    private static async Task WorkAsync(PairBench pair, Random random)
    {
        var session = await pair.StartInOrderAsync();
        for (var round = 0; round < 6; round++)
        {
            for (var count = 0; count < 4; count++)
            {
                var disk = random.Next(2);
                var sector = random.NextInt64((SourceBench.DiskBytes[disk] / 512) - 16);
                pair.Machine.Write(disk, 512 * sector, SourceBench.Bytes(8192, random.Next()));
            }

            if (random.Next(3) == 0)
            {
                pair.Machine.Flush();
            }

            await session.MarkPointAsync(Guid.NewGuid(), "", PointConsistency.CrashConsistent, Patience.Token).OrFail();
        }
    }

    private static List<string> Unmarked(PairBench pair, SimulatedDisk left)
    {
        pair.Journal.Settle();
        var marked = IntentBitmap.ReadOrFull(left, SourceBench.IntentPath, SourceBench.DiskBytes);
        var (source, target) = (SourceBench.OpenDisks(left), JournalFiles.OpenDisks(pair.TargetDisk));
        var found = new List<string>();
        for (var disk = 0; disk < source.Count; disk++)
        {
            var (here, there) = (SourceBench.ReadAll(source[disk]), SourceBench.ReadAll(target[disk]));
            for (var sector = 0; sector < here.Length; sector += 512)
            {
                if (!here.AsSpan(sector, 512).SequenceEqual(there.AsSpan(sector, 512)) && !marked[disk][sector / RegionMap.RegionSize])
                {
                    found.Add($"disk {disk}, byte {sector} differs, its region is not marked");
                }
            }
        }

        return found;
    }
}
