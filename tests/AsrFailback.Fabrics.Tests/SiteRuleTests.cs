namespace AsrFailback.Fabrics.Tests;

/// <summary>A hand-edited <c>site.json</c>: every breach is named by file, place and value.</summary>
public sealed class SiteRuleTests
{
    // what is replaced | by what | place named | value or word named
    public static TheoryData<string> Breaches => Notation.Cases("""
        "version": 2                         | "version": 3                        | $.version                | 3
        "version": 2                         | "version": 0                        | $.version                | 0
        "version": 2                         | "version": "x"                      | $.version                | x
        "version": 2,                        | "version": 2, "colour": "red",      | colour                   |
        "version": 2,                        |                                     | version                  |
        "kind": "VMware"                     | "kind": "Mainframe"                 | $.kind                   | Mainframe
        "kind": "VMware"                     | "kind": "5"                         | $.kind                   | 5
        "kind": "VMware"                     | "kind": "VMware, HyperV"            | $.kind                   | VMware, HyperV
        "kind": "VMware"                     | "kind": 7                           | $.kind                   | 7
        "kind": "VMware"                     | "kind": null                        | $.kind                   | null
        "datastores": [                      | "datastores": [], "networks": [     | $.networks               |
        "host": "esxi01"                     | "host": "esxi09"                    | $.masterTargets[0].host  | 'esxi09'
        "host": "esxi01"                     | "host": null                        | masterTargets            |
        "folder": "datastores/datastore1"    | "folder": null                      | datastores               |
        "folder": "datastores/datastore1"    | "folders": "datastores/datastore1"  | datastores               |
        "attachedDisks": 2                   | "attachedDisks": "two"              | $.masterTargets[0].attachedDisks | two
        "attachedDisks": 2                   | "attachedDisks": -1                 | $.masterTargets[0].attachedDisks | -1
        "operatingSystem": "Linux"           | "operatingSystem": "BeOS"           | $.masterTargets[0].operatingSystem | 'BeOS'
        "licence": "Licensed"                | "licence": "Stolen"                 | $.hosts[0].licence       | 'Stolen'
        "licence": "Licensed"                | "licence": "Free", "freeMemoryBytes": -1 | $.hosts[0].freeMemoryBytes | -1
        "type": "VMFS"                       | "type": "ZFS"                       | $.datastores[0].type     | 'ZFS'
        "readOnlyHosts": []                  | "readOnlyHosts": ["esxi09"]         | $.datastores[0].readOnlyHosts | 'esxi09'
        "port": 9443                         | "port": 9443.5                      | $.processServers[0].port | 9443.5
        "port": 9443                         | "port": 0                           | $.processServers[0].port | 0
        "port": 9443                         | "port": 65536                       | $.processServers[0].port | 65536
        "dataPort": 9443                     | "dataPort": -9443                   | $.configurationServer.dataPort | -9443
        "accountRights": "Full"              | "accountRights": "Half"             | $.configurationServer.accountRights | 'Half'
        "name": "cs01"                       | "name": null                        | $.configurationServer    |
        "name": "esxi02"                     | "name": "esxi01"                    | $.hosts                  | 'esxi01'
        "name": "esxi02"                     | "name": "ESXI01"                    | $.hosts                  | 'esxi01'
        "name": "datastore2"                 | "name": "Datastore1"                | $.datastores             | 'datastore1'
        "folder": "retention"                | "folder": "retention", "capacityBytes": -5 | $.masterTargets[0].retentionVolumes[0].capacityBytes | -5
        "version": 2,                        | "version": 2, "freeMachineQuota": -1, | $.freeMachineQuota     | -1
        "version": 2,                        | "version": 2, "freeMachineQuota": 3000000000, | $.freeMachineQuota | 3000000000
        "version": 2,                        | "version": 2, "connection": { "kind": "Pigeon" }, | $.connection.kind | 'Pigeon'
        "version": 2,                        | "version": 2, "connection": { "kind": "Internet", "latencyMilliseconds": -0.5 }, | $.connection.latencyMilliseconds | -0.5
        "version": 2,                        | "version": 2, "connection": { "kind": "Internet", "megabitsPerSecond": 1e999 }, | $.connection.megabitsPerSecond |
        "version": 2,                        | "version": 2, "connection": { "kind": "Internet", "megabitsPerSecond": "Infinity" }, | $.connection.megabitsPerSecond |
        "version": 2,                        | "version": 2, "connection": { "kind": "Internet", "megabitsPerSecond": "NaN" }, | $.connection.megabitsPerSecond | NaN
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
        folder.Edit("site.json", "\"version\": 2,", """
            // our site
            "$schema": "https://example.org/site.schema.json", /* for the editor */
            "version": 2,
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
        Assert.Equal(("cs01", "vcenter01", 2, 2), (snapshot.ConfigurationServer?.Name, snapshot.VCenter, snapshot.Hosts.Count, snapshot.Datastores.Count));
        Assert.True(snapshot is { Reachable: true, Connected: true, Machines.Count: 0 });
    }

    [Fact]
    public void A_file_far_too_large_is_not_read()
    {
        using var folder = SiteFolder.Of(new string(' ', 5 << 20));

        Assert.Equal("FileTooLarge", Assert.Throws<AsrException>(() => folder.Open()).Error.Id);
    }
}
