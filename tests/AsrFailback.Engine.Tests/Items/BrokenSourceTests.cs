namespace AsrFailback.Engine.Tests;

/// <summary>A source that is half there: its site answers, its disks do not. A failover does not need them.</summary>
public sealed class BrokenSourceTests
{
    public static TheoryData<string, bool> Breakages
    {
        get
        {
            var rows = new TheoryData<string, bool>();
            foreach (var file in new[] { "disk0.vmdk", "disk0-flat.vmdk", "web01.json" })
            {
                rows.Add(file, true);
                rows.Add(file, false);
            }

            return rows;
        }
    }

    [Theory]
    [Requirement("FO-03")]
    [MemberData(nameof(Breakages))]
    public async Task A_machine_fails_over_although_a_file_of_its_source_is_gone(string file, bool reopened)
    {
        await using var world = await DrWorld.ProtectedAsync();
        world.Write();
        await world.DrainAsync();
        if (reopened)
        {
            await world.CloseAsync();
        }

        foreach (var path in Directory.EnumerateFiles(world.SiteRoot(DrWorld.Home), file, SearchOption.AllDirectories).ToArray())
        {
            File.Delete(path);
        }

        if (reopened)
        {
            world.Open();
            Assert.NotEmpty((await world.ItemAsync()).HealthErrors);
        }

        Assert.NotEmpty(await world.Engine.GetRecoveryPointsAsync(DrWorld.Item));
        var careful = await world.TryAsync(new StartFailover(DrWorld.Item, null, ShutDownSource: true));
        if (careful.State == JobState.Failed)
        {
            Assert.Equal("SourceBroken", careful.Error!.Id);
            await world.FailOverAsync(shutDown: false);
        }

        await world.RunAsync(new CommitFailover(DrWorld.Item));

        world.AssertImages(DrWorld.Azure, world.Model);
        Assert.Equal(PowerState.On, world.Power(DrWorld.Azure));
    }

    [Fact]
    [Requirement("FO-03")]
    public async Task A_failover_without_its_source_warns()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.DrainAsync();
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);

        var job = await world.FailOverAsync(shutDown: true);

        Assert.Equal(["SourceAway", "SourceNotShutDown"], job.Warnings.Select(warning => warning.Id));
    }

    // The machine itself has written nothing since it was opened, so that the stamps of its images tell.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_somebody_else_wrote_to_an_open_image_moves_with_the_machine(bool reopened)
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.MoveAsync();
        await world.ReopenAsync();
        var image = Directory.EnumerateFiles(world.SiteRoot(DrWorld.Azure), "disk0.vhd", SearchOption.AllDirectories).Single();

        // A program that does not ask for the lock of the open file.
        using (var dd = System.Diagnostics.Process.Start("dd", ["if=/dev/zero", $"of={image}", "bs=4096", "seek=70", "count=20", "conv=notrunc", "status=none"]))
        {
            await dd.WaitForExitAsync();
            Assert.Equal(0, dd.ExitCode);
        }

        if (reopened)
        {
            await world.ReopenAsync();
        }

        Array.Clear(world.Model.Disks[0], 70 * 4096, 20 * 4096);
        await world.ReprotectAndMoveAsync(DrWorld.Home);
    }

    [Fact]
    [Requirement("RP-02")]
    public async Task What_the_machine_wrote_itself_is_not_taken_for_somebody_else_s()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.MoveAsync();
        world.Write();
        await world.CloseAsync();
        world.Open();

        Assert.False(world.Facts.CompareEverything);
        await world.ReprotectAndMoveAsync(DrWorld.Home);
    }

    [Fact]
    public async Task A_vault_is_in_order_after_a_committed_failback()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.MoveAsync();
        await world.ReprotectAndMoveAsync(DrWorld.Home);
        await world.CloseAsync();

        Assert.Empty(Vaults.VaultChecker.Check(world.VaultFolder, world.Options()).Findings);
    }
}
