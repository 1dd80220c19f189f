using System.Text.Json;
using System.Text.Json.Nodes;
using AsrFailback.Fabrics.Embedded;

namespace AsrFailback.Fabrics.Tests;

/// <summary>A <c>site.json</c> of version 1 is read as what it meant, and stays as it is until a server changes.</summary>
public sealed class SiteUpgradeTests
{
    private const string Version1 = """
        {
          // written by hand
          "version": 1,
          "kind": "VMware",
          "vCenter": "vcenter01",
          "configurationServer": "cs01",
          "hosts": [ { "name": "esxi01", "licence": "Licensed" } ],
          "datastores": [ { "name": "ds", "type": "VMFS", "folder": "ds", "hosts": ["esxi01"] } ],
          "networks": ["VM Network"],
          "masterTargets": [
            {
              "name": "mt01", "operatingSystem": "Linux", "host": "esxi01", "retentionVolume": "retention/linux", "diskEnableUuid": "TRUE",
              "toolsInstalled": true, "hasSnapshots": false, "scsiController": "lsilogic", "attachedDisks": 2
            },
            {
              "name": "mt02", "operatingSystem": "Windows", "host": "esxi01", "retentionVolume": "retention/windows",
              "toolsInstalled": false, "hasSnapshots": true, "scsiController": "pvscsi", "attachedDisks": 3
            }
          ],
          "processServers": [ { "name": "ps", "port": 9443 } ],
          "cacheFolder": "journals",
        }
        """;

    [Fact]
    public void The_configuration_server_of_version_1_is_one_of_that_name_with_what_is_usual()
    {
        using var folder = SiteFolder.Of(Version1);

        var server = folder.Open().Snapshot().ConfigurationServer!;

        Assert.Equal(("cs01", "vcenter01", true, 9443, "Full"), (server.Name, server.VCenter, server.Connected, server.DataPort, server.AccountRights));
    }

    [Fact]
    public void The_controller_and_the_volume_of_version_1_are_lists_of_one()
    {
        using var folder = SiteFolder.Of(Version1);

        var targets = folder.Open().Snapshot().MasterTargets;

        Assert.Equal(["lsilogic"], targets[0].ScsiControllers);
        Assert.Equal(["pvscsi"], targets[1].ScsiControllers);
        Assert.Equal(new RetentionVolume("/mnt/retention", "retention/linux"), Assert.Single(targets[0].RetentionVolumes));
        Assert.Equal(new RetentionVolume("R:", "retention/windows"), Assert.Single(targets[1].RetentionVolumes));
        Assert.Equal(("TRUE", true, false, 2), (targets[0].DiskEnableUuid, targets[0].ToolsInstalled, targets[0].HasSnapshots, targets[0].AttachedDisks));
        Assert.Equal((null, false, true, 3), (targets[1].DiskEnableUuid, targets[1].ToolsInstalled, targets[1].HasSnapshots, targets[1].AttachedDisks));
    }

    [Fact]
    public void Everything_else_of_version_1_is_as_it_was()
    {
        using var folder = SiteFolder.Of(Version1);

        var snapshot = folder.Open().Snapshot();

        Assert.Equal((FabricKind.VMware, "esxi01", "ds", "VM Network", "ps"), (
            snapshot.Kind, snapshot.Hosts.Single().Name, snapshot.Datastores.Single().Name, snapshot.Networks.Single(), snapshot.ProcessServers.Single().Name));
        Assert.Equal(Path.Combine(folder.Root, "retention", "windows", "web01"), folder.Open().RetentionFolder("web01", "mt02"));
    }

    [Fact]
    public void A_site_of_version_1_without_servers_has_none()
    {
        using var folder = SiteFolder.Of(SiteFolder.SmallSite.Replace("\"version\": 1,", "\"version\": 1, \"configurationServer\": null,", StringComparison.Ordinal));

        var site = folder.Open();

        Assert.Null(site.Snapshot().ConfigurationServer);
        Assert.Empty(site.Snapshot().MasterTargets);
        Assert.Equal(Path.Combine(folder.Root, "cache", "web01"), site.RetentionFolder("web01"));
    }

    [Fact]
    public void Reading_and_using_a_site_of_version_1_leaves_its_file_as_it_is()
    {
        using var folder = SiteFolder.Of(Version1);
        var site = folder.Open();

        site.Claim(Guid.Empty);
        site.EnsureMachine(SiteFolder.Web01);
        site.PowerOn("web01", 1);
        site.NoteRefresh();
        site.ChangeDatabase(database => database with { Machines = ["web01"] });
        site.MistakeIn(site.Snapshot().MasterTargets[0] with { Host = "nowhere" });

        Assert.Equal(Version1, folder.Read("site.json"));
    }

    // which server changes
    [Theory]
    [InlineData("master target")]
    [InlineData("master target goes")]
    [InlineData("process server")]
    [InlineData("process server goes")]
    [InlineData("configuration server")]
    public void A_change_of_a_server_writes_version_2_and_keeps_the_rest(string change)
    {
        using var folder = SiteFolder.Of(Version1);
        var site = folder.Open();
        var before = site.Snapshot();

        Change(site, change);

        var written = JsonNode.Parse(folder.Read("site.json"))!;
        Assert.Equal(2, (int)written["version"]!);
        Claim.None(Schema.Site.Faults(written));
        Assert.Equal(Version1, folder.Read("site.v1.json"));
        var after = folder.Open().Snapshot();
        Assert.Equal(Rest(before), Rest(after));
        Assert.NotEqual(JsonSerializer.Serialize(before), JsonSerializer.Serialize(after));
    }

    [Fact]
    public void A_change_that_is_refused_leaves_version_1_as_it_is()
    {
        using var folder = SiteFolder.Of(Version1);
        var site = folder.Open();
        var target = site.Snapshot().MasterTargets[0];

        Assert.Equal("SiteInvalid", Reading.IdOf(Record.Exception(() => site.PutMasterTarget(target with { Host = "nowhere" }))));
        Assert.Equal("PathOutsideSite", Reading.IdOf(Record.Exception(() => site.PutMasterTarget(target with { RetentionVolumes = [new("R:", "../out")] }))));
        Assert.Equal(Version1, folder.Read("site.json"));
    }

    // what is replaced | by what | error | place named
    public static TheoryData<string> Garbage => Notation.Cases("""
        "configurationServer": "cs01"        | "configurationServer": 5                      | SiteInvalid     | $.configurationServer
        "configurationServer": "cs01"        | "configurationServer": ["cs01"]               | SiteInvalid     | $.configurationServer
        "configurationServer": "cs01"        | "configurationServer": { "nam": "x" }         | SiteInvalid     | $.configurationServer
        "configurationServer": "cs01"        | "configurationServer": "\ud800"               | SiteInvalid     | $.configurationServer
        "scsiController": "lsilogic"         | "scsiController": 5                           | SiteInvalid     | $.masterTargets[0].scsiController
        "scsiController": "lsilogic"         | "scsiController": null                        | SiteInvalid     | $.masterTargets[0].scsiController
        "scsiController": "lsilogic"         | "scsiController": "\udfff"                    | SiteInvalid     | $.masterTargets[0].scsiController
        "scsiController": "pvscsi"           | "scsiController": ["pvscsi"]                  | SiteInvalid     | $.masterTargets[1].scsiController
        "scsiController": "lsilogic",        |                                               | SiteInvalid     | $.masterTargets[0]
        "scsiController": "pvscsi"           | "scsiController": "pvscsi", "scsiControllers": ["lsilogic"] | SiteInvalid | $.masterTargets[1].scsiController
        "retentionVolume": "retention/linux" | "retentionVolume": 7                          | SiteInvalid     | $.masterTargets[0].retentionVolume
        "retentionVolume": "retention/linux" | "retentionVolume": null                       | SiteInvalid     | $.masterTargets[0].retentionVolume
        "retentionVolume": "retention/linux", |                                              | SiteInvalid     | $.masterTargets[0]
        "retentionVolume": "retention/linux" | "retentionVolume": "../out"                   | PathOutsideSite | $.masterTargets[0].retentionVolume
        "retentionVolume": "retention/linux" | "retentionVolume": ""                         | PathOutsideSite | $.masterTargets[0].retentionVolume
        "operatingSystem": "Linux"           | "operatingSystem": 5                          | SiteInvalid     | $.masterTargets[0].operatingSystem
        "operatingSystem": "Linux"           | "operatingSystem": "BeOS"                     | SiteInvalid     | $.masterTargets[0].operatingSystem
        "masterTargets": [                   | "masterTargets": [ 5,                         | SiteInvalid     | $.masterTargets[0]
        "masterTargets": [                   | "masterTargets": [ [],                        | SiteInvalid     | $.masterTargets[0]
        "masterTargets": [                   | "masterTargets": { }, "others": [             | SiteInvalid     | $.masterTargets
        "cacheFolder": "journals"            | "cacheFolder": "journals", "retentionVolume": "x" | SiteInvalid | $.retentionVolume
        """);

    [Theory]
    [MemberData(nameof(Garbage))]
    public void Garbage_in_version_1_is_refused_with_the_place(string line)
    {
        var columns = Notation.Columns(line);
        using var folder = SiteFolder.Of(Version1);
        folder.Edit("site.json", columns[0], columns[1]);

        var thrown = Reading.Of(folder);

        Claim.None(Reading.Fault(thrown, folder.SiteFile));
        Assert.Equal(columns[2], Reading.IdOf(thrown));
        Assert.Contains(columns[3], thrown!.Message, StringComparison.Ordinal);
    }

    // what is twice
    [Theory]
    [InlineData("\"version\": 1")]
    [InlineData("\"name\": \"mt02\"")]
    [InlineData("\"configurationServer\": \"cs01\"")]
    [InlineData("\"scsiController\": \"pvscsi\"")]
    [InlineData("\"retentionVolume\": \"retention/linux\"")]
    public void A_property_that_is_twice_in_version_1_is_read_or_refused_by_name(string property)
    {
        using var folder = SiteFolder.Of(Version1);
        folder.Edit("site.json", property, $"{property}, {property}");

        Claim.None(Reading.Fault(Reading.Of(folder), folder.SiteFile));
    }

    // A later version may look quite different: what it is comes before what is unknown in it.
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_version_that_is_not_known_is_told_before_anything_else(int version)
    {
        using var folder = SiteFolder.Of($$"""{ "version": {{version}}, "kind": "Moon", "craters": [ ] }""");

        var thrown = Reading.Of(folder);

        Assert.Equal("SiteInvalid", Reading.IdOf(thrown));
        Assert.Contains($"$.version: {version} is not", thrown!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_of_version_1_is_told_by_its_place_and_by_no_line_of_another_text()
    {
        using var folder = SiteFolder.Of(Version1);
        folder.Edit("site.json", "\"port\": 9443", "\"port\": \"many\"");

        var message = Reading.Of(folder)!.Message;

        Assert.Contains("$.processServers[0].port: \"many\"", message, StringComparison.Ordinal);
        Assert.DoesNotContain("(line", message, StringComparison.Ordinal);
    }

    private static void Change(EmbeddedSite site, string change)
    {
        switch (change)
        {
            case "master target":
                site.PutMasterTarget(SiteTemplate.WellPrepared("mt03", "Linux", "esxi01", "retention/third"));
                break;
            case "master target goes":
                site.RemoveMasterTarget("MT02");
                break;
            case "process server":
                site.PutProcessServer(new ProcessServer("ps", 9444));
                break;
            case "process server goes":
                site.RemoveProcessServer("ps");
                break;
            default:
                site.PutConfigurationServer(new ConfigurationServer("cs02") { Address = "10.0.0.9" });
                break;
        }
    }

    private static string Rest(InventorySnapshot snapshot) => JsonSerializer.Serialize(snapshot with
    {
        ConfigurationServer = null, MasterTargets = [.. snapshot.MasterTargets.Where(target => target.Name == "mt01")], ProcessServers = [],
    });
}
