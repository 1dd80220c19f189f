namespace AsrFailback.Fabrics.Tests;

/// <summary>A hand-edited <c>site.json</c>: every breach is named by file, place and value.</summary>
public sealed class SiteRuleTests
{
    // what is replaced | by what | place named | value or word named
    public static TheoryData<string> Breaches => Notation.Cases("""
        "version": 1                         | "version": 2                        | $.version                | 2
        "version": 1                         | "version": 0                        | $.version                | 0
        "version": 1                         | "version": "x"                      | $.version                |
        "version": 1,                        | "version": 1, "colour": "red",      | colour                   |
        "version": 1,                        |                                     | version                  |
        "kind": "VMware"                     | "kind": "HyperV"                    | $.kind                   |
        "kind": "VMware"                     | "kind": 7                           | $.kind                   |
        "kind": "VMware"                     | "kind": null                        | $.kind                   |
        "datastores": [                      | "datastores": [], "networks": [     | $.networks               |
        "host": "esxi01"                     | "host": "esxi09"                    | $.masterTargets[0].host  | 'esxi09'
        "host": "esxi01"                     | "host": null                        | masterTargets            |
        "folder": "datastores/datastore1"    | "folder": null                      | datastores               |
        "folder": "datastores/datastore1"    | "folders": "datastores/datastore1"  | datastores               |
        "attachedDisks": 2                   | "attachedDisks": "two"              | $.masterTargets[0]       |
        "port": 9443                         | "port": 9443.5                      | $.processServers[0].port |
        """);

    [Theory]
    [MemberData(nameof(Breaches))]
    public void A_breach_is_named_by_file_place_and_value(string line)
    {
        var columns = Notation.Columns(line);
        using var folder = SiteFolder.VMware();
        folder.Edit("site.json", columns[0], columns[1]);

        var error = Assert.IsType<AsrException>(Record.Exception(() => folder.Open())).Error;

        Assert.Equal("SiteInvalid", error.Id);
        Assert.Contains(folder.SiteFile, error.Message, StringComparison.Ordinal);
        Assert.Contains(columns[2], error.Message, StringComparison.Ordinal);
        Assert.Contains(columns[3], error.Message, StringComparison.Ordinal);
    }

    // a whole file | place or word named
    [Theory]
    [InlineData("", "$")]
    [InlineData("null", "$")]
    [InlineData("[]", "$")]
    [InlineData("{", "$")]
    [InlineData("""{ "version": 1, "kind": "VMware" }""", "datastores")]
    [InlineData("""{ "version": 1, "kind": "VMware", "datastores": [] }""", "$.datastores")]
    [InlineData("""{ "version": 1, "kind": "VMware", "datastores": null }""", "datastores")]
    [InlineData("""{ "version": 1, "kind": "VMware", "datastores": [ null ] }""", "datastores")]
    [InlineData("""{ "version": 1, "kind": "VMware", "datastores": [ { "name": "d", "type": "VMFS", "folder": "d" } ] }""", "datastores")]
    [InlineData("""{ "version": 1, "kind": "VMware", "datastores": [ { "name": "d", "type": "VMFS", "folder": "d", "hosts": ["h"] } ] }""", "$.datastores[0].hosts")]
    [InlineData("""{ "version": 1, "kind": "VMware", "hosts": null, "datastores": [ { "name": "d", "type": "VMFS", "folder": "d", "hosts": ["h"] } ] }""", "hosts")]
    [InlineData("""{ "version": 1, "kind": "VMware", "masterTargets": null, "datastores": [ { "name": "d", "type": "VMFS", "folder": "d", "hosts": [] } ] }""", "masterTargets")]
    public void A_file_that_is_no_site_is_named_with_the_place(string text, string place)
    {
        using var folder = SiteFolder.Of(text);

        var error = Assert.IsType<AsrException>(Record.Exception(() => folder.Open())).Error;

        Assert.Equal("SiteInvalid", error.Id);
        Assert.Contains(folder.SiteFile, error.Message, StringComparison.Ordinal);
        Assert.Contains(place, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_site_json_is_a_missing_file()
    {
        using var folder = SiteFolder.VMware();
        File.Delete(folder.SiteFile);

        Assert.Equal("FileMissing", Assert.Throws<AsrException>(() => folder.Open()).Error.Id);
    }

    [Fact]
    public void Comments_trailing_commas_and_a_schema_are_allowed()
    {
        using var folder = SiteFolder.VMware();
        folder.Edit("site.json", "\"version\": 1,", """
            // our site
            "$schema": "https://example.org/site.schema.json", /* for the editor */
            "version": 1,
            """);
        folder.Edit("site.json", "\"VM Network\"", "\"VM Network\", \"Isolated\",");

        Assert.Equal(["VM Network", "Isolated"], folder.Open().Snapshot().Networks);
    }

    [Fact]
    public void The_templates_are_valid_and_stay_so_when_read_and_claimed()
    {
        using var vmware = SiteFolder.VMware();
        using var azure = SiteFolder.Azure();

        var home = vmware.Open();
        Assert.Equal((FabricKind.VMware, FabricKind.Azure), (home.Kind, azure.Open().Kind));
        var snapshot = home.Snapshot();
        Assert.Equal(("cs01", "vcenter01", 2, 2), (snapshot.ConfigurationServer, snapshot.VCenter, snapshot.Hosts.Count, snapshot.Datastores.Count));
        Assert.True(snapshot is { Reachable: true, Connected: true, Machines.Count: 0 });
    }

    [Fact]
    public void A_file_far_too_large_is_not_read()
    {
        using var folder = SiteFolder.Of(new string(' ', 5 << 20));

        Assert.Equal("FileTooLarge", Assert.Throws<AsrException>(() => folder.Open()).Error.Id);
    }
}
