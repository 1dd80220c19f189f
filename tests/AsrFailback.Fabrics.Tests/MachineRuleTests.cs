namespace AsrFailback.Fabrics.Tests;

/// <summary>A hand-edited machine file: every breach is named by file, place and value.</summary>
public sealed class MachineRuleTests
{
    // what is replaced | by what | place named | value or word named
    public static TheoryData<string> Breaches => Notation.Cases("""
        "version": 1                      | "version": 9                     | $.version                | 9
        "version": 1,                     |                                  | version                  |
        "version": 1,                     | "version": 1, "memory": 4,       | memory                   |
        "uuid": "7a1d6a3e                 | "uuid": "zz1d6a3e                | $.uuid                   |
        "operatingSystem": "Linux"        | "operatingSystem": "BSD"         | $.operatingSystem        | 'BSD'
        "operatingSystem": "Linux"        | "operatingSystem": "linux"       | $.operatingSystem        | 'linux'
        "operatingSystem": "Linux"        | "operatingSystem": null          | operatingSystem          |
        "capacityBytes": 1048576          | "capacityBytes": 0               | $.disks[0].capacityBytes | 0
        "capacityBytes": 1048576          | "capacityBytes": -512            | $.disks[0].capacityBytes | -512
        "capacityBytes": 1048576          | "capacityBytes": 1000            | $.disks[0].capacityBytes | 1000
        "capacityBytes": 1048576          | "capacity": 1048576              | disks                    |
        "file": "ds/web01/os.vmdk"        | "file": null                     | disks                    |
        "name": "os"                      | "name": null                     | disks                    |
        "name": "os"                      | "name": ""                       | disks                    |
        "disks": [                        | "disks": [], "network": [        | $.network                |
        """);

    [Theory]
    [MemberData(nameof(Breaches))]
    public void A_breach_is_named_by_file_place_and_value(string line)
    {
        var columns = Notation.Columns(line);
        using var folder = SiteFolder.Of(SiteFolder.SmallSite, SiteFolder.SmallMachine);
        folder.Edit("machines/web01.json", columns[0], columns[1]);

        AssertInvalid(folder, columns[2], columns[3]);
    }

    [Theory]
    [InlineData("[]", "0 disks")]
    [InlineData("null", "disks")]
    [InlineData("[ null ]", "disks")]
    [InlineData("[ {\"name\":\"os\",\"file\":\"ds/a.vmdk\",\"capacityBytes\":512}, {\"name\":\"os\",\"file\":\"ds/b.vmdk\",\"capacityBytes\":512} ]", "'os'")]
    [InlineData("[ {\"name\":\"os\",\"file\":\"ds/a.vmdk\",\"capacityBytes\":512}, {\"name\":\"OS\",\"file\":\"ds/b.vmdk\",\"capacityBytes\":512} ]", "'OS'")]
    [InlineData("[ {\"name\":\"a\",\"file\":\"ds/a.vmdk\",\"capacityBytes\":512}, {\"name\":\"b\",\"file\":\"ds/a.vmdk\",\"capacityBytes\":512} ]", "ds/a.vmdk")]
    public void Disks_are_there_and_distinct(string disks, string named)
    {
        // Two disks of one name would share one replica image; two disks of one file would share their bytes.
        using var folder = SiteFolder.Of(SiteFolder.SmallSite, Machine(disks));

        AssertInvalid(folder, "$.disks", named);
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(61, false)]
    public void A_machine_has_at_most_sixty_disks(int count, bool valid)
    {
        var disks = Enumerable.Range(0, count).Select(index => $$"""{"name":"d{{index}}","file":"ds/d{{index}}.vmdk","capacityBytes":512}""");
        using var folder = SiteFolder.Of(SiteFolder.SmallSite, Machine($"[{string.Join(',', disks)}]"));

        if (valid)
        {
            Assert.Equal(60, Assert.Single(folder.Open().Snapshot().Machines).Disks.Count);
            return;
        }

        AssertInvalid(folder, "$.disks", "61 disks");
    }

    [Fact]
    public void Comments_trailing_commas_and_a_schema_are_allowed()
    {
        using var folder = SiteFolder.Of(SiteFolder.SmallSite, SiteFolder.SmallMachine.Replace(
            "\"version\": 1,", "// ours\n\"$schema\": \"machine.schema.json\", \"network\": null, /* none */ \"version\": 1,", StringComparison.Ordinal));
        folder.Edit("machines/web01.json", "1048576 } ]", "1048576, }, ],");

        Assert.Equal(("web01", PowerState.Off, 0L), Summary(Assert.Single(folder.Open().Snapshot().Machines)));
    }

    private static (string Name, PowerState Power, long Epoch) Summary(Machine machine) => (machine.Name, machine.Power, machine.Epoch);

    private static string Machine(string disks) =>
        $$"""{ "version": 1, "uuid": "7a1d6a3e-0000-4000-8000-000000000001", "operatingSystem": "Linux", "disks": {{disks}} }""";

    private static void AssertInvalid(SiteFolder folder, string place, string named)
    {
        var site = folder.Open();

        var error = Assert.IsType<AsrException>(Record.Exception(() => site.Snapshot())).Error;

        Assert.Equal("SiteInvalid", error.Id);
        Assert.Contains(Path.Combine("machines", "web01.json"), error.Message, StringComparison.Ordinal);
        Assert.Contains(place, error.Message, StringComparison.Ordinal);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }
}
