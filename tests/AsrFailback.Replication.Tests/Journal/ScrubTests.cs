using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;
using AsrFailback.Replication.Log;
using Xunit.Abstractions;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// What rots is found. To see it fail, answer <c>BlockState.Same</c> from <c>Replica.Compare</c>, or leave a block out of
/// <c>RetentionJournal.Scrub</c>.
/// </summary>
public sealed class ScrubTests(ITestOutputHelper output)
{
    private static readonly long[] TwoDisks = [(20 * Blocks.Size) + 1536, (9 * Blocks.Size) + 512];

    [Fact]
    public void A_flipped_bit_in_any_block_is_found_and_named()
    {
        using var bench = Full(TwoDisks);
        foreach (var address in Every(TwoDisks))
        {
            Flip(bench.Disk, address, 0, 1);

            Assert.Equal([address], bench.Journal.Scrub(bench.Journal.BlockCount));

            Mend(bench, address);
            Assert.Empty(bench.Journal.Scrub(bench.Journal.BlockCount));
        }
    }

    [Fact]
    public void A_block_that_was_written_in_part_is_watched_from_the_next_round_on()
    {
        using var bench = Full(TwoDisks);
        bench.Receive(bench.Records.Write(0, (3 * Blocks.Size) + 4096, 4096), bench.Records.Mark());
        Assert.Empty(bench.Journal.Scrub(bench.Journal.BlockCount));
        Flip(bench.Disk, new BlockAddress(0, 3), 100, 2);

        Assert.Equal([new BlockAddress(0, 3)], bench.Journal.Scrub(bench.Journal.BlockCount));
    }

    [Fact]
    public void A_thousand_flips_of_any_bits_are_a_thousand_names()
    {
        const int Flips = 1_000;
        const int Seed = 91;
        long[] disks = [700L * Blocks.Size, 500L * Blocks.Size];
        var random = new Random(Seed);
        var damaged = Every(disks).OrderBy(_ => random.Next()).Take(Flips).ToHashSet();
        var disk = new SimulatedDisk();
        JournalFiles.Create(disk, disks);
        using var journal = JournalFiles.Open(disk);
        var records = new RecordFactory(random, disks);
        journal.Receive(records.Of(LogRecordKind.SyncStarted));
        foreach (var address in Every(disks))
        {
            journal.Receive(records.Write(address.Disk, address.Block * Blocks.Size, Blocks.Size) with { Kind = LogRecordKind.SyncBlock });
        }

        journal.Receive(records.Of(LogRecordKind.SyncCompleted));
        foreach (var address in damaged)
        {
            Flip(disk, address, random.Next(Blocks.Size), (byte)(1 << random.Next(8)));
        }

        var found = journal.Scrub(journal.BlockCount);

        output.WriteLine($"seed {Seed}: {found.Count} of {Flips} found");
        Assert.Equal(Flips, found.Count);
        Assert.Equal(damaged, found.ToHashSet());
    }

    [Theory]
    [InlineData(24, 31)]
    [InlineData(1, 31)]
    [InlineData(7, 31)]
    public void A_whole_round_in_shares_looks_at_every_block_whatever_the_number_of_blocks(int shares, int blocks)
    {
        using var bench = Full([blocks * (long)Blocks.Size]);
        var found = new HashSet<BlockAddress>();
        for (var block = 0; block < blocks; block++)
        {
            Flip(bench.Disk, new BlockAddress(0, block), 7, 16);
        }

        for (var share = 0; share < shares; share++)
        {
            found.UnionWith(bench.Journal.Scrub((bench.Journal.BlockCount / shares) + 1));
        }

        Assert.Equal(blocks, found.Count);
    }

    [Fact]
    public void Older_points_are_exact_again_once_a_block_that_the_machine_has_not_changed_was_fetched()
    {
        using var bench = Full(TwoDisks);
        bench.Mark();
        bench.Receive(bench.Records.Write(1, 0, 512));
        bench.Mark();
        var address = new BlockAddress(0, 3);
        Flip(bench.Disk, address, 100, 2);
        bench.Journal.RememberDamage(bench.Journal.Scrub(bench.Journal.BlockCount));
        bench.Receive(bench.Records.Write(0, 7 * Blocks.Size, 512)); // the machine goes on elsewhere

        Mend(bench, address);

        Assert.Equal(4, bench.Journal.Points.Count); // one of them is what came in order before the synchronisation
        Assert.All(bench.Journal.Points, point => Assert.Empty(bench.DifferencesAt(point.Id)));
        Assert.Empty(bench.ReplicaDifferences());
        bench.Reopen();
        Assert.All(bench.Journal.Points, point => Assert.Empty(bench.DifferencesAt(point.Id)));
    }

    [Fact]
    public void Older_points_are_exact_when_the_machine_changes_a_mended_block_later()
    {
        using var bench = Full(TwoDisks);
        bench.Mark();
        var address = new BlockAddress(0, 3);
        Flip(bench.Disk, address, 100, 2);
        bench.Journal.RememberDamage(bench.Journal.Scrub(bench.Journal.BlockCount));
        Mend(bench, address);
        bench.Receive(bench.Records.Write(0, address.Block * Blocks.Size, 512), bench.Records.Mark());

        Assert.All(bench.Journal.Points, point => Assert.Empty(bench.DifferencesAt(point.Id)));
    }

    [Fact]
    public async Task Nothing_false_is_found_while_writes_of_any_size_flow()
    {
        using var bench = Full(TwoDisks);
        using var stop = new CancellationTokenSource();
        var rounds = 0;
        var found = new List<BlockAddress>();
        var scrubber = Task.Factory.StartNew(
            () =>
            {
                for (; !stop.IsCancellationRequested; rounds++)
                {
                    found.AddRange(bench.Journal.Scrub(17));
                }
            },
            TaskCreationOptions.LongRunning);
        for (var batch = 0; batch < 300; batch++)
        {
            bench.Journal.Receive([.. Enumerable.Range(0, 3).Select(_ => bench.Records.Write()), .. batch % 4 == 0 ? [bench.Records.Mark()] : Array.Empty<LogRecord>()]);
            bench.Journal.Digests(0, 0, 20);
        }

        await stop.CancelAsync();
        await scrubber.OrFail();
        output.WriteLine($"{rounds} shares");
        Assert.Empty(found);
    }

    [Fact]
    public void A_finding_is_not_lost_when_a_later_block_of_its_share_cannot_be_read()
    {
        var bad = false;
        using var bench = Full(TwoDisks);
        RationedFileSystem? files = null;
        bench.Reopen(disk => files = new RationedFileSystem(disk)
        {
            Unreadable = (path, offset) => bad && path == JournalFiles.DiskPath(0) && offset == 9 * Blocks.Size,
        });
        Flip(bench.Disk, new BlockAddress(0, 3), 100, 2);
        bad = true;
        var found = new HashSet<BlockAddress>();
        var refused = Record.Exception(() => found.UnionWith(bench.Journal.Scrub(bench.Journal.BlockCount)));
        bad = false;

        found.UnionWith(bench.Journal.Scrub(bench.Journal.BlockCount));

        Assert.True(refused is null or AsrException);
        Assert.Contains(new BlockAddress(0, 3), found);
    }

    [Fact]
    public void A_finding_that_nobody_has_fetched_is_found_again_after_a_restart()
    {
        using var bench = Full(TwoDisks);
        Flip(bench.Disk, new BlockAddress(0, 3), 100, 2);
        Assert.Single(bench.Journal.Scrub(bench.Journal.BlockCount));

        bench.Reopen(); // killed before the machine's side marked the region

        Assert.Equal([new BlockAddress(0, 3)], bench.Journal.Scrub(bench.Journal.BlockCount));
    }

    [Fact]
    public void A_digest_that_rots_is_computed_again_and_costs_no_point()
    {
        using var bench = Full(TwoDisks);
        var address = new BlockAddress(0, 3);
        bench.Journal.CompleteDigests(0, 0, 5);
        var digest = bench.Journal.Digests(0, address.Block, 1);
        using (var manifest = bench.Disk.Open(Replica.ManifestPath(JournalFiles.Folder, 0), FileOpening.ReadWrite))
        {
            manifest.Write(4096 + (32 * address.Block) + 5, [0xff]);
        }

        Assert.Empty(bench.Journal.Scrub(bench.Journal.BlockCount));

        Assert.Equal(digest, bench.Journal.Digests(0, address.Block, 1));
        bench.Receive(bench.Records.Write(0, address.Block * Blocks.Size, 512));
        bench.Mark();
        Assert.All(bench.Journal.Points, point => Assert.Empty(bench.DifferencesAt(point.Id)));
    }

    private static JournalBench Full(long[] disks)
    {
        var bench = new JournalBench(disks);
        bench.Receive(bench.Records.Of(LogRecordKind.SyncStarted));
        bench.Receive([.. Every(disks).Select(address => bench.Records.Write(
            address.Disk, address.Block * Blocks.Size, Blocks.LengthOf(address.Block, disks[address.Disk])) with { Kind = LogRecordKind.SyncBlock })]);
        bench.Receive(bench.Records.Of(LogRecordKind.SyncCompleted));
        bench.Mark();
        return bench;
    }

    private static IEnumerable<BlockAddress> Every(long[] disks) => disks.SelectMany((bytes, disk) =>
        Enumerable.Range(0, (int)Blocks.Count(bytes)).Select(block => new BlockAddress(disk, block)));

    // What the source sends for a block that differs: the block as it is there.
    private static void Mend(JournalBench bench, BlockAddress address) => bench.Receive(
        bench.Records.Of(LogRecordKind.SyncStarted),
        bench.Records.Write(address.Disk, address.Block * Blocks.Size, 0) with { Kind = LogRecordKind.SyncBlock, Data = bench.Model.State.Block(address) },
        bench.Records.Of(LogRecordKind.SyncCompleted));

    private static void Flip(SimulatedDisk disk, BlockAddress address, int offset, byte bits)
    {
        using var file = disk.Open(JournalFiles.DiskPath(address.Disk), FileOpening.ReadWrite);
        var one = new byte[1];
        file.Read((address.Block * Blocks.Size) + offset, one);
        one[0] ^= bits;
        file.Write((address.Block * Blocks.Size) + offset, one);
    }
}
