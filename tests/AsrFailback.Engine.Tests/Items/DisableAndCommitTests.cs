namespace AsrFailback.Engine.Tests;

/// <summary>The ends of a protection: commit, and disabling it.</summary>
public sealed class DisableAndCommitTests
{
    [Fact]
    public async Task Disabling_leaves_the_machine_where_it_runs_and_the_replica_where_it_lies()
    {
        await using var world = await DrWorld.ProtectedAsync();
        world.Write();
        await world.DrainAsync();

        await world.RunAsync(new DisableProtection(DrWorld.Item));

        Assert.Empty(await world.Engine.GetProtectedItemsAsync().ToListAsync());
        Assert.Equal("ItemNotFound", (await Assert.ThrowsAsync<AsrException>(() => world.Engine.GetRecoveryPointsAsync(DrWorld.Item))).Error.Id);
        Assert.Equal(PowerState.On, world.Power(DrWorld.Home));
        world.AssertImages(DrWorld.Home, world.Model);
        world.AssertImages(DrWorld.Azure, world.Model);
        Assert.Empty(Directory.EnumerateFiles(world.SiteRoot(DrWorld.Azure), "redo.log", SearchOption.AllDirectories));
        await world.ReopenAsync();
        Assert.Empty(await world.Engine.GetProtectedItemsAsync().ToListAsync());
    }

    [Fact]
    public async Task Disabling_after_a_committed_failover_leaves_the_machine_in_Azure()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.MoveAsync();

        await world.RunAsync(new DisableProtection(DrWorld.Item));

        Assert.Empty(await world.Engine.GetProtectedItemsAsync().ToListAsync());
        Assert.Equal((PowerState.Off, PowerState.On), (world.Power(DrWorld.Home), world.Power(DrWorld.Azure)));
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    public async Task Disabling_works_while_the_other_site_is_gone()
    {
        await using var world = await DrWorld.ProtectedAsync();
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: false, connected: false);
        world.Write();

        await world.RunAsync(new DisableProtection(DrWorld.Item));

        Assert.Empty(await world.Engine.GetProtectedItemsAsync().ToListAsync());
        world.AssertImages(DrWorld.Home, world.Model);
    }

    [Fact]
    [Requirement("FO-07")]
    public async Task A_commit_drops_the_other_points_and_keeps_the_one_that_was_chosen()
    {
        await using var world = await DrWorld.ProtectedAsync();
        world.Write();
        var chosen = await world.PointAsync();
        await world.PointAsync();
        await world.FailOverAsync(chosen.Id);

        await world.RunAsync(new CommitFailover(DrWorld.Item));

        Assert.Equal([chosen.Id], (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Select(point => point.Id));
        Assert.Empty(Directory.EnumerateFiles(world.SiteRoot(DrWorld.Azure), "*.seg", SearchOption.AllDirectories));
    }

    [Fact]
    [Requirement("FB-04")]
    public async Task A_commit_in_Azure_removes_no_machine_and_one_at_home_removes_the_machine_in_Azure_but_not_its_disks()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.MoveAsync();
        Assert.Equal((PowerState.Off, PowerState.On), (world.Power(DrWorld.Home), world.Power(DrWorld.Azure)));

        await world.RunAsync(new Reprotect(DrWorld.Item));
        await world.MoveAsync();

        Assert.Empty(world.Inventory(DrWorld.Azure).Machines);
        Assert.Equal(2, Directory.GetFiles(Path.Combine(world.SiteRoot(DrWorld.Azure), "disks", DrWorld.Item), "*.vhd").Length);
        Assert.Equal(PowerState.On, world.Power(DrWorld.Home));
    }

    [Fact]
    public async Task A_commit_of_a_failback_while_Azure_is_gone_says_that_the_machine_there_is_left()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.MoveAsync();
        await world.RunAsync(new Reprotect(DrWorld.Item));
        await world.FailOverAsync(shutDown: true);
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: false, connected: false);

        var commit = await Record.ExceptionAsync(() => world.TryAsync(new CommitFailover(DrWorld.Item)));

        var job = (await world.Engine.GetJobsAsync())[0];
        Assert.True(commit is AsrException || job.Warnings.Count > 0, "The machine in Azure was left without a word.");
    }
}
