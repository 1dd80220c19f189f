namespace AsrFailback.Engine.Tests;

/// <summary>A site's folder that is not there any more: the worst day. The other side must not need it.</summary>
public sealed class LostSiteTests
{
    [Theory]
    [Requirement("TO-02", "FO-03")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_machine_fails_over_without_its_site_and_goes_home_when_the_site_is_back(bool reopened)
    {
        await using var world = await DrWorld.ProtectedAsync();
        world.Write();
        await world.DrainAsync();
        await LoseAsync(world, DrWorld.Home, reopened);

        await world.FailOverAsync();
        await world.RunAsync(new CommitFailover(DrWorld.Item));

        world.AssertImages(DrWorld.Azure, world.Model);
        Assert.Contains("SiteUnreachable", await world.RefusedAsync(new Reprotect(DrWorld.Item)));
        Assert.False(Directory.Exists(world.SiteRoot(DrWorld.Home)));

        await ReturnAsync(world, DrWorld.Home);
        Assert.Equal(PowerState.Off, world.Power(DrWorld.Home));
        await world.ReprotectAndMoveAsync(DrWorld.Home);
    }

    [Fact]
    public async Task A_target_that_was_away_catches_up_when_it_is_back()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.DrainAsync();
        await LoseAsync(world, DrWorld.Azure, reopened: true);
        world.Write();

        Assert.False((await FabricAsync(world, DrWorld.Azure)).Reachable);
        await ReturnAsync(world, DrWorld.Azure);
        await world.DrainAsync();
        await world.FailOverAsync();

        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    public async Task A_lost_site_says_so_and_can_be_forgotten()
    {
        await using var world = await DrWorld.CreateAsync();
        await LoseAsync(world, DrWorld.Home, reopened: true);

        var lost = await FabricAsync(world, DrWorld.Home);
        Assert.Equal((FabricKind.VMware, false, "SiteGone"), (lost.Type, lost.Reachable, Assert.Single(lost.HealthErrors).Id));
        await world.RunAsync(new RemoveFabric(DrWorld.Home));

        Assert.False(Directory.Exists(world.SiteRoot(DrWorld.Home)));
    }

    private static async Task<Fabric> FabricAsync(DrWorld world, string name) =>
        Assert.Single(await world.Engine.GetFabricsAsync(), fabric => fabric.Name == name);

    private static async Task LoseAsync(DrWorld world, string fabric, bool reopened)
    {
        if (reopened)
        {
            await world.CloseAsync();
        }

        Directory.Move(world.SiteRoot(fabric), Elsewhere(world, fabric));
        if (reopened)
        {
            world.Open();
        }
    }

    private static async Task ReturnAsync(DrWorld world, string fabric)
    {
        Directory.Move(Elsewhere(world, fabric), world.SiteRoot(fabric));
        Assert.Empty((await world.Engine.RefreshFabricAsync(fabric)).HealthErrors);
    }

    private static string Elsewhere(DrWorld world, string fabric) => world.SiteRoot(fabric) + "-elsewhere";
}
