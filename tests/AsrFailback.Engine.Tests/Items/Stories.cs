namespace AsrFailback.Engine.Tests;

/// <summary>Steps that many tests take on their way.</summary>
internal static class Stories
{
    /// <summary>The link is cut, the machine writes on, then its whole site is gone: those writes never reach the target.</summary>
    /// <returns>What the target has.</returns>
    public static async Task<MachineModel> SourceDiesWithUnsentWritesAsync(this DrWorld world, int unsent = 20)
    {
        await world.DrainAsync();
        var received = world.Model.Copy();
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: false);
        world.Write(unsent);
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);
        world.Engine.SetSiteCondition(DrWorld.Azure, reachable: true, connected: true);
        return received;
    }

    /// <summary>Unplanned failover without the source, to a point or to the latest.</summary>
    public static Task<Job> FailOverAsync(this DrWorld world, Guid? point = null, bool shutDown = false) =>
        world.RunAsync(new StartFailover(DrWorld.Item, point, shutDown));

    public static void HomeReturns(this DrWorld world) => world.Engine.SetSiteCondition(DrWorld.Home, reachable: true, connected: true);

    /// <summary>Shuts down, fails over and commits: nothing is lost.</summary>
    public static async Task MoveAsync(this DrWorld world)
    {
        await world.FailOverAsync(shutDown: true);
        await world.RunAsync(new CommitFailover(DrWorld.Item));
    }

    /// <summary>Reprotects, writes, moves to the other side, and compares every byte there.</summary>
    public static async Task ReprotectAndMoveAsync(this DrWorld world, string to)
    {
        await world.RunAsync(new Reprotect(DrWorld.Item));
        world.Write(10);
        await world.MoveAsync();
        world.AssertImages(to, world.Model);
    }

    /// <summary>A machine that ran in Azure, came home and was committed there: the disks in Azure are a seed.</summary>
    public static async Task<DrWorld> CameHomeAsync(WorldSetup? setup = null)
    {
        var world = await DrWorld.ProtectedAsync(setup);
        await world.MoveAsync();
        await world.ReprotectAndMoveAsync(DrWorld.Home);
        return world;
    }
}
