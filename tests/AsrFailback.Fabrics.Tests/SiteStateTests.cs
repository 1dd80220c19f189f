using AsrFailback.Fabrics.Embedded;

namespace AsrFailback.Fabrics.Tests;

/// <summary>What the engine keeps about a site: its vault, the power of its machines, whether it answers.</summary>
public sealed class SiteStateTests : IDisposable
{
    private static readonly Guid Vault = new("11111111-0000-4000-8000-000000000000");
    private readonly SiteFolder _folder = SiteFolder.VMware();
    private readonly EmbeddedSite _site;

    public SiteStateTests()
    {
        _site = _folder.Open();
        _site.EnsureMachine(SiteFolder.Web01);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_site_is_claimed_by_one_vault_again_and_again()
    {
        _site.Claim(Vault);
        _site.Claim(Vault);
        _folder.Open().Claim(Vault);

        var foreign = new Guid("22222222-0000-4000-8000-000000000000");
        var error = Assert.Throws<AsrException>(() => _folder.Open().Claim(foreign)).Error;
        Assert.Equal("ForeignSite", error.Id);
        Assert.Contains($"{Vault}", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{foreign}", error.Message, StringComparison.Ordinal);
        _folder.Open().Claim(Vault);
    }

    [Fact]
    public void The_claim_survives_a_rehearsed_outage()
    {
        _site.Claim(Vault);
        _site.SetCondition(reachable: false, connected: false);
        _site.SetCondition(reachable: true, connected: true);

        Assert.Equal("ForeignSite", Assert.Throws<AsrException>(() => _site.Claim(Guid.Empty)).Error.Id);
    }

    [Fact]
    public void Power_and_epoch_survive_a_reopening()
    {
        _site.PowerOn("web01", 5);
        Assert.Equal((PowerState.On, 5L), PowerOf(_folder.Open()));

        _site.PowerOff("web01");
        Assert.Equal((PowerState.Off, 5L), PowerOf(_folder.Open()));
    }

    [Fact]
    public void A_machine_that_is_not_there_has_no_power()
    {
        Assert.Equal("MachineNotFound", Assert.Throws<AsrException>(() => _site.PowerOn("web02", 1)).Error.Id);
        Assert.Equal("MachineNotFound", Assert.Throws<AsrException>(() => _site.PowerOff("web02")).Error.Id);
        Assert.Equal("MachineNotFound", Assert.Throws<AsrException>(() => _site.OpenDisks("web02", writable: false)).Error.Id);
    }

    [Fact]
    public void An_edit_by_hand_takes_effect_at_the_next_look()
    {
        _folder.Edit("site.json", "\"lsilogic\"", "\"pvscsi\"");
        _folder.Edit("machines/web01.json", "\"operatingSystem\": \"Linux\"", "\"operatingSystem\": \"Windows\"");

        var snapshot = _site.Snapshot();

        Assert.Equal(["pvscsi"], Assert.Single(snapshot.MasterTargets).ScsiControllers);
        Assert.Equal("Windows", Assert.Single(snapshot.Machines).OperatingSystem);
    }

    [Fact]
    public void A_mistake_made_by_hand_is_told_and_its_correction_is_taken()
    {
        _folder.Edit("site.json", "\"version\": 2", "\"version\": 3");
        Assert.Equal("SiteInvalid", Assert.Throws<AsrException>(_site.Snapshot).Error.Id);

        _folder.Edit("site.json", "\"version\": 3", "\"version\": 2");
        Assert.Single(_site.Snapshot().Machines);
    }

    [Fact]
    public void The_engine_writes_nothing_into_the_files_of_the_inventory()
    {
        _folder.Edit("site.json", "\"version\": 2,", "// a comment to be kept\n\"version\": 2,");
        _folder.Edit("machines/web01.json", "\"version\": 2,", "// and this one\n\"version\": 2,");
        var before = (_folder.Read("site.json"), _folder.Read("machines/web01.json"));

        _site.Claim(Vault);
        _site.SetCondition(reachable: true, connected: false);
        _site.PowerOn("web01", 1);
        _site.EnsureMachine(SiteFolder.Web01);

        Assert.Equal(before, (_folder.Read("site.json"), _folder.Read("machines/web01.json")));
    }

    [Fact]
    public void An_unreachable_site_still_has_a_snapshot_and_answers_nothing_else()
    {
        _site.PowerOn("web01", 2);
        _site.SetCondition(reachable: false, connected: false);

        var snapshot = _folder.Open().Snapshot();
        Assert.True(snapshot is { Reachable: false, Connected: false, Machines.Count: 1 });
        Action[] asked =
        [
            () => _site.PowerOn("web01", 3),
            () => _site.PowerOff("web01"),
            () => _site.EnsureMachine(SiteFolder.Web01 with { Name = "web02" }),
            () => _site.AddTestMachine(snapshot.Machines[0] with { Name = "web01-test" }, null),
            () => _site.RemoveMachine("web01"),
            () => _site.OpenDisks("web01", writable: false),
        ];
        Assert.All(asked, ask => Assert.Equal("SiteUnreachable", Assert.Throws<AsrException>(ask).Error.Id));
        _site.SetCondition(reachable: true, connected: true);
        Assert.Equal((PowerState.On, 2L), PowerOf(_site));
        Assert.Single(_site.Snapshot().Machines);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("""{ "power": "Half", "epoch": 1 }""")]
    public void A_damaged_state_file_is_told_by_its_name(string text)
    {
        _folder.Write("state/machines/web01.json", text);

        var error = Assert.Throws<AsrException>(_site.Snapshot).Error;
        Assert.Equal("SiteInvalid", error.Id);
        Assert.Contains(Path.Combine("state", "machines", "web01.json"), error.Message, StringComparison.Ordinal);
    }

    private static (PowerState Power, long Epoch) PowerOf(EmbeddedSite site) =>
        site.Snapshot().Machines.Where(machine => machine.Name == "web01").Select(machine => (machine.Power, machine.Epoch)).Single();
}
