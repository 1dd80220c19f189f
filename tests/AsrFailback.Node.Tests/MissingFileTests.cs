namespace AsrFailback.Node.Tests;

/// <summary>A file of a kept vault is gone: it is named, nothing is deleted or made up, and putting it back is enough.</summary>
[Collection(KeptDrillTests.Name)]
public sealed class MissingFileTests(KeptDrill drill)
{
    [Theory]
    [InlineData("azure/disks/web01/os.vhd")]
    [InlineData("azure/disks/web01/data.vhd")]
    [InlineData("onprem/datastores/datastore1/web01/os-flat.vmdk")]
    [InlineData("onprem/datastores/datastore1/web01/data.vmdk")]
    [InlineData("onprem/site.json")]
    [InlineData("azure/site.json")]
    public async Task A_missing_file_is_named_by_check_and_resume_and_may_be_put_back(string file)
    {
        using var copy = drill.Copy();
        var path = Path.Combine([copy.Kept, .. file.Split('/')]);
        File.Move(path, copy.At("aside"));
        var before = FileTree.Digests(copy.Kept);
        var others = FileTree.Everything(copy.Kept).Where(other => !other.EndsWith("stamps.json", StringComparison.Ordinal)).ToArray();

        var check = (await Asrnode.RunAsync("check", "--vault", copy.Vault)).MustExit(3).MustNotShowInsides();
        Assert.Contains(path, check.Output, StringComparison.Ordinal);
        Assert.Equal(before, FileTree.Digests(copy.Kept));

        (await Asrnode.RunAsync("resume", "--vault", copy.Vault)).MustRefuse(1, path);
        Assert.Empty(others.Except(FileTree.Everything(copy.Kept)));
        Assert.False(File.Exists(path));

        File.Move(copy.At("aside"), path);
        (await Asrnode.RunAsync("resume", "--vault", copy.Vault, "--json")).MustBeVerified();
        (await Asrnode.RunAsync("check", "--vault", copy.Vault)).MustExit(0);
    }

    [Theory]
    [InlineData("azure/cache/web01/stamps.json", "")]
    [InlineData("azure/cache/web01/stamps.json", "{\"a\":1}")]
    [InlineData("onprem/agent/web01/stamps.json", "")]
    [InlineData("onprem/agent/web01/stamps.json", "[{")]
    public async Task A_damaged_stamp_costs_a_comparison_and_not_the_vault(string file, string content)
    {
        using var copy = drill.Copy();
        await File.WriteAllTextAsync(Path.Combine([copy.Kept, .. file.Split('/')]), content);

        (await Asrnode.RunAsync("resume", "--vault", copy.Vault, "--json")).MustNotShowInsides().MustBeVerified();
    }

    [Theory]
    [InlineData("check")]
    [InlineData("resume")]
    public async Task A_state_of_a_newer_version_is_refused_and_left_as_it_is(string command)
    {
        using var copy = drill.Copy();
        await WriteUserVersionAsync(Path.Combine(copy.Vault, "state.db"), 2);
        var before = FileTree.Digests(copy.Kept);

        (await Asrnode.RunAsync(command, "--vault", copy.Vault)).MustRefuse(1, "state.db", "version 2");

        Assert.Equal(before, FileTree.Digests(copy.Kept));
    }

    [Theory]
    [InlineData("check")]
    [InlineData("resume")]
    public async Task An_emptied_state_is_damage_and_not_a_new_vault(string command)
    {
        using var copy = drill.Copy();
        await File.WriteAllBytesAsync(Path.Combine(copy.Vault, "state.db"), []);
        File.Delete(Path.Combine(copy.Vault, "state.db-journal"));
        var before = FileTree.Digests(copy.Kept);

        (await Asrnode.RunAsync(command, "--vault", copy.Vault)).MustRefuse(1, "state");

        Assert.Equal(before, FileTree.Digests(copy.Kept));
    }

    // The user version of an SQLite file: four bytes, big-endian, at byte 60.
    private static async Task WriteUserVersionAsync(string path, byte version)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = 60;
        await file.WriteAsync(new byte[] { 0, 0, 0, version });
    }
}
