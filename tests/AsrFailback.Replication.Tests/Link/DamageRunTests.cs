using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Link;
using AsrFailback.Replication.Source;
using Xunit.Abstractions;

namespace AsrFailback.Replication.Tests;

/// <summary>A machine writes, points are taken, blocks rot and are fetched, all at once and for many rounds.</summary>
public sealed class DamageRunTests(ITestOutputHelper output)
{
    private const int Rounds = 15;

    [Theory]
    [InlineData(1, 20_480)]
    [InlineData(2, 512)]
    public async Task Every_point_that_is_listed_at_the_end_is_exact_or_was_said_to_be_spoilt(int seed, int largestWrite)
    {
        await using var pair = new PairBench();
        var content = SourceBench.DiskBytes.Select((bytes, disk) => SourceBench.Bytes((int)bytes, disk)).ToArray();
        for (var disk = 0; disk < content.Length; disk++)
        {
            pair.Machine.Write(disk, 0, content[disk]);
        }

        var session = await pair.StartInOrderAsync();
        var random = new Random(seed);
        var states = new Dictionary<Guid, byte[][]>();
        var dropped = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var scrubbing = Task.Run(() => ScrubAndFetch(pair));
            for (var write = 0; write < 12; write++)
            {
                Write(pair.Machine, content, random, largestWrite);
            }

            await scrubbing.OrFail();
            await session.DrainAsync(Patience.Token).OrFail();
            if (round % 3 != 0)
            {
                pair.Journal.Settle();
                var (disk, offset) = Rot(pair, random);
                var fetching = Task.Run(() => ScrubAndFetch(pair));
                if (round % 3 == 1)
                {
                    await fetching.OrFail();
                }

                WriteAt(pair.Machine, content, random, disk, offset); // before, while or after it is fetched
                await fetching.OrFail();
                await session.DrainAsync(Patience.Token).OrFail();
            }

            var spoilings = pair.Journal.Spoilings;
            var spoilt = pair.Journal.DamagedBlocks.Count > 0 || spoilings > dropped;
            if (await MarkAsync(session) is { } point)
            {
                states.Add(point.Id, [.. content.Select(disk => (byte[])disk.Clone())]);
                if (spoilt)
                {
                    pair.Journal.DropBefore(point.Id);
                    dropped = spoilings;
                }
            }

        }

        Assert.Empty(Differences(pair.Journal, states));
        output.WriteLine($"seed {seed}: {pair.Journal.Spoilings} spoilings, {pair.Journal.Points.Count} of {states.Count} points are left");
        Assert.Empty(pair.Differences());
    }

    private static void Write(WriteSplitter machine, byte[][] content, Random random, int largest)
    {
        var disk = random.Next(content.Length);
        var data = new byte[512 * random.Next(1, (largest / 512) + 1)];
        random.NextBytes(data);
        var offset = 512 * random.Next((content[disk].Length - data.Length) / 512);
        machine.Write(disk, offset, data);
        data.CopyTo(content[disk].AsSpan(offset));
    }

    private static void WriteAt(WriteSplitter machine, byte[][] content, Random random, int disk, long offset)
    {
        var sector = new byte[512];
        random.NextBytes(sector);
        machine.Write(disk, offset / 512 * 512, sector);
        sector.CopyTo(content[disk].AsSpan((int)(offset / 512 * 512)));
    }

    private static void ScrubAndFetch(PairBench pair)
    {
        var found = pair.Journal.Scrub(pair.Journal.BlockCount);
        if (found.Count > 0)
        {
            pair.Journal.RememberDamage(found);
            pair.Machine.MarkDifferent(RegionMap.Of(found, pair.Machine.DiskBytes));
            pair.Session!.Synchronise();
        }
    }

    // Every digest is known by then: what a partial write made unknown can rot unseen.
    private static (int Disk, long Offset) Rot(PairBench pair, Random random)
    {
        pair.Journal.Scrub(pair.Journal.BlockCount);
        var disk = random.Next(SourceBench.DiskBytes.Count);
        var at = random.NextInt64(SourceBench.DiskBytes[disk]);
        using var file = pair.TargetDisk.Open(JournalFiles.DiskPath(disk), FileOpening.ReadWrite);
        var one = new byte[1];
        file.Read(at, one);
        one[0] ^= (byte)(1 << random.Next(8));
        file.Write(at, one);
        return (disk, at / Blocks.Size * Blocks.Size);
    }

    private static async Task<RecoveryPoint?> MarkAsync(ReplicationSession session) =>
        (await ReplicationSession.MarkCommonPointAsync([session], Guid.NewGuid(), "", PointConsistency.CrashConsistent, Patience.Token).OrFail())[0];

    private static string[] Differences(RetentionJournal journal, Dictionary<Guid, byte[][]> states) =>
    [
        .. journal.Points.Where(point => states.ContainsKey(point.Id) && !journal.OpenPoint(point.Id).Zip(states[point.Id])
            .All(one => SourceBench.ReadAll(one.First).AsSpan().SequenceEqual(one.Second))).Select(point => $"{point.Position}"),
    ];
}
