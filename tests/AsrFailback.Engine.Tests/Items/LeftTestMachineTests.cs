using AsrFailback.Engine.Vaults;

namespace AsrFailback.Engine.Tests;

/// <summary>A test machine that no test failover knows any more: found, told, removed, and never used again (FO-01).</summary>
public sealed class LeftTestMachineTests
{
    private const string Left = "web01-test";

    [Fact]
    [Requirement("FO-01")]
    public async Task What_an_earlier_test_machine_wrote_is_never_laid_over_another_point()
    {
        await using var world = await LeftBehindAsync();
        world.Write();
        var point = await world.PointAsync();
        var bytes = world.Model.Copy();

        await world.RunAsync(new StartTestFailover(DrWorld.Item, point.Id, null));

        Assert.Empty(MachineModel.ReadFrom(world.Engine.OpenTestMachine(DrWorld.Item)).DifferencesFrom(bytes));
    }

    [Theory]
    [Requirement("FO-01")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_is_told_at_the_opening_and_at_a_look_at_the_machine_and_cleared(bool reopened)
    {
        await using var world = await LeftBehindAsync();
        if (reopened)
        {
            await world.ReopenAsync();
        }

        var item = reopened ? await world.ItemAsync() : await world.Engine.GetProtectedItemAsync(DrWorld.Item);
        Assert.Contains(Left, Assert.Single(item!.HealthErrors, error => error.Id == "TestMachineLeft").Message, StringComparison.Ordinal);
        await world.RunAsync(new CleanUpTestFailover(DrWorld.Item));

        Assert.DoesNotContain((await world.ItemAsync()).HealthErrors, error => error.Id == "TestMachineLeft");
        AssertGone(world);
        Assert.Equal(["NoTestFailover"], await world.RefusedAsync(new CleanUpTestFailover(DrWorld.Item)));
    }

    [Fact]
    [Requirement("FO-01")]
    public async Task Overlays_without_their_machine_are_left_over_too()
    {
        await using var world = await LeftBehindAsync();
        File.Delete(Path.Combine(world.SiteRoot(DrWorld.Azure), "machines", Left + ".json"));

        await world.RunAsync(new CleanUpTestFailover(DrWorld.Item));

        AssertGone(world);
    }

    [Fact]
    [Requirement("FO-01")]
    public async Task It_is_cleared_whatever_has_become_of_the_machine_meanwhile()
    {
        await using var world = await LeftBehindAsync();
        await world.FailOverAsync(shutDown: true);
        Assert.Contains((await world.Engine.GetProtectedItemAsync(DrWorld.Item))!.HealthErrors, error => error.Id == "TestMachineLeft");

        await world.RunAsync(new CleanUpTestFailover(DrWorld.Item));

        AssertGone(world);
        Assert.Equal(["WrongPhase"], await world.RefusedAsync(new CleanUpTestFailover(DrWorld.Item)));
        await world.RunAsync(new CommitFailover(DrWorld.Item));
    }

    [Fact]
    [Requirement("FO-01")]
    public async Task A_check_of_the_vault_names_it()
    {
        await using var world = await LeftBehindAsync();
        await world.CloseAsync();

        Assert.Contains(Left, Assert.Single(VaultChecker.Check(world.VaultFolder, world.Options()).Findings), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("FO-01")]
    public async Task A_test_failover_that_is_known_is_nothing_left_and_goes_with_its_folder()
    {
        await using var world = await TestedAsync();
        await world.ReopenAsync();
        Assert.Empty((await world.Engine.GetProtectedItemAsync(DrWorld.Item))!.HealthErrors);
        await world.CloseAsync();
        Assert.Empty(VaultChecker.Check(world.VaultFolder, world.Options()).Findings);
        world.Open();

        await world.RunAsync(new CleanUpTestFailover(DrWorld.Item));

        AssertGone(world);
    }

    private static void AssertGone(DrWorld world)
    {
        Assert.False(Directory.Exists(Path.Combine(world.SiteRoot(DrWorld.Azure), "test", Left)));
        Assert.Equal([DrWorld.Item], world.Inventory(DrWorld.Azure).Machines.Select(machine => machine.Name));
    }

    private static async Task<DrWorld> TestedAsync()
    {
        var world = await DrWorld.ProtectedAsync();
        await world.RunAsync(new StartTestFailover(DrWorld.Item, null, null));
        foreach (var disk in world.Engine.OpenTestMachine(DrWorld.Item))
        {
            disk.Write(65_536, Enumerable.Repeat((byte)0x77, 8192).ToArray());
            disk.Flush();
            disk.Dispose();
        }

        return world;
    }

    // The vault forgot the test failover, its files are there.
    private static async Task<DrWorld> LeftBehindAsync()
    {
        var world = await TestedAsync();
        world.Engine.RuntimeOf(DrWorld.Item).State.Change(facts => facts with { TestFailover = null });
        return world;
    }
}
