using AsrFailback.Fabrics.Embedded;

namespace AsrFailback.Fabrics.Tests;

/// <summary>A look at one machine: itself as its file is now, the others as the last whole look found them, or as they were written here.</summary>
public sealed class SiteLookTests : IDisposable
{
    private readonly SiteFolder _folder = SiteFolder.Of(SiteFolder.SmallSite, SiteFolder.SmallMachine);
    private readonly EmbeddedSite _site;

    public SiteLookTests()
    {
        _folder.Write("machines/web02.json", SiteFolder.SmallMachine.Replace("0001", "0002", StringComparison.Ordinal).Replace("web01", "web02", StringComparison.Ordinal));
        _site = _folder.Open();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_machine_itself_is_read_anew()
    {
        _site.Look();

        _folder.Edit("machines/web01.json", "Linux", "Windows");

        Assert.Equal("Windows", _site.LookAt("web01").Find("web01")!.OperatingSystem);
    }

    // A plan looks at each site before a group; what somebody edits meanwhile counts from the next group on.
    [Fact]
    public void Another_machine_that_somebody_edits_counts_from_the_next_whole_look_on()
    {
        _site.Look();

        _folder.Edit("machines/web02.json", "Linux", "Windows");

        Assert.Equal("Linux", _site.LookAt("web01").Find("web02")!.OperatingSystem);
        _site.Look();
        Assert.Equal("Windows", _site.LookAt("web01").Find("web02")!.OperatingSystem);
    }

    // Broken on purpose: no NoteWritten in WriteMachineState, or in RemoveMachine.
    [Fact]
    public void Another_machine_that_was_written_here_counts_at_once()
    {
        _site.Look();

        _site.PowerOn("web02", 7);
        Assert.Equal((PowerState.On, 7), (_site.LookAt("web01").Find("web02")!.Power, _site.LookAt("web01").Find("web02")!.Epoch));
        _site.SetNics("web02", [MachineNic.Only("VM Network")[0] with { Address = "10.0.0.1" }]);
        Assert.Equal("10.0.0.1", _site.LookAt("web01").Find("web02")!.PrimaryNic!.Address);
        _site.RemoveMachine("web02");
        Assert.Null(_site.LookAt("web01").Find("web02"));
    }

    [Fact]
    public void What_is_no_machine_is_read_anew()
    {
        Assert.Equal("ds", Assert.Single(_site.LookAt("web01").Inventory.Datastores).Name);

        _folder.Edit("site.json", "\"name\": \"ds\"", "\"name\": \"other\"");

        Assert.Equal("other", Assert.Single(_site.LookAt("web01").Inventory.Datastores).Name);
    }

    [Fact]
    public void The_broken_file_of_another_machine_is_not_in_the_way()
    {
        _site.Look();
        _site.PowerOn("web02", 1);
        _folder.Write("machines/web02.json", "{");

        Assert.NotNull(_site.LookAt("web01").Find("web01"));
        _folder.Write("machines/web01.json", "{");
        Assert.Equal("SiteInvalid", Assert.Throws<AsrException>(() => _site.LookAt("web01")).Error.Id);
    }

    // Broken on purpose: SiteFiles.TryRead that does not compare stamps.
    [Fact]
    public void A_file_that_was_kept_is_read_anew_when_it_changes()
    {
        var clock = new ManualClock();
        clock.Advance(DateTimeOffset.UtcNow.AddMinutes(1) - clock.GetUtcNow());
        var later = new EmbeddedSite(_folder.Files, "onprem", _folder.Root, FabricKind.VMware, clock);
        Assert.Same(later.GetMachine("web01").OperatingSystem, later.GetMachine("web01").OperatingSystem);

        _folder.Edit("machines/web01.json", "Linux", "Windows");

        Assert.Equal("Windows", later.GetMachine("web01").OperatingSystem);
    }
}
