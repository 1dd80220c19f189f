using System.Globalization;
using System.Text.Json;
using AsrFailback.Storage;

namespace AsrFailback.Node.Tests;

/// <summary>What <c>drill --json --keep</c> says and leaves.</summary>
[Collection(KeptDrillTests.Name)]
public sealed class KeptFolderTests(KeptDrill drill)
{
    private DrillDocument Document => drill.Result.MustExit(0).Drill;

    [Fact]
    [Requirement("FO-03", "RP-02")]
    public void The_document_has_every_field_and_every_relation_of_a_verified_drill() => drill.Result.MustBeVerified();

    [Fact]
    public void The_document_tells_when_each_step_began_how_long_it_took_and_what_it_moved()
    {
        var steps = Document.Steps;

        Assert.Equal(10, steps.Count);
        Assert.Equal(steps.OrderBy(step => step.StartedUtc), steps);
        Assert.All(steps, step => Assert.Equal(TimeSpan.Zero, step.StartedUtc!.Value.Offset));
        Assert.All(steps, step => Assert.InRange(step.Seconds, 0.001, 120));
        Assert.Contains(steps, step => step.Bytes == Document.InitialBytes);
        Assert.Contains(steps, step => step.Bytes == Document.ReprotectBytes);
        Assert.Contains(steps, step => step.Bytes == Document.SeedBytes);
    }

    [Fact]
    public void At_least_two_fifths_of_the_disks_are_data_and_the_initial_replication_moved_it_once()
    {
        var data = Document.Disks.Sum(disk => disk.DataBytes);
        var bytes = Document.Disks.Sum(disk => disk.Bytes);

        Assert.Equal(64 << 20, bytes);
        Assert.InRange(data, 0.4 * bytes, bytes);
        Assert.InRange(Document.InitialBytes, data, bytes * 2);
    }

    [Fact]
    public void The_objectives_are_measured_and_the_seed_moved_less_than_everything()
    {
        Assert.InRange(Document.RpoSeconds, 0.001, 60);
        Assert.InRange(Document.RtoSeconds, 0.001, 60);
        Assert.InRange(Document.FailbackBytes, 0, 64 << 20);
        Assert.InRange(Document.SeedBytes, 1, 64 << 20);
    }

    [Fact]
    public void The_jobs_of_the_drill_made_at_least_three_recovery_points()
    {
        using var copy = new TemporaryFolder("state");
        FileTree.Copy(drill.Vault, copy.Kept);
        using var store = SqliteStateStore.Open(Path.Combine(copy.Kept, "state.db"), create: false);

        var jobs = store.List("job").Select(job => JsonDocument.Parse(job.Json).RootElement.GetProperty("job")).ToArray();

        Assert.All(jobs, job => Assert.Equal("Succeeded", job.GetProperty("state").GetString()));
        Assert.InRange(jobs.Count(job => job.GetProperty("scenarioName").GetString() == "CreateRecoveryPoint"), 3, 1000);
    }

    [Fact]
    public void The_folder_holds_the_vault_and_both_sites() =>
        Assert.All((string[])["vault", "onprem", "azure"], name => Assert.True(Directory.Exists(drill.At(name)), name));

    [ToolFact("qemu-img")]
    public void The_disks_of_both_sites_open_in_qemu_img_with_the_size_of_the_guest()
    {
        foreach (var disk in Document.Disks)
        {
            Assert.Equal(("vmdk", disk.Bytes), Image("vmdk", $"onprem/datastores/datastore1/web01/{disk.Name}.vmdk"));
            Assert.Equal(("vpc", disk.Bytes), Image("vpc", $"azure/disks/web01/{disk.Name}.vhd"));
        }
    }

    [ToolFact("qemu-img")]
    public void The_vmdk_is_the_bytes_of_its_flat_extent()
    {
        foreach (var disk in Document.Disks)
        {
            var vmdk = drill.At($"onprem/datastores/datastore1/web01/{disk.Name}.vmdk");
            Tool.Run("qemu-img", "compare", "-f", "vmdk", "-F", "raw", vmdk, vmdk.Replace(".vmdk", "-flat.vmdk", StringComparison.Ordinal));
        }
    }

    [ToolFact("e2fsck")]
    [Requirement("FB-02")]
    public void The_filesystem_that_came_home_is_clean()
    {
        Assert.Equal("os", Document.Disks[0].Name);
        Tool.Run("e2fsck", "-fn", drill.At("onprem/datastores/datastore1/web01/os-flat.vmdk"));
    }

    [Fact]
    public async Task A_finished_drill_resumes_to_the_same_report()
    {
        using var copy = drill.Copy();

        var resumed = await Asrnode.RunAsync("resume", "--vault", copy.Vault, "--json");

        resumed.MustBeVerified();
        Assert.Equal(drill.Result.Output, resumed.Output);
        (await Asrnode.RunAsync("check", "--vault", copy.Vault)).MustExit(0);
    }

    private (string Format, long Bytes) Image(string format, string file)
    {
        var info = JsonDocument.Parse(Tool.Run("qemu-img", "info", "--output=json", "-f", format, drill.At(file))).RootElement;
        return (info.GetProperty("format").GetString()!, long.Parse(info.GetProperty("virtual-size").GetRawText(), CultureInfo.InvariantCulture));
    }
}
