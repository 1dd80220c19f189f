using System.Text.Json.Nodes;

namespace AsrFailback.Fabrics.Tests;

/// <summary>A machine's file of version 1 is read as what it meant, and stays as it is until the machine changes (FO-12).</summary>
public sealed class MachineUpgradeTests
{
    private const string Version1 = """
        {
          // written by hand
          "version": 1, "uuid": "7a1d6a3e-0000-4000-8000-000000000001", "operatingSystem": "Linux", "network": "LAN",
          "disks": [ { "name": "os", "file": "ds/web01/os.vmdk", "capacityBytes": 1048576 } ],
          "guest": { "version": "Debian 12", "address": "10.0.0.4", "addressIsStatic": true, "addressIsPublic": false, "targetAddress": "10.1.0.4" }
        }
        """;

    private static readonly MachineNic Only = new("nic0", "LAN", Primary: true) { Address = "10.0.0.4", AddressIsStatic = true, TargetAddress = "10.1.0.4" };

    [Fact]
    public void The_network_and_the_addresses_of_version_1_are_those_of_its_only_interface()
    {
        using var folder = SiteFolder.Of(SiteFolder.SmallSite, Version1);

        var machine = Assert.Single(folder.Open().Snapshot().Machines);

        Assert.Equal(Only, Assert.Single(machine.Nics));
        Assert.Equal(new Guest { Version = "Debian 12" }, machine.Guest);
        Assert.Equal("LAN", machine.Network);
    }

    // what is there of an interface
    [Theory]
    [InlineData("\"network\": null,")]
    [InlineData("")]
    public void A_machine_of_version_1_without_a_network_has_an_isolated_interface(string network)
    {
        using var folder = SiteFolder.Of(SiteFolder.SmallSite, Version1);
        folder.Edit("machines/web01.json", "\"network\": \"LAN\",", network);
        folder.Edit("machines/web01.json", "\"guest\": {", "\"snapshots\": 0 // {");

        Assert.Equal(new MachineNic("nic0", null, Primary: true), Assert.Single(Assert.Single(folder.Open().Snapshot().Machines).Nics));
    }

    [Fact]
    public void A_machine_that_is_read_or_started_leaves_its_file_as_it_is()
    {
        using var folder = SiteFolder.Of(SiteFolder.SmallSite, Version1);
        var site = folder.Open();

        site.PowerOn("web01", 1);
        site.SetNics("web01", [Only]);
        _ = site.Snapshot();

        Assert.Equal(Version1, folder.Read("machines/web01.json"));
    }

    [Fact]
    public void A_machine_that_changes_is_written_in_version_2()
    {
        using var folder = SiteFolder.Of(SiteFolder.SmallSite, Version1);
        MachineNic[] nics = [Only with { Network = "DMZ" }, new("nic1", null, Primary: false)];

        folder.Open().SetNics("web01", nics);

        var written = JsonNode.Parse(folder.Read("machines/web01.json"))!;
        Claim.None(Schema.Machine.Faults(written));
        Assert.Equal(2, (int)written["version"]!);
        Assert.Equal(nics, Assert.Single(folder.Open().Snapshot().Machines).Nics);
    }

    // what is replaced | by what | place named
    public static TheoryData<string> Garbage => Notation.Cases("""
        "network": "LAN"           | "network": 5                       | $.network
        "network": "LAN"           | "network": ["LAN"]                 | $.network
        "address": "10.0.0.4"      | "address": 4                       | $.guest.address
        "address": "10.0.0.4"      | "address": null                    | $.guest.address
        "addressIsStatic": true    | "addressIsStatic": "yes"           | $.guest.addressIsStatic
        "addressIsPublic": false   | "addressIsPublic": 0               | $.guest.addressIsPublic
        "targetAddress": "10.1.0.4" | "targetAddress": { }              | $.guest.targetAddress
        "guest": {                 | "guest": 5, "others": {            | $
        "network": "LAN"           | "nics": []                         | $.nics
        """);

    [Theory]
    [MemberData(nameof(Garbage))]
    public void Garbage_in_version_1_is_refused_with_the_place_that_the_file_has(string line)
    {
        var columns = Notation.Columns(line);
        using var folder = SiteFolder.Of(SiteFolder.SmallSite, Version1);
        folder.Edit("machines/web01.json", columns[0], columns[1]);

        Refused(folder, columns[2]);
    }

    // what is replaced in a machine of version 2 | by what | place named | what is named
    public static TheoryData<string> Breaches => Notation.Cases("""
        "primary": true           | "primary": false               | $.nics         | 0 of them are primary
        "primary": false          | "primary": true                | $.nics         | 2 of them are primary
        , "primary": false        |                                | $.nics[1]      | primary
        "Network adapter 2"       | "network ADAPTER 1"            | $.nics         | is there twice
        "Network adapter 2"       | " "                            | $.nics[1].name | is no name
        "Network adapter 2"       | 5                              | $.nics[1].name | 5
        "version": 2              | "version": 2, "network": "LAN" | $.network      | not known
        "version": 2              | "version": 3                   | $.version      | 3
        "bootsInAzure": true      | "address": "10.0.0.4"          | $.guest.address | not known
        """);

    [Theory]
    [Requirement("FO-12")]
    [MemberData(nameof(Breaches))]
    public void A_breach_of_version_2_is_named_by_place_and_value(string line)
    {
        var columns = Notation.Columns(line);
        using var folder = SiteFolder.Of(Rich.Site, Rich.Machine);
        folder.Edit("machines/web01.json", columns[0], columns[1]);

        Assert.Contains(columns[3], Refused(folder, columns[2]), StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("FO-12")]
    [InlineData(1, true)]
    [InlineData(8, true)]
    [InlineData(0, false)]
    [InlineData(9, false)]
    public void A_machine_has_at_most_eight_network_interfaces(int count, bool valid)
    {
        var nics = string.Join(", ", Enumerable.Range(0, count).Select(number => $$"""{ "name": "nic{{number}}", "primary": {{(number == 0 ? "true" : "false")}} }"""));
        using var folder = SiteFolder.Of(SiteFolder.SmallSite, Version1.Replace("\"version\": 1", $"\"version\": 2, \"nics\": [ {nics} ]", StringComparison.Ordinal)
            .Replace("\"network\": \"LAN\",", "", StringComparison.Ordinal).Replace("\"guest\": {", "\"snapshots\": 0 // {", StringComparison.Ordinal));

        if (valid)
        {
            Assert.Equal(count, Assert.Single(folder.Open().Snapshot().Machines).Nics.Count);
            return;
        }

        Assert.Contains($"{count} network interfaces; 1 to {Machine.MaxNics}", Refused(folder, "$.nics"), StringComparison.Ordinal);
    }

    private static string Refused(SiteFolder folder, string place)
    {
        var thrown = Reading.Of(folder);
        Claim.None(Reading.Fault(thrown, Path.Combine(folder.Root, "machines", "web01.json")));
        Assert.Equal("SiteInvalid", Reading.IdOf(thrown));
        Assert.Contains(place, thrown!.Message, StringComparison.Ordinal);
        return thrown.Message;
    }
}
