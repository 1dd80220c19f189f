using AsrFailback.Core.Errors;
using AsrFailback.Fabrics.Embedded;
using AsrFailback.Replication.IO;

namespace AsrFailback.Engine.Tests;

/// <summary>A database of the configuration server that is damaged, or older than what is protected.</summary>
public sealed class ReadinessDatabaseTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    [Fact]
    [Requirement("TO-03")]
    public async Task A_damaged_database_is_restored_from_its_backup()
    {
        await using var world = await WorldAsync();
        await world.RunAsync(new BackupConfigurationServer(DrWorld.Home));
        await world.MoveAsync();
        await DamageAsync(world);
        Assert.Equal(["SiteInvalid"], await world.RefusedAsync(new Reprotect(DrWorld.Item)));

        await world.RunAsync(new RestoreConfigurationServer(DrWorld.Home));

        await world.RunAsync(new Reprotect(DrWorld.Item));
    }

    [Theory]
    [Requirement("TO-03")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_database_that_was_deleted_is_missed_until_it_is_restored_or_begun_anew(bool restore)
    {
        await using var world = await WorldAsync();
        await world.RunAsync(new BackupConfigurationServer(DrWorld.Home));
        await world.MoveAsync();
        WorldEdit.Make(world, "home/db:-");
        Assert.Equal(["DatabaseMissing"], await world.RefusedAsync(new Reprotect(DrWorld.Item)));
        Assert.Contains(Assert.Single(await world.Engine.GetServerReportsAsync(DrWorld.Home, ServerRole.ConfigurationServer)).Checks, check => check is { Id: "ConfigurationDatabase", State: CheckState.Failed });

        await world.RunAsync(restore ? new RestoreConfigurationServer(DrWorld.Home) : new RegisterConfigurationServer(DrWorld.Home, "cs01"));

        await world.RunAsync(new Reprotect(DrWorld.Item));
    }

    [Fact]
    public async Task Protection_is_given_up_although_the_database_is_damaged()
    {
        await using var world = await WorldAsync();
        await DamageAsync(world);

        await world.RunAsync(new DisableProtection(DrWorld.Item));

        Assert.Empty(await world.Engine.GetProtectedItemsAsync().ToListAsync());
    }

    [Fact]
    [Requirement("TO-03")]
    public async Task A_backup_older_than_a_protection_is_warned_of_and_a_registration_mends_it()
    {
        await using var world = await DrWorld.CreateAsync(ReadinessStage.Setup(new ManualClock()));
        await world.AddNeighbourAsync();
        await world.RunAsync(new BackupConfigurationServer(DrWorld.Home));
        await world.RunAsync(DrWorld.Enable());
        await world.MoveAsync();

        var restore = await world.RunAsync(new RestoreConfigurationServer(DrWorld.Home));
        var warning = Assert.Single(restore.Warnings);
        Assert.Equal("BackupLacksMachines", warning.Id);
        Assert.Contains(DrWorld.Item, warning.Message, StringComparison.Ordinal);
        Assert.Equal(["MachineNotKnown"], await world.RefusedAsync(new Reprotect(DrWorld.Item)));
        await world.RunAsync(new RegisterConfigurationServer(DrWorld.Home, "cs01"));

        await world.RunAsync(new Reprotect(DrWorld.Item));
    }

    [Fact]
    [Requirement("TO-03")]
    public async Task A_backup_that_failed_is_not_noted_as_taken()
    {
        await using var world = await WorldAsync();
        var file = Path.Combine(world.Root, "mine.json");
        world.Setup.OnFile = (_, path) => Refuse(path.StartsWith(file, StringComparison.Ordinal));

        var job = await world.TryAsync(new BackupConfigurationServer(DrWorld.Home, file));

        Assert.Equal("DiskFull", job.Error?.Id);
        Assert.Null(world.Inventory(DrWorld.Home).ConfigurationServer!.LastBackupUtc);
    }

    [Fact]
    [Requirement("TO-03")]
    public async Task The_backup_of_another_site_s_server_is_refused()
    {
        await using var world = await WorldAsync();
        var (other, file) = (Path.Combine(world.Root, "other"), Path.Combine(world.Root, "other.json"));
        SiteTemplate.CreateVMware(new LocalFileSystem(), other);
        await world.RunAsync(new AddFabric("other", other));
        await world.RunAsync(new RegisterConfigurationServer("other", "cs-other", "10.7.7.7"));
        await world.RunAsync(new BackupConfigurationServer("other", file));
        var before = world.Fingerprint();

        Assert.Equal(["BackupOfOther"], await world.RefusedAsync(new RestoreConfigurationServer(DrWorld.Home, file)));
        Assert.Equal(before, world.Fingerprint());
    }

    [Fact]
    [Requirement("TO-03")]
    public async Task A_database_that_lost_its_machines_does_not_take_the_place_of_the_backup_that_has_them()
    {
        var clock = new ManualClock();
        await using var world = await WorldAsync(clock);
        await world.MoveAsync();
        await LookAsync(world, clock);
        WorldEdit.Make(world, """home/db:machines=[] home/db:lastBackupUtc-""");
        Assert.Equal(["MachineNotKnown"], await world.RefusedAsync(new Reprotect(DrWorld.Item)));
        await LookAsync(world, clock);

        await world.RunAsync(new RestoreConfigurationServer(DrWorld.Home)); // what the error advises

        await world.RunAsync(new Reprotect(DrWorld.Item));
    }

    [Fact]
    [Requirement("TO-03")]
    public async Task A_backup_that_makes_itself_does_not_supersede_a_failed_job_of_the_site()
    {
        var clock = new ManualClock();
        await using var world = await WorldAsync(clock);
        world.Setup.OnFile = (_, path) => Refuse(path.StartsWith(Path.Combine(world.SiteRoot(DrWorld.Home), "site.json"), StringComparison.Ordinal));
        var failed = await world.TryAsync(new RegisterConfigurationServer(DrWorld.Home, "cs09"));
        world.Setup.OnFile = (_, _) => { };
        Assert.Equal("DiskFull", failed.Error?.Id);
        await LookAsync(world, clock);
        Assert.NotNull(world.Inventory(DrWorld.Home).ConfigurationServer!.LastBackupUtc);

        var again = await world.Engine.RestartJobAsync(failed.Name);

        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(again.Name).WaitAsync(DrWorld.Patience)).State);
        Assert.Equal("cs09", world.Inventory(DrWorld.Home).ConfigurationServer!.Name);
    }

    // Looks at health every five minutes where a clock is given.
    private static Task<DrWorld> WorldAsync(ManualClock? clock = null) => DrWorld.ProtectedAsync(clock is null
        ? ReadinessStage.Setup(new ManualClock())
        : new WorldSetup
        {
            DiskBytes = [64 << 10], State = new MemoryState(), Clock = clock,
            Adjust = options => options with { HealthInterval = Interval, BackupInterval = TimeSpan.FromHours(24) },
        });

    private static Task DamageAsync(DrWorld world) =>
        File.WriteAllTextAsync(Path.Combine(world.SiteRoot(DrWorld.Home), "state", "configuration-server.json"), "{ \"machines\": [");

    private static void Refuse(bool refused)
    {
        if (refused)
        {
            throw ErrorCatalogue.Exception("DiskFull", "the file", "by the test");
        }
    }

    private static async Task LookAsync(DrWorld world, ManualClock clock)
    {
        clock.Advance(Interval);
        foreach (var job in await world.Engine.GetJobsAsync())
        {
            await world.Engine.WaitForJobAsync(job.Name).WaitAsync(DrWorld.Patience);
        }
    }
}
