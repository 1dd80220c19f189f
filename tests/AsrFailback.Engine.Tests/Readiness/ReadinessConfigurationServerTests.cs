namespace AsrFailback.Engine.Tests;

/// <summary>The configuration server of the home site: what it knows, its backups, its return.</summary>
public sealed class ReadinessConfigurationServerTests
{
    private const string Address = "10.0.0.9";
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    [Fact]
    [Requirement("TO-02")]
    public async Task A_machine_is_registered_when_it_is_protected_and_taken_off_when_it_is_not_any_more()
    {
        await using var world = await DrWorld.CreateAsync(ReadinessStage.Setup(new ManualClock()));
        Assert.Null(Server(world).Machines);
        await world.AddNeighbourAsync();
        await world.RunAsync(DrWorld.Enable());
        Assert.Equal([ReadinessStage.Neighbour, DrWorld.Item], Server(world).Machines);

        await world.RunAsync(new DisableProtection(ReadinessStage.Neighbour));

        Assert.Equal([DrWorld.Item], Server(world).Machines);
    }

    [Theory]
    [Requirement("TO-02", "TO-03")]
    [InlineData("FailoverHome")]
    [InlineData("ReprotectHome")]
    public async Task A_machine_that_is_missing_from_the_database_comes_home_only_after_a_restore(string stage)
    {
        await using var world = await ReadinessStage.WorldAsync(stage);
        await world.RunAsync(new BackupConfigurationServer(DrWorld.Home));
        WorldEdit.Make(world, "home/db:machines=[]");
        var command = RuleCase.Read("").Command(stage);
        Assert.Equal(["MachineNotKnown"], await world.RefusedAsync(command));

        var restore = await world.RunAsync(new RestoreConfigurationServer(DrWorld.Home));

        Assert.Empty(restore.Warnings);
        await world.RunAsync(command);
    }

    [Theory]
    [Requirement("TO-03")]
    [InlineData(null)]
    [InlineData(Address)]
    public async Task A_server_is_restored_at_the_address_it_had(string? address)
    {
        await using var world = await WithBackupAsync();
        WorldEdit.Make(world, "home:configurationServer.connected=false home:configurationServer.address=10.9.9.9");

        await world.RunAsync(new RestoreConfigurationServer(DrWorld.Home, Address: address));

        Assert.Equal((Address, true), (Server(world).Address, Server(world).Connected));
    }

    [Fact]
    [Requirement("TO-03")]
    public async Task Another_address_is_refused_or_with_consent_reported_with_the_names_of_what_is_cut_off()
    {
        await using var world = await WithBackupAsync();
        var before = world.Fingerprint();
        var refusal = Assert.Single(await Findings.RefusalAsync(world, new RestoreConfigurationServer(DrWorld.Home, Address: "10.0.0.10")));
        Assert.Equal((before, "AddressDiffers"), (world.Fingerprint(), refusal.Id));

        var job = await world.RunAsync(new RestoreConfigurationServer(DrWorld.Home, Address: "10.0.0.10", AllowOtherAddress: true));

        var warning = Assert.Single(job.Warnings);
        Assert.Equal("AddressOverridden", warning.Id);
        Assert.Contains($"{ReadinessStage.Neighbour}, {DrWorld.Item}", warning.Message, StringComparison.Ordinal);
        Assert.Equal("10.0.0.10", Server(world).Address);
        Assert.Equal(["MachineAtOldAddress"], await world.RefusedAsync(RuleCase.Read("").Command("FailoverHome")));
        await world.RunAsync(new RegisterConfigurationServer(DrWorld.Home, "cs01", Address, AllowOtherAddress: true));
        await world.RunAsync(RuleCase.Read("").Command("FailoverHome"));
    }

    [Fact]
    [Requirement("TO-03")]
    public async Task A_registration_gives_a_server_no_other_address_without_consent_and_machines_register_anew_under_it()
    {
        await using var world = await ReadinessStage.WorldAsync("FailoverOut");
        await world.RunAsync(new RegisterConfigurationServer(DrWorld.Home, "cs01", Address));
        Assert.Equal(["AddressDiffers"], await world.RefusedAsync(new RegisterConfigurationServer(DrWorld.Home, "cs01", "10.0.0.10")));

        var job = await world.RunAsync(new RegisterConfigurationServer(DrWorld.Home, "cs01", "10.0.0.10", AllowOtherAddress: true));
        Assert.Equal("AddressOverridden", Assert.Single(job.Warnings).Id);
        await world.RunAsync(new DisableProtection(ReadinessStage.Neighbour));
        await world.RunAsync(new EnableProtection(ReadinessStage.Neighbour, DrWorld.Home, DrWorld.Azure, DrWorld.Policy));

        Assert.Equal((Address, "10.0.0.10"), (Server(world).Addresses[DrWorld.Item], Server(world).Addresses[ReadinessStage.Neighbour]));
    }

    // how a backup is spoiled
    [Theory]
    [Requirement("TO-03")]
    [InlineData("empty")]
    [InlineData("cut")]
    [InlineData("letter")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("machine")]
    [InlineData("zeros")]
    public async Task A_damaged_backup_is_refused_and_nothing_changes(string damage)
    {
        await using var world = await WithBackupAsync();
        var file = Assert.Single(Backups(world));
        await File.WriteAllTextAsync(file, Damaged(await File.ReadAllTextAsync(file), damage));
        var before = world.Fingerprint();

        Assert.Equal(["BackupInvalid"], await world.RefusedAsync(new RestoreConfigurationServer(DrWorld.Home)));
        Assert.Equal(["BackupInvalid"], await world.RefusedAsync(new RestoreConfigurationServer(DrWorld.Home, file)));
        Assert.Equal(before, world.Fingerprint());
    }

    [Fact]
    [Requirement("TO-03")]
    public async Task A_backup_that_is_not_there_is_refused()
    {
        await using var world = await DrWorld.CreateAsync(ReadinessStage.Setup(new ManualClock()));

        Assert.Equal(["BackupMissing"], await world.RefusedAsync(new RestoreConfigurationServer(DrWorld.Home)));
        Assert.Equal(["FileMissing"], await world.RefusedAsync(new RestoreConfigurationServer(DrWorld.Home, Path.Combine(world.Root, "none.json"))));
        Assert.Equal(["ConfigurationServerNotHere"], await world.RefusedAsync(new BackupConfigurationServer(DrWorld.Azure)));
    }

    [Fact]
    [Requirement("TO-03")]
    public async Task A_backup_into_a_file_is_restored_from_it_and_overwrites_nothing()
    {
        await using var world = await ReadinessStage.WorldAsync("FailoverHome");
        var file = Path.Combine(world.Root, "mine.json");
        await world.RunAsync(new BackupConfigurationServer(DrWorld.Home, file));
        Assert.Equal(["FileExists"], await world.RefusedAsync(new BackupConfigurationServer(DrWorld.Home, file)));
        WorldEdit.Make(world, "home/db:-");

        await world.RunAsync(new RestoreConfigurationServer(DrWorld.Home, file));

        Assert.Equal([ReadinessStage.Neighbour, DrWorld.Item], Server(world).Machines);
    }

    [Fact]
    [Requirement("TO-03")]
    public async Task An_overdue_backup_is_made_by_the_look_at_health_and_at_most_seven_are_kept()
    {
        var clock = new ManualClock();
        await using var world = await LookedAtAsync(clock);
        await LookAsync(world, clock, Interval);
        await LookAsync(world, clock, Interval);
        var first = Assert.Single(Backups(world));
        Assert.Equal(clock.GetUtcNow() - Interval, Server(world).LastBackupUtc);

        for (var day = 0; day < 7; day++)
        {
            await LookAsync(world, clock, TimeSpan.FromDays(1));
        }

        Assert.Equal(7, Backups(world).Length);
        Assert.DoesNotContain(first, Backups(world));
        Assert.Contains(Backups(world), file => file.Contains($"{clock.GetUtcNow():yyyyMMdd}", StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("TO-03")]
    public async Task A_site_whose_backup_is_refused_does_not_keep_the_others_from_theirs()
    {
        var clock = new ManualClock();
        await using var world = await LookedAtAsync(clock);
        await world.RunAsync(new AddFabric("aaa", world.SiteRoot("aaa"), FabricKind.VMware));
        await world.RunAsync(new RegisterConfigurationServer("aaa", "cs02", PassphraseHash: "x"));
        world.EditSite("aaa", site => site.Remove("configurationServer"));

        await LookAsync(world, clock, Interval);

        Assert.Single(Backups(world));
    }

    private static ConfigurationServer Server(DrWorld world) => world.Inventory(DrWorld.Home).ConfigurationServer!;

    private static string[] Backups(DrWorld world)
    {
        var folder = Path.Combine(world.VaultFolder, "configuration-server", DrWorld.Home);
        return Directory.Exists(folder) ? Directory.GetFiles(folder) : [];
    }

    private static async Task<DrWorld> WithBackupAsync()
    {
        var world = await ReadinessStage.WorldAsync("FailoverHome");
        await world.RunAsync(new RegisterConfigurationServer(DrWorld.Home, "cs01", Address));
        await world.RunAsync(new BackupConfigurationServer(DrWorld.Home));
        return world;
    }

    private static async Task<DrWorld> LookedAtAsync(ManualClock clock) => await DrWorld.ProtectedAsync(new WorldSetup
    {
        DiskBytes = [64 << 10],
        State = new MemoryState(),
        Clock = clock,
        Adjust = options => options with { HealthInterval = Interval, BackupInterval = TimeSpan.FromHours(24) },
    });

    private static async Task LookAsync(DrWorld world, ManualClock clock, TimeSpan time)
    {
        clock.Advance(time);
        foreach (var job in await world.Engine.GetJobsAsync())
        {
            await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience);
        }
    }

    private static string Damaged(string text, string damage) => damage switch
    {
        "empty" => "",
        "cut" => text[..(text.Length / 2)],
        "letter" => text.Replace(Address, "10.0.0.8", StringComparison.Ordinal),
        "machine" => text.Replace($"\"{DrWorld.Item}\"", "\"web77\"", StringComparison.Ordinal),
        "zeros" => new string('\0', text.Length),
        _ => damage,
    };
}
