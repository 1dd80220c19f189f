using AsrFailback.Replication.IO;

namespace AsrFailback.Fabrics.Tests;

/// <summary>The snapshots of a machine become part of its disks, byte by byte (RP-05).</summary>
public sealed class SnapshotMergeTests : IDisposable
{
    private readonly SnapshotBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    [Requirement("RP-05")]
    public void A_chain_of_snapshots_is_in_the_disk_afterwards_and_its_files_are_gone()
    {
        _bench.Site.MergeSnapshots("web01");

        _bench.RequireMerged(_bench.Expected);
    }

    [Fact]
    [Requirement("RP-05")]
    public void A_snapshot_that_the_inventory_does_not_count_is_merged_as_well()
    {
        _bench.Use(SnapshotBench.Newest, 0);

        _bench.Site.MergeSnapshots("web01");

        _bench.RequireMerged(_bench.Expected);
    }

    [Fact]
    [Requirement("RP-05")]
    public void Wherever_a_merge_stops_it_begins_anew_and_comes_to_the_same_bytes()
    {
        var operations = 0;
        for (var finished = false; !finished; operations++)
        {
            using var bench = new SnapshotBench();
            var left = operations;
            var stopped = Record.Exception(() => bench.Folder.Open(new ObservedFileSystem(bench.Folder.Files, (_, _) =>
            {
                if (left-- <= 0)
                {
                    throw new OperationCanceledException("by the test");
                }
            })).MergeSnapshots("web01"));
            finished = stopped is null;
            RequireWholeOrBegun(bench);

            bench.Folder.Open().MergeSnapshots("web01");

            bench.RequireMerged(bench.Expected);
        }

        Assert.InRange(operations, 15, 200);
    }

    [Fact]
    [Requirement("RP-05")]
    public void The_bytes_are_durable_before_the_machine_names_the_disk_and_the_files_go_last()
    {
        var seen = new List<string>();
        _bench.Folder.Open(new ObservedFileSystem(_bench.Folder.Files, (what, path) => seen.Add($"{what} {Path.GetFileName(path)}"))).MergeSnapshots("web01");

        var written = seen.LastIndexOf("Write os-flat.vmdk");
        var flushed = seen.LastIndexOf("Flush os-flat.vmdk");
        var named = seen.IndexOf("Rename web01.json", seen.IndexOf("Rename web01.json") + 1);
        Assert.True(written > 0 && written < flushed && flushed < seen.IndexOf("Rename web01.json") && named > 0, string.Join('\n', seen));
        Assert.All(seen.Index().Where(entry => entry.Item.StartsWith("Delete os", StringComparison.Ordinal)), entry => Assert.True(entry.Index > named));
    }

    // VMware gives a name again that is free.
    [Fact]
    public void What_a_stopped_merge_left_goes_and_a_new_snapshot_of_the_same_name_stays_until_it_is_merged()
    {
        var stopping = _bench.Folder.Open(new ObservedFileSystem(_bench.Folder.Files, (what, path) =>
        {
            if (what == FileOperation.Delete && path.EndsWith(SnapshotBench.Oldest, StringComparison.Ordinal))
            {
                throw new OperationCanceledException("by the test");
            }
        }));
        Assert.IsType<OperationCanceledException>(Record.Exception(() => stopping.MergeSnapshots("web01")));
        var merged = _bench.Expected;
        Assert.Equal(merged, _bench.Flat);
        File.WriteAllBytes(_bench.In(SnapshotBench.Newest), DeltaImage.Sparse(
            SnapshotBench.Bytes, DeltaImage.Descriptor("monolithicSparse", "33333333", "abcd", "os.vmdk", $"RW {SnapshotBench.Bytes / 512} SPARSE \"{SnapshotBench.Newest}\""), [(7, null)]));
        _bench.Use(SnapshotBench.Newest, 1);

        _bench.Folder.Open().MergeSnapshots("web01");

        merged.AsSpan(7 * DeltaImage.Grain, DeltaImage.Grain).Clear();
        _bench.RequireMerged(merged);
    }

    [Fact]
    public void Before_it_is_merged_a_disk_with_snapshots_is_not_opened_and_not_made_anew()
    {
        var before = _bench.Files;

        Assert.Equal("ImageInvalid", Reading.IdOf(Record.Exception(() => _bench.Site.OpenDisks("web01", writable: true))));
        _bench.Site.EnsureMachine(_bench.Site.GetMachine("web01"));

        Assert.False(_bench.Site.HasAllDisks(_bench.Site.GetMachine("web01")));
        Assert.Equal(before, _bench.Files);
    }

    [QemuFact]
    [Requirement("RP-05")]
    public void Snapshots_that_qemu_made_are_merged_as_qemu_reads_them()
    {
        foreach (var name in _bench.Files.Where(name => name.StartsWith("os-0", StringComparison.Ordinal)))
        {
            File.Delete(_bench.In(name));
        }

        Qemu("qemu-img", "create", "-q", "-f", "vmdk", "-b", "os.vmdk", "-F", "vmdk", "-o", "subformat=twoGbMaxExtentSparse,zeroed_grain=on", SnapshotBench.Oldest);
        Qemu("qemu-io", "-f", "vmdk", "-c", "write -P 17 4096 512", "-c", "write -z 65536 32768", SnapshotBench.Oldest);
        Qemu("qemu-img", "create", "-q", "-f", "vmdk", "-b", SnapshotBench.Oldest, "-F", "vmdk", SnapshotBench.Newest);
        Qemu("qemu-io", "-f", "vmdk", "-c", $"write -P 18 {SnapshotBench.Bytes - 512} 512", "-c", "write -P 19 4608 512", SnapshotBench.Newest);
        Qemu("qemu-img", "convert", "-f", "vmdk", "-O", "raw", SnapshotBench.Newest, "expected.img");
        var expected = File.ReadAllBytes(_bench.In("expected.img"));
        File.Delete(_bench.In("expected.img"));
        Assert.NotEqual(_bench.Base, expected);

        _bench.Site.MergeSnapshots("web01");

        _bench.RequireMerged(expected);
    }

    private static void RequireWholeOrBegun(SnapshotBench bench)
    {
        if (bench.Folder.Open().GetMachine("web01").Snapshots == 0)
        {
            Assert.Equal(bench.Expected, bench.Flat);
        }
        else
        {
            Assert.Superset(new HashSet<string> { "os-000001.vmdk", "os-000001-s001.vmdk", "os-000001-s002.vmdk", "os-000002.vmdk" }, bench.Files.ToHashSet());
        }
    }

    private void Qemu(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments) { WorkingDirectory = _bench.DiskFolder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, said);
    }
}
