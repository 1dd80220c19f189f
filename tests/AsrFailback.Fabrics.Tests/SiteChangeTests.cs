using System.Text.Json.Nodes;
using AsrFailback.Fabrics.Embedded;

namespace AsrFailback.Fabrics.Tests;

/// <summary>What happens at a site in the course of a reprotect and a failback.</summary>
public sealed class SiteChangeTests : IDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromMinutes(15);
    private readonly SiteFolder _folder = SiteFolder.Of(Rich.Site, Rich.Machine);
    private readonly ManualClock _clock = new();
    private readonly EmbeddedSite _site;

    public SiteChangeTests() => _site = Open();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Requirement("TO-06")]
    public void An_agent_registers_a_while_after_its_machine_was_switched_on()
    {
        Assert.Equal((null, null), Times());
        var booted = _clock.GetUtcNow();
        _site.PowerOn("web01", 1);

        Assert.Equal((booted, null), Times());
        _clock.Advance(Delay - TimeSpan.FromTicks(1));
        Assert.Equal((booted, null), Times());
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal((booted, booted + Delay), Times());
        _clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal((booted, booted + Delay), Times());
        Assert.Equal((booted, booted + Delay), Times(Open()));
    }

    [Fact]
    [Requirement("TO-06")]
    public void After_the_next_boot_an_agent_registers_anew()
    {
        _site.PowerOn("web01", 1);
        _clock.Advance(Delay);
        var first = _clock.GetUtcNow() - Delay;
        _site.PowerOff("web01");

        Assert.Equal((first, null), Times());
        _clock.Advance(Delay);
        Assert.Equal((first, null), Times());
        var second = _clock.GetUtcNow();
        _site.PowerOn("web01", 2);
        Assert.Equal((second, null), Times());
        _clock.Advance(Delay);
        Assert.Equal((second, second + Delay), Times());
    }

    // IFabric's calls are idempotent: an operation that is resumed repeats them.
    [Fact]
    public void Switching_a_machine_on_again_under_the_same_epoch_is_no_boot()
    {
        var booted = _clock.GetUtcNow();
        _site.PowerOn("web01", 1);
        _clock.Advance(Delay);

        _site.PowerOn("web01", 1);

        Assert.Equal((booted, booted + Delay), Times());
    }

    [Fact]
    public void A_machine_without_an_agent_never_registers_one()
    {
        _folder.Edit("machines/web01.json", "\"agentInstalled\": true", "\"agentInstalled\": false");
        var booted = _clock.GetUtcNow();
        _site.PowerOn("web01", 1);
        _clock.Advance(Delay);

        Assert.Equal((booted, null), Times());
    }

    [Fact]
    public void Without_a_delay_an_agent_registers_with_the_boot()
    {
        var site = new EmbeddedSite(_folder.Files, "onprem", _folder.Root, FabricKind.VMware, _clock);
        site.PowerOn("web01", 1);

        Assert.Equal((_clock.GetUtcNow(), _clock.GetUtcNow()), Times(site));
    }

    [Fact]
    public void A_machine_that_ran_before_boots_were_recorded_has_its_agent()
    {
        _folder.Write("state/machines/web01.json", """{ "power": "On", "epoch": 4 }""");

        var machine = _site.GetMachine("web01");

        Assert.Null(machine.BootedUtc);
        Assert.NotNull(machine.AgentRegisteredUtc);
    }

    [Fact]
    [Requirement("RP-05")]
    public void Merging_snapshots_leaves_none_and_changes_nothing_else()
    {
        var expected = JsonNode.Parse(Rich.Machine)!.AsObject().With("$.snapshots", 0);
        Assert.Equal(2, _site.GetMachine("web01").Snapshots);

        _site.MergeSnapshots("web01");

        Assert.Equal(0, _site.GetMachine("web01").Snapshots);
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(_folder.Read("machines/web01.json"))));
    }

    [Fact]
    public void Where_there_are_no_snapshots_merging_them_writes_nothing()
    {
        _folder.Edit("machines/web01.json", "\"snapshots\": 2,", "/* none */");
        var before = _folder.Read("machines/web01.json");

        _site.MergeSnapshots("web01");
        _site.MergeSnapshots("web02");

        Assert.Equal(before, _folder.Read("machines/web01.json"));
        Assert.False(File.Exists(Path.Combine(_folder.Root, "machines", "web02.json")));
    }

    // datastore asked for, host asked for | folder of the disks, host of the machine
    [Theory]
    [InlineData("ds2", "esxi02", "stores/ds2", "esxi02")]
    [InlineData("DS2", null, "stores/ds2", "esxi01")]
    [InlineData("ds2", "esxi01", "stores/ds2", "esxi01")]
    [InlineData(null, "esxi02", "stores/ds1", "esxi02")]
    [InlineData(null, null, "stores/ds1", "esxi01")]
    [Requirement("RP-03")]
    public void A_new_machine_is_made_on_the_datastore_and_host_that_are_named(string? datastore, string? host, string folder, string expectedHost)
    {
        var like = SiteFolder.Web01 with { Name = "web02", MemoryBytes = 1 << 30, Guest = new Guest { Version = "Debian 12" }, Nics = [MachineNic.Only("VM Network")[0] with { Address = "10.0.0.8" }] };
        Assert.False(_site.HasAllDisks(like, datastore));

        var machine = _site.EnsureMachine(like, host, datastore);

        Assert.Equal([$"{folder}/web02/os.vmdk", $"{folder}/web02/data.vmdk"], machine.Disks.Select(disk => disk.File));
        Assert.Equal((expectedHost, like.MemoryBytes, like.Guest, like.Nics[0], PowerState.Off), (machine.Host, machine.MemoryBytes, machine.Guest, Assert.Single(machine.Nics), machine.Power));
        Assert.True(_site.HasAllDisks(like, datastore));
        Assert.True(File.Exists(Path.Combine(_folder.Root, folder, "web02", "data-flat.vmdk")));
    }

    [Fact]
    public void A_seed_counts_on_the_datastore_it_lies_on_and_nowhere_else()
    {
        var like = SiteFolder.Web01 with { Name = "web02" };
        _site.EnsureMachine(like, "esxi01", "ds2");
        _site.RemoveMachine("web02");

        Assert.True(_site.HasAllDisks(like, "ds2"));
        Assert.False(_site.HasAllDisks(like, "ds1"));
        Assert.False(_site.HasAllDisks(like));
    }

    [Fact]
    public void A_machine_that_is_there_stays_on_its_datastore_and_host()
    {
        var like = SiteFolder.Web01 with { Name = "web02" };
        var before = _site.EnsureMachine(like, "esxi01", "ds2");

        var again = _site.EnsureMachine(like, "esxi02", "ds1");

        Assert.Equal((before.Host, before.Disks[0].File), (again.Host, again.Disks[0].File));
        Assert.True(_site.HasAllDisks(like, "ds1"));
        Assert.False(Directory.Exists(Path.Combine(_folder.Root, "stores", "ds1", "web02")));
    }

    // The inventory is edited by hand: a datastore may go between the question and the deed.
    [Fact]
    public void A_new_machine_is_not_made_on_another_datastore_than_the_one_named()
    {
        Assert.IsType<AsrException>(Record.Exception(() => _site.EnsureMachine(SiteFolder.Web01 with { Name = "web02" }, "esxi01", "ds9")));
        Assert.Single(_site.Snapshot().Machines);
    }

    // master target asked for, volume asked for | folder, or the error
    [Theory]
    [InlineData(null, null, "retention/a")]
    [InlineData("mt01", null, "retention/a")]
    [InlineData("mt01", "/mnt/second", "retention/b")]
    [InlineData("MT01", "/MNT/Retention", "retention/a")]
    [InlineData(null, "/mnt/second", "retention/b")]
    [InlineData("mt02", null, "retention/c")]
    [InlineData("mt02", "r:", "retention/c")]
    [InlineData("mt02", "/mnt/second", "RetentionVolumeMissing")]
    [InlineData("mt01", "", "RetentionVolumeMissing")]
    [InlineData("mt09", null, "NoMasterTarget")]
    [InlineData("mt09", "R:", "NoMasterTarget")]
    public void Points_are_kept_on_the_volume_that_is_named(string? masterTarget, string? volume, string expected)
    {
        string? found = null;
        var id = Reading.IdOf(Record.Exception(() => found = _site.RetentionFolder("web01", masterTarget, volume)));

        Assert.Equal(expected, id ?? Path.GetRelativePath(_folder.Root, Path.GetDirectoryName(found)!).Replace('\\', '/'));
        Assert.Equal(id is null ? "web01" : null, Path.GetFileName(found));
    }

    [Fact]
    public void Without_a_master_target_or_without_volumes_points_are_kept_in_the_cache()
    {
        using var azure = SiteFolder.Azure();
        _site.PutMasterTarget(_site.Snapshot().MasterTargets[0] with { RetentionVolumes = [] });

        Assert.Equal(Path.Combine(azure.Root, "cache", "web01"), azure.Open().RetentionFolder("web01", "mt01", "R:"));
        Assert.Equal(Path.Combine(_folder.Root, "cache", "web01"), _site.RetentionFolder("web01", "mt01"));
    }

    [Fact]
    public void A_snapshot_tells_which_datastore_holds_each_disk()
    {
        _folder.Edit("machines/web01.json", "stores/ds2/web01/data.vmdk", "stores/ds22/data.vmdk");
        _site.EnsureMachine(SiteFolder.Web01 with { Name = "web02" }, datastore: "ds2");

        var machines = _site.Snapshot().Machines;

        Assert.Equal(["ds1", null], machines[0].Disks.Select(disk => disk.Datastore));
        Assert.Equal(["ds2", "ds2"], machines[1].Disks.Select(disk => disk.Datastore));
        Assert.DoesNotContain("datastore", _folder.Read("machines/web02.json"), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_database_of_the_configuration_server_is_kept_and_shown()
    {
        Assert.Null(_site.Database);
        Assert.Null(_site.Snapshot().ConfigurationServer!.Machines);

        _site.ChangeDatabase(database => database with { Machines = ["web01"], Servers = ["mt01", "ps1"], PassphraseHash = "h" });
        _site.ChangeDatabase(database => database with { LastBackupUtc = _clock.GetUtcNow() });

        var server = Open().Snapshot().ConfigurationServer!;
        Assert.Equal(["web01"], server.Machines);
        Assert.Equal(["mt01", "ps1"], server.Servers);
        Assert.Equal((_clock.GetUtcNow(), "h", "onprem", "vcenter01"), (server.LastBackupUtc, Open().Database!.PassphraseHash, server.Fabric, server.VCenter));
        Assert.Equal(Rich.Site, _folder.Read("site.json"));
    }

    [Fact]
    public void A_site_that_does_not_answer_keeps_its_database()
    {
        _site.ChangeDatabase(database => database with { Machines = ["web01"] });
        _site.SetCondition(reachable: false, connected: false);

        Assert.Equal("SiteUnreachable", Reading.IdOf(Record.Exception(() => _site.ChangeDatabase(_ => new ConfigurationDatabase()))));
        Assert.Equal(["web01"], _site.Database!.Machines);
    }

    [Fact]
    public void A_damaged_database_is_told_by_its_name()
    {
        _folder.Write("state/configuration-server.json", """{ "machines": [ 5 ] }""");

        var thrown = Record.Exception(() => _site.Database);

        Assert.Equal(thrown!.Message, _site.Snapshot().ConfigurationServer!.DatabaseFault?.Message);
        Assert.Equal("SiteInvalid", Reading.IdOf(thrown));
        Claim.None(Reading.Fault(thrown, Path.Combine(_folder.Root, "state", "configuration-server.json")));
    }

    [Fact]
    public void A_refresh_is_noted_with_its_time_and_changes_nothing_else()
    {
        var vault = Guid.NewGuid();
        _site.Claim(vault);
        _site.SetCondition(reachable: true, connected: false);
        Assert.Null(_site.Snapshot().RefreshedUtc);

        _site.NoteRefresh();
        Assert.Equal(_clock.GetUtcNow(), Open().Snapshot().RefreshedUtc);
        _clock.Advance(Delay);
        _site.NoteRefresh();

        Assert.Equal((_clock.GetUtcNow(), true, false), (Open().Snapshot().RefreshedUtc, _site.Snapshot().Reachable, _site.Snapshot().Connected));
        _site.RequireNotForeign(vault);
        Assert.Equal("ForeignSite", Reading.IdOf(Record.Exception(() => _site.RequireNotForeign(Guid.Empty))));
        Assert.Equal(Rich.Site, _folder.Read("site.json"));
    }

    [Fact]
    public void In_the_folder_of_a_site_that_is_gone_a_refresh_writes_nothing()
    {
        Directory.Delete(_folder.Root, recursive: true);
        Directory.CreateDirectory(_folder.Root);

        Record.Exception(_site.NoteRefresh);

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Root));
    }

    // What was registered must not make the site unreadable.
    [Theory]
    [InlineData(1000, 'x')]
    [InlineData(2000, 'x')]
    [InlineData(200, '\uac00')]
    public void Whatever_is_registered_or_refused_the_site_can_be_read_afterwards(int length, char letter)
    {
        var text = new string(letter, length);
        Record.Exception(() => _site.PutProcessServer(new ProcessServer(text, 9443)));
        Record.Exception(() => _site.PutMasterTarget(_site.Snapshot().MasterTargets[0] with { Datastore = text }));
        Record.Exception(() => _site.PutConfigurationServer(new ConfigurationServer("cs01") { Address = text }));
        Record.Exception(() => _site.ChangeDatabase(database => database with { Servers = [text] }));
        Record.Exception(() => _site.EnsureMachine(SiteFolder.Web01 with { Name = "web02", Guest = new Guest { Version = text } }));

        Assert.Null(Record.Exception(() => Open().Snapshot()));
    }

    private EmbeddedSite Open() => new(_folder.Files, "onprem", _folder.Root, FabricKind.VMware, _clock) { AgentDelay = Delay };

    private (DateTimeOffset? Booted, DateTimeOffset? Registered) Times(EmbeddedSite? site = null)
    {
        var machine = (site ?? _site).Snapshot().Machines.Single();
        return (machine.BootedUtc, machine.AgentRegisteredUtc);
    }
}
