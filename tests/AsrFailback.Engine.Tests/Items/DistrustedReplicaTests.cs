namespace AsrFailback.Engine.Tests;

/// <summary>A replica that somebody else may have written: not believed until it is compared, and not given up without a better one.</summary>
public sealed class DistrustedReplicaTests
{
    private static readonly StartFailover Failover = new(DrWorld.Item, null, ShutDownSource: true);

    [Fact]
    [Requirement("RP-04")]
    public async Task While_it_is_not_compared_failover_and_test_failover_are_refused()
    {
        await using var world = await SuspectAsync();

        Assert.Equal(["ReplicaSuspect"], await world.RefusedAsync(Failover));
        Assert.Equal(["ReplicaSuspect"], await world.RefusedAsync(new StartTestFailover(DrWorld.Item, null, null)));
        Assert.Contains("ReplicaSuspect", await HealthAsync(world));
    }

    [Fact]
    [Requirement("RP-04")]
    public async Task When_it_is_compared_there_is_a_new_point_and_none_from_before()
    {
        await using var world = await SuspectAsync();
        Connect(world);
        await world.UntilTrustedAsync();

        Assert.DoesNotContain("before", await LabelsAsync(world));
        Assert.NotEmpty(await LabelsAsync(world));
        Assert.DoesNotContain("ReplicaSuspect", await HealthAsync(world));
        await world.MoveAsync();
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    [Requirement("RP-04", "FO-03")]
    public async Task Without_its_source_a_failover_is_possible_and_warned_of()
    {
        await using var world = await SuspectAsync();
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);

        Assert.Contains("ReplicaTrusted:Warning", Findings.Words(await Findings.OfAsync(world, Failover)));
        Assert.Contains("ReplicaSuspect", await HealthAsync(world));
        Assert.Contains("ReplicaSuspect", (await world.RunAsync(Failover)).Warnings.Select(warning => warning.Id));
        Assert.DoesNotContain("ReplicaSuspect", await HealthAsync(world));
    }

    [Fact]
    [Requirement("FO-01")]
    public async Task Without_its_source_a_test_failover_is_possible_and_warned_of()
    {
        await using var world = await SuspectAsync();
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);

        var job = await world.RunAsync(new StartTestFailover(DrWorld.Item, null, null));

        Assert.Contains("ReplicaSuspect", job.Warnings.Select(warning => warning.Id));
        await world.RunAsync(new CleanUpTestFailover(DrWorld.Item));
    }

    [Fact]
    public async Task A_machine_that_went_over_to_it_nevertheless_comes_home_as_it_is_there()
    {
        await using var world = await SuspectAsync();
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);
        await world.FailOverAsync();
        await world.RunAsync(new CommitFailover(DrWorld.Item));
        world.Model = world.Images(DrWorld.Azure);
        world.HomeReturns();

        await world.ReprotectAndMoveAsync(DrWorld.Home);
    }

    [Fact]
    public async Task A_failover_to_it_is_possible_with_the_check_skipped_and_says_so()
    {
        await using var world = await SuspectAsync();

        var job = await world.RunAsync(new StartFailover(DrWorld.Item, null, ShutDownSource: false) { SkipChecks = ["ReplicaTrusted"] });

        Assert.Contains("CheckSkipped", job.Warnings.Select(warning => warning.Id));
        Assert.Equal((PowerState.Off, PowerState.On), (world.Power(DrWorld.Home), world.Power(DrWorld.Azure)));
    }

    [Fact]
    public async Task Its_points_are_kept_until_there_is_a_new_one()
    {
        await using var world = await SuspectAsync(writes: false);
        Assert.Contains("before", await LabelsAsync(world));

        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false); // now the source burns
        await world.RunAsync(Failover);

        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    public async Task An_image_that_was_replaced_is_warned_of_when_the_failover_is_asked_for_again()
    {
        await using var world = await WorldAsync();
        File.Copy(Stranger.AzureDisk(world), Stranger.AzureDisk(world) + ".copy");
        world.Write(20);
        await world.PointAsync();
        File.Move(Stranger.AzureDisk(world) + ".copy", Stranger.AzureDisk(world), overwrite: true);
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);
        Assert.Equal("ReplicaReplaced", (await world.TryAsync(Failover)).Error?.Id);

        Assert.Contains("ReplicaTrusted:Warning", Findings.Words(await Findings.OfAsync(world, Failover)));
        Assert.Contains("ReplicaSuspect", await HealthAsync(world));
        Assert.Contains("ReplicaSuspect", (await world.RunAsync(Failover)).Warnings.Select(warning => warning.Id));
    }

    // whether the source is away when the vault is opened
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_written_while_the_vault_was_closed_is_compared_away_and_the_points_are_exact(bool away)
    {
        await using var world = await WorldAsync();
        var before = world.Model.Copy();
        await world.CloseAsync();
        Stranger.Write(Stranger.AzureDisk(world), 64 << 10);
        var site = Path.Combine(world.SiteRoot(DrWorld.Home), "site.json");
        File.Move(site, away ? site + ".away" : site);
        world.Open();
        File.Move(away ? site + ".away" : site, site);
        await world.Engine.RefreshFabricAsync(DrWorld.Home);
        await world.UntilTrustedAsync();

        var point = Assert.Single(await world.Engine.GetRecoveryPointsAsync(DrWorld.Item), point => point.Label == "before");
        world.Write(20);
        await world.DrainAsync();
        await world.FailOverAsync(point.Id, shutDown: true);
        world.AssertImages(DrWorld.Azure, before);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_was_only_copied_or_touched_keeps_its_points(bool copied)
    {
        await using var world = await WorldAsync();
        var bytes = world.Model.Copy();
        world.Write(20);
        await world.DrainAsync();
        await world.CloseAsync();
        CopyOrTouch(Stranger.AzureDisk(world), copied);
        world.Open();
        await world.UntilTrustedAsync();

        var point = Assert.Single(await world.Engine.GetRecoveryPointsAsync(DrWorld.Item), point => point.Label == "before");
        await world.FailOverAsync(point.Id, shutDown: true);
        world.AssertImages(DrWorld.Azure, bytes);
    }

    [Fact]
    public async Task One_that_ran_while_its_site_was_away_is_compared()
    {
        await using var world = await WorldAsync();
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: false, connected: false);
        Stranger.SwitchOn(world, "azure");
        Stranger.Write(Stranger.AzureDisk(world), 64 << 10);
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: true);
        await world.UntilTrustedAsync();

        Assert.Equal(PowerState.Off, world.Power(DrWorld.Azure));
        await world.MoveAsync();
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    public async Task A_comparison_that_is_stopped_anywhere_is_made_to_its_end()
    {
        var stopped = 0;
        for (var stop = 1; stop <= 40; stop += 3)
        {
            var interruption = new Interruption();
            await using var world = await SuspectAsync(setup: WorldSetup.With(interruption));
            interruption.StopAt(stop);
            Record.Exception(() => Connect(world));
            await Waiting.UntilAsync(() => interruption.Happened || !world.Facts.ReplicaSuspect);
            stopped += interruption.Happened && world.Facts.ReplicaSuspect ? 1 : 0;
            await world.AbandonAsync();
            interruption.Disarm();
            world.Open();
            Connect(world);
            await world.UntilTrustedAsync();

            Assert.DoesNotContain("before", await LabelsAsync(world));
            await world.MoveAsync();
            world.AssertImages(DrWorld.Azure, world.Model);
        }

        Assert.True(stopped > 5, $"Only {stopped} comparisons were stopped.");
    }

    private static async Task<DrWorld> WorldAsync(WorldSetup? setup = null)
    {
        var world = await DrWorld.ProtectedAsync(setup ?? new WorldSetup { DiskBytes = [256 << 10, 128 << 10], State = new MemoryState() });
        world.Write(20);
        await world.PointAsync("before");
        return world;
    }

    // Somebody switches the replica on; the link is cut, so that it is not compared yet.
    private static async Task<DrWorld> SuspectAsync(bool writes = true, WorldSetup? setup = null)
    {
        var world = await WorldAsync(setup);
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: true, connected: false);
        Stranger.SwitchOn(world, "azure");
        if (writes)
        {
            Stranger.Write(Stranger.AzureDisk(world), 64 << 10);
        }

        await world.Engine.RefreshFabricAsync(DrWorld.Azure);
        Assert.True(world.Facts.ReplicaSuspect);
        return world;
    }

    private static void Connect(DrWorld world) => world.Engine.SetSiteCondition(DrWorld.Home, reachable: true, connected: true);

    private static void CopyOrTouch(string image, bool copied)
    {
        if (copied)
        {
            File.Copy(image, image + ".copy");
            File.Move(image + ".copy", image, overwrite: true);
        }
        else
        {
            File.SetLastWriteTimeUtc(image, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        }
    }

    private static async Task<IEnumerable<string>> LabelsAsync(DrWorld world) =>
        (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Select(point => point.Label);

    private static async Task<IEnumerable<string>> HealthAsync(DrWorld world) => (await world.ItemAsync()).HealthErrors.Select(error => error.Id);
}
