using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using AsrFailback.Replication.Journal;
using Xunit.Abstractions;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// One bit of a target changes while nobody looks: the checker names the file or the block, or the scrub of the running
/// journal does. A bit that carries nothing (padding, and what is left of older generations) changes nothing that is read.
/// One place cannot tell: the last batch of the redo log, where a changed bit looks like a torn end.
/// </summary>
public sealed class BitFlipTests(ITestOutputHelper output)
{
    private const string Redo = $"{JournalFiles.Folder}/redo.log";
    private const int Slot = 4096;
    private const int Superblock = 64;
    private const int EncryptedSuperblock = 84;
    private const int Header = 4096;
    private const int DigestEntry = 32;

    private static readonly int Flips = Scale.Of(1_000, 100_000);

    /// <summary>Where bits carry something, and what a finding about them must name.</summary>
    private sealed record Place(string Kind, string Path, long From, long End, Func<long, string> Name);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_changed_bit_is_found_and_named_by_the_checker(bool encrypted)
    {
        var seed = Random.Shared.Next(1 << 30);
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var bench = NewBench(encrypted);
        var (files, places) = (bench.Disk, Places(bench.Disk, encrypted ? EncryptedSuperblock : Superblock));
        var found = places.Select(place => place.Kind).Distinct().ToDictionary(kind => kind, _ => 0);
        for (var flip = 0; flip < Flips; flip++)
        {
            var place = places[flip % places.Count];
            var (at, bit) = (random.NextInt64(place.From, place.End), random.Next(8));
            FlipBit(files, place.Path, at, bit);

            var findings = Findings(files);

            Assert.True(findings.Any(finding => finding.Contains(place.Name(at), StringComparison.Ordinal)), $"{place.Kind}: bit {bit} of byte {at} of {place.Path}: {string.Join(" ", findings)}");
            found[place.Kind]++;
            FlipBit(files, place.Path, at, bit);
        }

        output.WriteLine($"{Flips} flips, {found.Values.Sum()} found: {string.Join(", ", found.Select(one => $"{one.Key} {one.Value}"))}");
        Assert.Empty(Findings(files));
    }

    [Fact]
    public void A_changed_bit_of_a_replica_is_found_and_named_by_the_scrub_of_a_running_journal()
    {
        var random = new Random(Random.Shared.Next(1 << 30));
        using var bench = NewBench();
        using var journal = JournalFiles.Open(bench.Disk);
        foreach (var place in Enumerable.Range(0, Scale.Of(100, 1_000)).Select(_ => Pick(random)))
        {
            FlipBit(bench.Disk, JournalFiles.DiskPath(place.Disk), place.At, place.Bit);

            var named = Assert.Single(journal.Scrub(journal.BlockCount));

            Assert.Equal(new BlockAddress(place.Disk, place.At / Blocks.Size), named);
            FlipBit(bench.Disk, JournalFiles.DiskPath(place.Disk), place.At, place.Bit);
        }
    }

    [Fact]
    public void A_changed_bit_that_carries_nothing_changes_nothing_that_is_read()
    {
        var random = new Random(Random.Shared.Next(1 << 30));
        using var bench = NewBench();
        (string Path, long From, long End)[] spare =
        [
            (Redo, Superblock, Slot), (Redo, Slot + Superblock, 2 * Slot),
            (Replica.ManifestPath(JournalFiles.Folder, 0), 24, Header), (Replica.ManifestPath(JournalFiles.Folder, 1), 24, Header),
        ];
        for (var flip = 0; flip < Scale.Of(50, 1_000); flip++)
        {
            var disk = bench.Disk.Crash(new Random(0));
            var place = spare[flip % spare.Length];
            FlipBit(disk, place.Path, random.NextInt64(place.From, place.End), random.Next(8));

            var (_, violations) = JournalVerifier.Verify(disk, [bench.Model]);

            Assert.Empty(violations);
        }
    }

    [Fact]
    public void A_changed_bit_of_records_that_wait_is_named_unless_it_is_in_the_last_batch_which_is_then_the_torn_end()
    {
        using var bench = NewBench();
        var (ends, torn) = (new List<long> { 2 * Slot }, Array.Empty<JournalModel>());
        bench.Reopen();
        for (var batch = 0; batch < 5; batch++)
        {
            Log.LogRecord[] records = [bench.Records.Write(0, 512 * batch, 512), bench.Records.Write(1, 1024 * batch, 1024)];
            torn = [.. bench.Model.TakeStepwise(records).SkipLast(1)];
            bench.Receive(records);
            ends.Add(ends[^1] + RedoBatch.Size + records.Sum(record => record.EncodedSize));
        }

        var random = new Random(Random.Shared.Next(1 << 30));
        for (var flip = 0; flip < Scale.Of(200, 5_000); flip++)
        {
            var disk = bench.Disk.Crash(new Random(0));
            var at = random.NextInt64(2 * Slot, ends[^1]);
            FlipBit(disk, Redo, at, random.Next(8));
            if (at < ends[^2])
            {
                Assert.Contains(Findings(disk), finding => finding.Contains(Redo, StringComparison.Ordinal));
            }
            else
            {
                Assert.Empty(JournalVerifier.Verify(disk, torn).Violations);
            }
        }
    }

    // A closed target: every digest known, three points with history, nothing that waits.
    private static JournalBench NewBench(bool encrypted = false)
    {
        var bench = new JournalBench(encrypted: encrypted);
        bench.Receive([bench.Records.Of(Log.LogRecordKind.SyncStarted), .. Enumerable.Range(0, 20).Select(_ => bench.Records.SyncBlock()), bench.Records.Of(Log.LogRecordKind.SyncCompleted)]);
        for (var point = 0; point < 3; point++)
        {
            bench.Mark();
            bench.Receive(bench.Records.Write(), bench.Records.Write(), bench.Records.Write());
        }

        bench.Journal.CompleteDigests();
        bench.Journal.Dispose();
        return bench;
    }

    private static List<Place> Places(SimulatedDisk files, int superblock)
    {
        List<Place> places = [new("superblock", Redo, 0, superblock, _ => Redo), new("superblock", Redo, Slot, Slot + superblock, _ => Redo)];
        foreach (var segment in files.List($"{JournalFiles.Folder}/history", "*.seg"))
        {
            places.Add(new("point of history", segment, 0, Header, _ => segment));
            var length = files.Take(segment).Length;
            if (length > Header)
            {
                places.Add(new("before-image", segment, Header, length, _ => segment));
            }
        }

        foreach (var (bytes, disk) in JournalFiles.DiskBytes.Select((bytes, disk) => (bytes, disk)))
        {
            var manifest = Replica.ManifestPath(JournalFiles.Folder, disk);
            places.Add(new("head of a manifest", manifest, 0, 24, _ => manifest));
            places.Add(new("digest", manifest, Header, Header + (Blocks.Count(bytes) * DigestEntry), at => $"{manifest}: the digest of block {(at - Header) / DigestEntry} is damaged"));
            places.Add(new("replica", JournalFiles.DiskPath(disk), 0, bytes, at => $"disk {disk}, block {at / Blocks.Size}:"));
        }

        return places;
    }

    private static (int Disk, long At, int Bit) Pick(Random random)
    {
        var disk = random.Next(JournalFiles.DiskBytes.Count);
        return (disk, random.NextInt64(JournalFiles.DiskBytes[disk]), random.Next(8));
    }

    private static IReadOnlyList<string> Findings(SimulatedDisk files)
    {
        try
        {
            return JournalChecker.Check(files, JournalFiles.Folder, JournalFiles.Folder, JournalFiles.OpenDisks(files)).Findings;
        }
        catch (AsrException named)
        {
            return [named.Error.Message];
        }
    }

    private static void FlipBit(SimulatedDisk files, string path, long at, int bit)
    {
        using var file = files.Open(path, FileOpening.ReadWrite);
        var one = new byte[1];
        file.Read(at, one);
        one[0] ^= (byte)(1 << bit);
        file.Write(at, one);
        file.Flush();
    }
}
