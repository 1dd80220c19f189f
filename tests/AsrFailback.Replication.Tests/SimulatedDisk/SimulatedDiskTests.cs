using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>The simulated disk loses what it may lose, and nothing else; otherwise no crash test means anything.</summary>
public sealed class SimulatedDiskTests
{
    private const int Seeds = 400;

    [Fact]
    public void Flushed_content_of_a_flushed_entry_survives_every_crash()
    {
        Assert.All(Ends(files =>
        {
            using var file = Create(files, "a", 1);
            file.Write(0, Filled(3000, 1));
            file.Flush();
            files.FlushFolder("/d");
            file.Write(5000, Filled(10, 2));
        }), after => Assert.Equal(Filled(3000, 1), after.Take("/d/a")[..3000]));
    }

    [Fact]
    public void Unflushed_sectors_survive_in_every_combination_and_never_torn_within_a_sector()
    {
        var seen = new HashSet<string>();
        Assert.All(Ends(files =>
        {
            using var file = Create(files, "a", 1536);
            file.Flush();
            files.FlushFolder("/d");
            file.Write(0, Filled(1536, 1));
            file.Write(512, Filled(512, 2));
        }), after =>
        {
            var sectors = after.Take("/d/a").Chunk(512).ToArray();
            Assert.All(sectors, sector => Assert.Single(sector.Distinct()));
            seen.Add(string.Concat(sectors.Select(sector => sector[0])));
        });

        Assert.Equal(["000", "001", "010", "011", "020", "021", "100", "101", "110", "111", "120", "121"], seen.Order());
    }

    [Fact]
    public void Unflushed_entries_survive_as_a_prefix()
    {
        var seen = new HashSet<string>();
        Assert.All(Ends(files =>
        {
            using var first = Create(files, "a", 1);
            using var second = Create(files, "b", 1);
            files.Rename("/d/a", "/d/c");
            files.Delete("/d/b");
        }), after => seen.Add(string.Concat(after.List("/d", "*").Select(Path.GetFileName))));

        Assert.Equal(["", "a", "ab", "bc", "c"], seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_length_may_arrive_without_its_bytes_and_a_file_without_its_entry_is_gone()
    {
        var seen = new HashSet<(bool, long, byte)>();
        Assert.All(Ends(files =>
        {
            using var file = Create(files, "a", 512);
            file.Flush();
            files.FlushFolder("/d");
            file.Write(512, Filled(512, 7));
            using var lost = Create(files, "b", 512);
            lost.Flush();
        }), after => seen.Add((after.Exists("/d/b"), after.Take("/d/a").Length, after.Take("/d/a")[^1])));

        Assert.Equal(6, seen.Count);
        Assert.Contains((false, 1024, (byte)0), seen);
        Assert.Contains((true, 512, (byte)0), seen);
    }

    [Fact]
    public void The_same_seed_makes_the_same_crash_and_the_original_stays_as_it_was()
    {
        var files = new SimulatedDisk();
        files.CreateFolder("/d");
        using var file = Create(files, "a", 1);
        file.Write(0, Filled(100_000, 3));
        files.FlushFolder("/d");
        var (first, second) = (files.Crash(new Random(12)), files.Crash(new Random(12)));

        Assert.Equal(first.Take("/d/a"), second.Take("/d/a"));
        using (var changed = first.Open("/d/a", FileOpening.ReadWrite))
        {
            changed.Write(0, Filled(100_000, 9));
            changed.Flush();
        }

        Assert.Equal(Filled(100_000, 3), files.Take("/d/a"));
        Assert.DoesNotContain((byte)9, second.Take("/d/a"));
    }

    private static IEnumerable<SimulatedDisk> Ends(Action<SimulatedDisk> act)
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var files = new SimulatedDisk();
            files.CreateFolder("/d");
            act(files);
            yield return files.Crash(new Random(seed));
        }
    }

    private static IStoredFile Create(SimulatedDisk files, string name, int length)
    {
        var file = files.Open("/d/" + name, FileOpening.CreateNew);
        file.SetLength(length);
        return file;
    }

    private static byte[] Filled(int length, byte value)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill(value);
        return bytes;
    }
}
