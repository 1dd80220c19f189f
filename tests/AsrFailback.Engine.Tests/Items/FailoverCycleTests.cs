namespace AsrFailback.Engine.Tests;

/// <summary>The whole way to Azure and home again, bytes compared and words read at each hop.</summary>
public sealed class FailoverCycleTests
{
    private const string ProtectedToAzure = "InMageAzureV2 Protected Primary: UnplannedFailover DisableProtection TestFailover";
    private const string FailedOver = "InMageAzureV2 UnplannedFailoverCommitted Recovery: CompleteMigration DisableProtection SwitchProtection";
    private const string ProtectedToHome = "InMage Protected Primary: UnplannedFailover DisableProtection";
    private const string FailedBack = "InMage UnplannedFailoverCommitted Recovery: CompleteMigration DisableProtection SwitchProtection";

    [Fact]
    [Requirement("TO-01", "FO-07", "FO-08", "RP-04", "RP-14", "FB-02", "FB-04")]
    public async Task A_machine_goes_to_Azure_comes_home_and_is_protected_again_without_losing_a_byte()
    {
        await using var world = await DrWorld.ProtectedAsync();
        Assert.Equal(ProtectedToAzure, await WordsAsync(world));
        await HopAsync(world, DrWorld.Home, DrWorld.Azure);
        Assert.Equal(FailedOver, await WordsAsync(world));

        world.Write();
        await world.RunAsync(new Reprotect(DrWorld.Item));
        Assert.Equal(ProtectedToHome, await WordsAsync(world));
        Assert.Equal(PowerState.Off, world.Power(DrWorld.Home));
        await HopAsync(world, DrWorld.Azure, DrWorld.Home);
        Assert.Equal(FailedBack, await WordsAsync(world));
        Assert.DoesNotContain(world.Inventory(DrWorld.Azure).Machines, machine => machine.Name == DrWorld.Item);

        world.Write();
        await world.RunAsync(new Reprotect(DrWorld.Item));
        Assert.Equal(ProtectedToAzure, await WordsAsync(world));
        await HopAsync(world, DrWorld.Home, DrWorld.Azure);
    }

    [Fact]
    [Requirement("RP-02")]
    public async Task Only_what_either_side_wrote_since_the_common_point_moves()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.RunAsync(new StartFailover(DrWorld.Item, null, ShutDownSource: true));
        await world.RunAsync(new CommitFailover(DrWorld.Item));
        world.Engine.OpenMachine(DrWorld.Item).Write(0, 3 << 20, new byte[512]);

        var reprotect = await world.RunAsync(new Reprotect(DrWorld.Item));

        Assert.Equal(64 * 1024, reprotect.Tasks.Sum(task => task.Bytes));
        Assert.Equal(12 << 20, (await JobsAsync(world, "EnableDr")).Tasks.Sum(task => task.Bytes), 4.0 * (1 << 20));
    }

    [Fact]
    [Requirement("FO-07", "FO-08")]
    public async Task A_failover_waits_for_its_commit_and_says_so()
    {
        await using var world = await DrWorld.ProtectedAsync();
        await world.RunAsync(new StartFailover(DrWorld.Item, null, ShutDownSource: true));

        Assert.Equal("InMageAzureV2 UnplannedFailoverCommitPending Recovery: Commit ChangePit CancelFailover", await WordsAsync(world));
        Assert.Equal(DrWorld.Azure, (await world.ItemAsync()).ActiveFabric);
    }

    [Fact]
    [Requirement("FB-02")]
    public async Task Many_rounds_trips_keep_every_byte()
    {
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [2 << 20, (1 << 20) + 512] });
        for (var round = 0; round < 4; round++)
        {
            await HopAsync(world, DrWorld.Home, DrWorld.Azure);
            world.Write(10);
            await world.RunAsync(new Reprotect(DrWorld.Item));
            await HopAsync(world, DrWorld.Azure, DrWorld.Home);
            world.Write(10);
            await world.RunAsync(new Reprotect(DrWorld.Item));
        }
    }

    // Writes, a failover with the source shut down, bytes on both sides, commit.
    private static async Task HopAsync(DrWorld world, string from, string to)
    {
        world.Write();
        await world.RunAsync(new StartFailover(DrWorld.Item, null, ShutDownSource: true));
        Assert.Equal((PowerState.Off, PowerState.On), (world.Power(from), world.Power(to)));
        world.AssertImages(from, world.Model);
        world.AssertImages(to, world.Model);
        world.Write(5);
        world.AssertImages(to, world.Model);
        await world.RunAsync(new CommitFailover(DrWorld.Item));
    }

    private static async Task<string> WordsAsync(DrWorld world)
    {
        var item = await world.ItemAsync();
        return $"{item.InstanceType} {item.ProtectionState} {item.ActiveLocation}: {string.Join(' ', item.AllowedOperations)}";
    }

    private static async Task<Job> JobsAsync(DrWorld world, string scenario) =>
        (await world.Engine.GetJobsAsync()).Single(job => job.ScenarioName == scenario);
}
