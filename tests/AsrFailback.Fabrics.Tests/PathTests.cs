using AsrFailback.Fabrics.Embedded;

namespace AsrFailback.Fabrics.Tests;

/// <summary>No path or name in a site's files leads out of the site.</summary>
public sealed class PathTests
{
    public static TheoryData<string> Paths => ["..", "../outside", "ds/../../outside", "ds/..", ".", "./ds", "ds//x", "ds/", "/etc", "ds\\\\x", "", "ds/a\\u0000b"];

    public static TheoryData<string> Names => ["..", "../web01", "a/b", "a\\b", "", ".", "web 01", "web01\n", "wéb01", "C:", "web01.json", new string('x', 81)];

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_datastore_outside_the_site_is_refused(string path)
    {
        using var folder = SiteFolder.Of(SiteFolder.SmallSite.Replace("\"folder\": \"ds\"", $"\"folder\": \"{path}\"", StringComparison.Ordinal));

        AssertOutside(() => folder.Open());
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_retention_volume_or_cache_outside_the_site_is_refused(string path)
    {
        using var volume = SiteFolder.VMware();
        volume.Edit("site.json", "\"folder\": \"retention\"", $"\"folder\": \"{path}\"");
        using var cache = SiteFolder.Azure();
        cache.Edit("site.json", "\"cacheFolder\": \"cache\"", $"\"cacheFolder\": \"{path}\"");

        AssertOutside(() => volume.Open());
        AssertOutside(() => cache.Open());
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_disk_file_outside_the_site_is_refused(string path)
    {
        using var folder = SiteFolder.Of(
            SiteFolder.SmallSite, SiteFolder.SmallMachine.Replace("ds/web01/os.vmdk", path, StringComparison.Ordinal));

        AssertOutside(() => folder.Open().Snapshot());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_machine_name_that_is_not_one_plain_name_is_refused(string name)
    {
        using var folder = SiteFolder.VMware();
        var site = folder.Open();
        var before = Directory.GetFileSystemEntries(Path.GetDirectoryName(folder.Root)!, "*", SearchOption.AllDirectories).Order().ToArray();

        AssertOutside(() => site.EnsureMachine(SiteFolder.Web01 with { Name = name }));
        AssertOutside(() => site.PowerOn(name, 1));
        AssertOutside(() => site.AgentFolder(name));
        AssertOutside(() => site.RetentionFolder(name));
        AssertOutside(() => site.TestFolder(name));
        AssertOutside(() => site.RemoveMachine(name));
        Assert.Equal(before, Directory.GetFileSystemEntries(Path.GetDirectoryName(folder.Root)!, "*", SearchOption.AllDirectories).Order());
    }

    [Theory]
    [InlineData("../../outside/os")]
    [InlineData("../os")]
    [InlineData("/etc/os")]
    public void A_disk_name_that_leads_out_is_refused_before_anything_is_created(string disk)
    {
        using var folder = SiteFolder.VMware();
        var site = folder.Open();

        Assert.ThrowsAny<AsrException>(() => site.EnsureMachine(SiteFolder.Web01 with { Disks = [new(disk, "", 1 << 20)] }));
        Assert.False(Directory.Exists(folder.Outside));
        Assert.Empty(site.Snapshot().Machines);
    }

    [Theory]
    [InlineData("../../../outside/os")]
    [InlineData("a/b")]
    public void A_disk_renamed_by_hand_does_not_lead_a_test_machine_out(string disk)
    {
        using var folder = SiteFolder.Of(SiteFolder.SmallSite, SiteFolder.SmallMachine.Replace("\"os\"", $"\"{disk}\"", StringComparison.Ordinal));

        // Whoever notices first refuses; nothing is written and the site stays readable.
        var noticed = Record.Exception(() =>
        {
            var site = folder.Open();
            site.AddTestMachine(site.Snapshot().Machines[0] with { Name = "web01-test" }, null);
        });

        Assert.IsType<AsrException>(noticed);
        Assert.False(File.Exists(Path.Combine(folder.Root, "machines", "web01-test.json")));
    }

    [Fact]
    public void A_link_on_the_way_is_refused()
    {
        using var folder = SiteFolder.Of(SiteFolder.SmallSite, SiteFolder.SmallMachine);
        Directory.CreateDirectory(folder.Outside);
        Directory.CreateSymbolicLink(Path.Combine(folder.Root, "ds"), folder.Outside);

        AssertOutside(() => folder.Open());
    }

    [Fact]
    public void A_link_in_place_of_a_disk_is_refused_and_never_written_through()
    {
        using var folder = SiteFolder.VMware();
        var site = folder.Open();
        site.EnsureMachine(SiteFolder.Web01);
        Directory.CreateDirectory(folder.Outside);
        var victim = Path.Combine(folder.Outside, "victim");
        File.WriteAllBytes(victim, new byte[(4 << 20) + 512]);
        var extent = Path.Combine(folder.Root, "datastores", "datastore1", "web01", "os-flat.vmdk");
        File.Delete(extent);
        File.CreateSymbolicLink(extent, victim);

        Assert.Contains(Assert.Throws<AsrException>(() => site.OpenDisks("web01", writable: true)).Error.Id, new[] { "ImageIsLink", "PathOutsideSite" });
    }

    [Fact]
    public void A_descriptor_that_is_a_link_is_refused()
    {
        using var folder = SiteFolder.VMware();
        var site = folder.Open();
        site.EnsureMachine(SiteFolder.Web01);
        var descriptor = Path.Combine(folder.Root, "datastores", "datastore1", "web01", "os.vmdk");
        File.Move(descriptor, descriptor + ".moved");
        File.CreateSymbolicLink(descriptor, descriptor + ".moved");

        AssertOutside(() => site.OpenDisks("web01", writable: false));
    }

    private static void AssertOutside(Action action) =>
        Assert.Equal("PathOutsideSite", Assert.IsType<AsrException>(Record.Exception(action)).Error.Id);

    private static void AssertOutside(Func<object> action) => AssertOutside(() => { action(); });
}
