namespace AsrFailback.Node.Tests;

/// <summary>
/// An inventory damaged by hand: the error names the file, the place in it and the value, and mending the file is enough.
/// </summary>
[Collection(KeptDrillTests.Name)]
public sealed class SiteInventoryTests(KeptDrill drill)
{
    public static TheoryData<string, string, string, string, string> Damages => new()
    {
        { "onprem/site.json", "\"kind\": \"VMware\"", "\"kind\": \"Mainframe\"", "$.kind", "Mainframe" },
        { "onprem/site.json", "\"version\": 2", "\"version\": \"one\"", "$.version", "one" },
        { "onprem/site.json", "\"version\": 2", "\"version\": 77", "$.version", "77" },
        { "onprem/site.json", "\"vCenter\"", "\"vCentre\"", "vCentre", "vCentre" },
        { "onprem/site.json", "\"datastores/datastore1\"", "\"../../elsewhere\"", "$.datastores[0].folder", "../../elsewhere" },
        { "onprem/site.json", "\"datastores/datastore1\"", "\"/etc\"", "$.datastores[0].folder", "/etc" },
        { "onprem/site.json", "\"retention\"", "\"../retention\"", "$.masterTargets[0].retentionVolumes[0].folder", "../retention" },
        { "azure/site.json", "\"name\": \"disks\"", "\"name\": 12", "$.datastores[0].name", "12" },
        { "onprem/machines/web01.json", "\"Linux\"", "\"BeOS\"", "$.operatingSystem", "BeOS" },
        { "onprem/machines/web01.json", "datastores/datastore1/web01/os.vmdk", "../os.vmdk", "$.disks[0].file", "../os.vmdk" },
        { "azure/machines/web01.json", "41943040", "41943041", "$.disks[0].capacityBytes", "41943041" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Resume_names_the_file_the_place_and_the_value(string file, string from, string to, string place, string value)
    {
        using var copy = drill.Copy();
        var path = Path.Combine([copy.Kept, .. file.Split('/')]);
        FileTree.Edit(path, from, to);

        (await Asrnode.RunAsync("resume", "--vault", copy.Vault)).MustRefuse(1, path, place, value);

        FileTree.Edit(path, to, from);
        (await Asrnode.RunAsync("resume", "--vault", copy.Vault, "--json")).MustBeVerified();
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Check_names_the_file_the_place_and_the_value(string file, string from, string to, string place, string value)
    {
        var path = drill.At(file);
        FileTree.Edit(path, from, to);
        try
        {
            var before = FileTree.Digests(drill.Path);
            var result = (await Asrnode.RunAsync("check", "--vault", drill.Vault)).MustExit(3).MustNotShowInsides();

            Assert.All((string[])[path, place, value], name => Assert.Contains(name, result.Output, StringComparison.Ordinal));
            Assert.Equal(before, FileTree.Digests(drill.Path));
        }
        finally
        {
            FileTree.Edit(path, to, from);
        }
    }
}
