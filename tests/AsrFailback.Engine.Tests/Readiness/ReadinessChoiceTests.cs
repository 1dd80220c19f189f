namespace AsrFailback.Engine.Tests;

/// <summary>What a reprotect and a failover are asked for: datastore, retention volume, type, direction.</summary>
public sealed class ReadinessChoiceTests
{
    // what is edited | the datastore asked for | where the new machine is made
    [Theory]
    [Requirement("RP-03")]
    [InlineData("", "datastore2", "datastore2")]
    [InlineData("", "DATASTORE2", "datastore2")]
    [InlineData("", null, "datastore1")]
    [InlineData("home:masterTargets.0.datastore=datastore2", null, "datastore2")]
    [InlineData("home:datastores.0.hosts=[\"esxi01\"] home:masterTargets.0.datastore-", null, "datastore2")]
    public async Task A_machine_that_is_gone_is_made_anew_on_the_datastore_and_the_master_target_s_host(string edits, string? asked, string made)
    {
        await using var world = await ReadinessStage.WorldAsync("ReprotectHome");
        WorldEdit.Make(world, edits + " home:masterTargets.0.host=esxi02");
        var uuid = world.Inventory(DrWorld.Azure).Machines.Single(machine => machine.Name == DrWorld.Item).Uuid;
        RemoveHomeMachine(world, withDisks: true);
        var command = new Reprotect(DrWorld.Item) { Datastore = asked };
        var estimate = (await world.Engine.PreviewAsync(command)).EstimatedBytes;

        var reprotect = await world.RunAsync(command);

        var anew = HomeMachine(world);
        Assert.Equal((uuid, "esxi02"), (anew.Uuid, anew.Host));
        Assert.InRange(estimate ?? 0, 384 << 10, long.MaxValue);
        Assert.All(anew.Disks, disk => Assert.Equal(made, disk.Datastore));
        Assert.InRange(reprotect.Tasks.Sum(task => task.Bytes), 256 << 10, 384 << 10);
        world.Write(4);
        await world.MoveAsync();
        world.AssertImages(DrWorld.Home, world.Model);
    }

    [Fact]
    [Requirement("RP-03")]
    public async Task A_machine_that_is_gone_but_left_its_disks_on_another_datastore_is_filled_anew_as_estimated()
    {
        await using var world = await ReadinessStage.WorldAsync("ReprotectHome");
        WorldEdit.Make(world, "home:masterTargets.0.datastore=datastore2");
        RemoveHomeMachine(world, withDisks: false);
        var estimate = (await world.Engine.PreviewAsync(new Reprotect(DrWorld.Item))).EstimatedBytes;

        var reprotect = await world.RunAsync(new Reprotect(DrWorld.Item));
        await world.MoveAsync();

        world.AssertImages(DrWorld.Home, world.Model);
        Assert.InRange(reprotect.Tasks.Sum(task => task.Bytes), 256 << 10, estimate ?? 0);
    }

    [Fact]
    [Requirement("RP-03")]
    public async Task The_datastore_that_was_asked_for_is_ignored_while_the_disks_exist()
    {
        await using var world = await ReadinessStage.WorldAsync("ReprotectHome");

        await world.RunAsync(new Reprotect(DrWorld.Item) { Datastore = "datastore2" });

        Assert.All(HomeMachine(world).Disks, disk => Assert.Equal("datastore1", disk.Datastore));
    }

    [Fact]
    [Requirement("RP-02")]
    public async Task A_machine_whose_datastore_is_not_in_the_inventory_any_more_is_not_reprotected()
    {
        await using var world = await ReadinessStage.WorldAsync("ReprotectHome");
        WorldEdit.Make(world, "home:datastores.0-");

        Assert.False((await world.Engine.PreviewAsync(new Reprotect(DrWorld.Item))).Ready);
    }

    [Fact]
    [Requirement("RP-03")]
    public async Task A_datastore_that_nobody_has_is_ignored_too_or_refused_while_the_disks_exist_in_the_report_as_in_the_submission()
    {
        await using var world = await ReadinessStage.WorldAsync("ReprotectHome");
        var command = new Reprotect(DrWorld.Item) { Datastore = "nowhere" };

        var reasons = Findings.Texts(Findings.Reasons((await world.Engine.PreviewAsync(command)).Checks)).ToArray();

        Assert.Equal(reasons, Findings.Texts(await Findings.RefusalAsync(world, command)));
    }

    // the first volume is | the volume asked for | the folder the points are kept in
    [Theory]
    [Requirement("MT-09")]
    [InlineData("", "/mnt/second", "retention2")]
    [InlineData("", "/mnt/retention", "retention")]
    [InlineData("", null, "retention")]
    [InlineData("home:masterTargets.0.retentionVolumes.0.locked=true", null, "retention2")]
    public async Task The_points_are_kept_on_the_volume_that_was_asked_for_or_can_be_used(string edit, string? asked, string folder)
    {
        await using var world = await ReadinessStage.WorldAsync("ReprotectHome");
        WorldEdit.Make(world, """home:masterTargets.0.retentionVolumes=[{"name":"/mnt/retention","folder":"retention"},{"name":"/mnt/second","folder":"retention2"}] """ + edit);

        await world.RunAsync(new Reprotect(DrWorld.Item) { RetentionVolume = asked });
        world.Write(4);
        await world.PointAsync();
        var points = await world.Engine.GetRecoveryPointsAsync(DrWorld.Item);
        await world.ReopenAsync();

        Assert.Equal(
            [folder], new[] { "retention", "retention2" }.Where(name => Directory.Exists(Path.Combine(world.SiteRoot(DrWorld.Home), name, DrWorld.Item))));
        Assert.Equal(points, await world.Engine.GetRecoveryPointsAsync(DrWorld.Item));
        await world.MoveAsync();
        world.AssertImages(DrWorld.Home, world.Model);
    }

    [Fact]
    [Requirement("RP-08")]
    public async Task A_machine_whose_migration_is_complete_is_not_reprotected_any_more()
    {
        await using var world = await ReadinessStage.WorldAsync("ReprotectHome");
        await world.RunAsync(new CompleteMigration(DrWorld.Item));

        Assert.Equal(["MigrationCompleted"], await world.RefusedAsync(new Reprotect(DrWorld.Item)));
        await world.ReopenAsync();
        Assert.Equal(["MigrationCompleted"], await world.RefusedAsync(new Reprotect(DrWorld.Item)));
        Assert.Equal(["MigrationCompleted"], await world.RefusedAsync(new CompleteMigration(DrWorld.Item)));
        Assert.Equal(PowerState.On, world.Power(DrWorld.Azure));
        await world.RunAsync(new DisableProtection(DrWorld.Item));
    }

    [Theory]
    [Requirement("RP-08")]
    [InlineData("ReprotectOut", "MachineAtHome")]
    [InlineData("FailoverOut", "WrongPhase")]
    [InlineData("CommitOut", "WrongPhase")]
    [InlineData("FailoverHome", "WrongPhase")]
    public async Task A_migration_is_complete_only_for_a_machine_that_was_committed_in_Azure(string stage, string reason)
    {
        await using var world = await ReadinessStage.WorldAsync(stage);

        Assert.Equal([reason], await world.RefusedAsync(new CompleteMigration(DrWorld.Item)));
    }

    // stage | type | direction | the reasons
    [Theory]
    [Requirement("FO-04", "FO-05")]
    [InlineData("FailoverOut", FailoverType.Planned, null, "UnsupportedDirection")]
    [InlineData("FailoverHome", FailoverType.Planned, null, "UnsupportedDirection")]
    [InlineData("FailoverOut", FailoverType.Unplanned, FailoverDirection.ToHome, "DirectionMismatch")]
    [InlineData("FailoverHome", FailoverType.Unplanned, FailoverDirection.FromHome, "DirectionMismatch")]
    [InlineData("FailoverHome", FailoverType.Planned, FailoverDirection.FromHome, "UnsupportedDirection DirectionMismatch")]
    public async Task The_wrong_type_or_direction_is_refused_and_names_the_right_one(string stage, FailoverType type, FailoverDirection? direction, string reasons)
    {
        await using var world = await ReadinessStage.WorldAsync(stage);
        var command = new StartFailover(DrWorld.Item, null, true) { Type = type, Direction = direction };

        var refusal = await Findings.RefusalAsync(world, command);

        Assert.Equal(Notation.Words(reasons), refusal.Select(reason => reason.Id));
        Assert.All(refusal.Where(reason => reason.Id == "UnsupportedDirection"), reason =>
            Assert.Contains("Unplanned", reason.PossibleCauses + reason.RecommendedAction, StringComparison.Ordinal));
    }

    [Theory]
    [Requirement("FO-05", "FB-02")]
    [InlineData("FailoverOut", FailoverDirection.FromHome, "azure")]
    [InlineData("FailoverHome", FailoverDirection.ToHome, "onprem")]
    public async Task The_direction_is_shown_before_and_the_right_one_is_accepted(string stage, FailoverDirection direction, string to)
    {
        await using var world = await ReadinessStage.WorldAsync(stage);
        var command = new StartFailover(DrWorld.Item, null, true) { Direction = direction };

        var preview = await world.Engine.PreviewAsync(command);
        await world.RunAsync(command);

        Assert.Equal((true, to), (preview.Ready, preview.To));
        Assert.Equal(to, (await world.ItemAsync()).ActiveFabric);
    }

    private static void RemoveHomeMachine(DrWorld world, bool withDisks)
    {
        WorldEdit.Make(world, "home/web01:-");
        if (withDisks)
        {
            Directory.Delete(Path.Combine(world.SiteRoot(DrWorld.Home), "datastores", "datastore1", DrWorld.Item), recursive: true);
        }
    }

    private static Machine HomeMachine(DrWorld world) => world.Inventory(DrWorld.Home).Machines.Single(machine => machine.Name == DrWorld.Item);
}
