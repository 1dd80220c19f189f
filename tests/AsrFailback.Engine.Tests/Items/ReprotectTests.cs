namespace AsrFailback.Engine.Tests;

/// <summary>Turning around, whatever happened to the disks of the other side meanwhile.</summary>
public sealed class ReprotectTests
{
    private static readonly string HomeDisks = Path.Combine("datastores", "datastore1", DrWorld.Item);

    [Fact]
    [Requirement("RP-02")]
    public async Task The_newer_writes_of_the_old_source_are_rolled_back()
    {
        await using var world = await DrWorld.ProtectedAsync();
        world.Write();
        var received = await world.SourceDiesWithUnsentWritesAsync();
        await world.FailOverAsync();
        await world.RunAsync(new CommitFailover(DrWorld.Item));
        world.Model = received;
        world.Write();
        world.HomeReturns();
        Assert.NotEmpty(world.Images(DrWorld.Home).DifferencesFrom(received));

        await world.ReprotectAndMoveAsync(DrWorld.Home);
    }

    // files deleted at home while the machine runs in Azure
    [Theory]
    [Requirement("RP-03")]
    [InlineData("disk0.vmdk disk0-flat.vmdk disk1.vmdk disk1-flat.vmdk")]
    [InlineData("disk1.vmdk disk1-flat.vmdk")]
    [InlineData("disk0-flat.vmdk")]
    public async Task Old_disks_that_were_deleted_are_created_anew_and_filled(string deleted)
    {
        await using var world = await DrWorld.ProtectedAsync();
        world.Write();
        await world.MoveAsync();
        foreach (var file in Notation.Words(deleted))
        {
            File.Delete(Path.Combine(world.SiteRoot(DrWorld.Home), HomeDisks, file));
        }

        await world.ReprotectAndMoveAsync(DrWorld.Home);
    }

    [Fact]
    public async Task An_extent_that_lost_its_descriptor_is_named_before_it_is_overwritten()
    {
        await using var world = await DrWorld.ProtectedAsync();
        world.Write();
        await world.MoveAsync();
        var folder = Path.Combine(world.SiteRoot(DrWorld.Home), HomeDisks);
        File.Delete(Path.Combine(folder, "disk0.vmdk"));

        var job = await world.TryAsync(new Reprotect(DrWorld.Item));

        if (job.State != JobState.Succeeded)
        {
            Assert.Contains("disk0-flat.vmdk", job.Error!.Message, StringComparison.Ordinal);
            File.Delete(Path.Combine(folder, "disk0-flat.vmdk"));
            await world.RunAsync(new Reprotect(DrWorld.Item));
        }

        await world.MoveAsync();
        world.AssertImages(DrWorld.Home, world.Model);
    }

    [Fact]
    [Requirement("RP-03")]
    public async Task An_old_machine_that_was_deleted_with_its_disks_is_created_anew()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.MoveAsync();
        Directory.Delete(Path.Combine(world.SiteRoot(DrWorld.Home), HomeDisks), recursive: true);
        File.Delete(Path.Combine(world.SiteRoot(DrWorld.Home), "machines", "web01.json"));

        var reprotect = await world.RunAsync(new Reprotect(DrWorld.Item));

        Assert.InRange(reprotect.Tasks.Sum(task => task.Bytes), 8 << 20, 12 << 20);
        await world.MoveAsync();
        world.AssertImages(DrWorld.Home, world.Model);
    }

    [Fact]
    public async Task A_seed_that_lost_a_disk_is_completed()
    {
        await using var world = await Stories.CameHomeAsync();
        File.Delete(Path.Combine(world.SiteRoot(DrWorld.Azure), "disks", DrWorld.Item, "disk1.vhd"));

        await world.ReprotectAndMoveAsync(DrWorld.Azure);
    }

    [Fact]
    public async Task An_old_disk_that_somebody_else_wrote_is_compared_in_full()
    {
        // Nothing but the foreign write makes the sides differ: a point was taken, and the machine wrote nothing since.
        await using var world = await DrWorld.ProtectedAsync();
        await world.PointAsync();
        await world.MoveAsync();
        Scribble(world, DrWorld.Home, Path.Combine(HomeDisks, "disk0-flat.vmdk"));

        await world.RunAsync(new Reprotect(DrWorld.Item));
        await world.MoveAsync();

        world.AssertImages(DrWorld.Home, world.Model);
    }

    [Fact]
    public async Task A_seed_that_somebody_else_wrote_is_compared_in_full()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.PointAsync();
        await world.MoveAsync();
        await world.RunAsync(new Reprotect(DrWorld.Item));
        await world.PointAsync();
        await world.MoveAsync();
        Scribble(world, DrWorld.Azure, Path.Combine("disks", DrWorld.Item, "disk0.vhd"));

        await world.RunAsync(new Reprotect(DrWorld.Item));
        await world.MoveAsync();

        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    public async Task A_replica_that_somebody_else_wrote_while_the_vault_was_closed_is_compared_in_full()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.PointAsync();
        await world.CloseAsync();
        Scribble(world, DrWorld.Azure, Path.Combine("disks", DrWorld.Item, "disk0.vhd"));
        world.Open();
        await world.UntilTrustedAsync();

        await world.MoveAsync();

        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    public async Task A_replica_that_was_written_while_the_source_was_gone_is_compared_when_the_source_is_back()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.PointAsync();
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);
        await world.CloseAsync();
        Scribble(world, DrWorld.Azure, Path.Combine("disks", DrWorld.Item, "disk0.vhd"));
        world.Open();
        world.HomeReturns();
        await world.ReopenAsync();
        await world.UntilTrustedAsync();

        await world.MoveAsync();

        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    public async Task A_machine_s_disk_that_somebody_else_wrote_while_the_vault_was_closed_is_replicated_as_it_is()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.PointAsync();
        await world.CloseAsync();
        Scribble(world, DrWorld.Home, Path.Combine(HomeDisks, "disk0-flat.vmdk"));
        world.Model = world.Images(DrWorld.Home);
        world.Open();
        await world.DrainAsync();

        await world.MoveAsync();

        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    [Requirement("TO-05")]
    public async Task The_chosen_master_target_keeps_the_points()
    {
        await using var world = await DrWorld.ProtectedAsync();
        AddMasterTarget(world, first: false);
        await world.MoveAsync();

        await world.RunAsync(new Reprotect(DrWorld.Item, MasterTarget: "mt02"));

        Assert.True(Directory.Exists(Path.Combine(world.SiteRoot(DrWorld.Home), "retention2", DrWorld.Item)));
        Assert.False(Directory.Exists(Path.Combine(world.SiteRoot(DrWorld.Home), "retention", DrWorld.Item)));
    }

    [Fact]
    public async Task A_master_target_added_by_hand_does_not_hide_the_points_of_another()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.MoveAsync();
        await world.RunAsync(new Reprotect(DrWorld.Item));
        world.Write();
        var points = await world.Engine.GetRecoveryPointsAsync(DrWorld.Item);
        AddMasterTarget(world, first: true);
        await world.ReopenAsync();

        Assert.Equal(points, (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Take(points.Count)); // what was written since becomes one more
        await world.MoveAsync();
        world.AssertImages(DrWorld.Home, world.Model);
    }

    // Writes an image past the engine, as a tool would.
    private static void Scribble(DrWorld world, string fabric, string file)
    {
        using var image = File.OpenHandle(Path.Combine(world.SiteRoot(fabric), file), FileMode.Open, FileAccess.Write);
        RandomAccess.Write(image, Enumerable.Repeat((byte)0x5a, 4096).ToArray(), 7 << 20);
    }

    private static void AddMasterTarget(DrWorld world, bool first) => world.EditSite(DrWorld.Home, site =>
    {
        var servers = site["masterTargets"]!.AsArray();
        var another = servers[0]!.DeepClone();
        (another["name"], another["host"], another["retentionVolumes"]![0]!["folder"]) = ("mt02", "esxi02", "retention2");
        servers.Insert(first ? 0 : 1, another);
    });
}
