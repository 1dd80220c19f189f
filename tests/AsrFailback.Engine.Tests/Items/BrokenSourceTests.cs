using AsrFailback.Core.Errors;

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
        var job = await world.FailOverAsync(shutDown: true);
        Assert.All(job.Warnings, warning => Assert.Equal("SourceBroken", warning.Id));
        Assert.True(job.Warnings.Count <= 1, "one cause, one warning");
        await world.RunAsync(new CommitFailover(DrWorld.Item));

        world.AssertImages(DrWorld.Azure, world.Model);
        Assert.Equal(PowerState.On, world.Power(DrWorld.Azure));
    }

    [Fact]
    [Requirement("FO-03")]
    public async Task A_machine_that_is_open_sends_its_last_changes_although_its_file_is_broken()
    {
        await using var world = await DrWorld.ProtectedAsync();
        world.Write();
        BreakFile(world);
        world.Write();

        var job = await world.FailOverAsync(shutDown: true);

        Assert.Equal(["SourceBroken"], job.Warnings.Select(warning => warning.Id));
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    [Requirement("FO-03")]
    public async Task What_a_broken_machine_had_not_sent_is_told_before_and_after_in_one_warning()
    {
        var clock = new ManualClock();
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [256 << 10], Clock = clock });
        await world.DrainAsync();
        var received = world.Model.Copy();
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: false);
        world.Write(3);
        await world.CloseAsync();
        BreakFile(world);
        clock.Advance(TimeSpan.FromSeconds(40));
        world.Open();
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: true);

        var before = Assert.Single((await world.Engine.PreviewAsync(new StartFailover(DrWorld.Item, null, true))).Checks, check => check.State == CheckState.Warning).Finding!;
        var job = await world.FailOverAsync(shutDown: true);

        Assert.Equal(("SourceBroken", before.Message), (before.Id, Assert.Single(job.Warnings).Message));
        Assert.Contains("at most 40 seconds", before.Message, StringComparison.Ordinal);
        world.AssertImages(DrWorld.Azure, received);
    }

    // The replication is to begin anew, and cannot.
    [Fact]
    [Requirement("FO-03")]
    public async Task A_failover_that_fails_for_good_before_the_sides_change_leaves_production_running()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.DrainAsync();
        world.Engine.RuntimeOf(DrWorld.Item).State.Change(facts => facts with { CompareEverything = true });
        world.Engine.DecorateTarget = (_, _) => throw ErrorCatalogue.Exception("JournalDamaged", "the journal", "by the test");

        var job = await world.TryAsync(new StartFailover(DrWorld.Item, null, ShutDownSource: true));

        Assert.Equal("JournalDamaged", job.Error!.Id);
        world.Write();
        Assert.Equal((PowerState.On, PowerState.Off), (world.Power(DrWorld.Home), world.Power(DrWorld.Azure)));
        world.Engine.DecorateTarget = null;
        await world.MoveAsync();
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    private static void BreakFile(DrWorld world) => File.WriteAllText(Path.Combine(world.SiteRoot(DrWorld.Home), "machines", "web01.json"), "{ broken");

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
