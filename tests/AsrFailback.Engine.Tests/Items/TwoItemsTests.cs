namespace AsrFailback.Engine.Tests;

/// <summary>Machines of one vault do not get in each other's way.</summary>
public sealed class TwoItemsTests
{
    private const string Other = "web02";

    [Fact]
    public async Task One_machine_fails_over_and_comes_home_while_the_other_goes_on_replicating()
    {
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [2 << 20, 1 << 20] });
        var other = MachineModel.Random([1 << 20], 9);
        world.AddMachine(Other, other);
        await world.RunAsync(new EnableProtection(Other, DrWorld.Home, DrWorld.Azure, DrWorld.Policy));
        world.Write(10);
        other.Write(world.Engine.OpenMachine(Other), world.Random, 10);

        await world.MoveAsync();
        other.Write(world.Engine.OpenMachine(Other), world.Random, 10);
        await world.ReopenAsync();
        await world.ReprotectAndMoveAsync(DrWorld.Home);
        other.Write(world.Engine.OpenMachine(Other), world.Random, 10);
        await world.RunAsync(new StartFailover(Other, null, true));

        Assert.Empty(world.Images(DrWorld.Azure, Other).DifferencesFrom(other));
        world.AssertImages(DrWorld.Home, world.Model);
        Assert.Equal([DrWorld.Item, Other], (await world.Engine.GetProtectedItemsAsync().ToListAsync()).Select(item => item.Name));
    }

    [Fact]
    public async Task A_machine_whose_name_begins_with_another_s_has_its_own_files()
    {
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [1 << 20] });
        var other = MachineModel.Random([1 << 20], 9);
        world.AddMachine("web01-2", other);
        await world.RunAsync(new EnableProtection("web01-2", DrWorld.Home, DrWorld.Azure, DrWorld.Policy));
        await world.RunAsync(new DisableProtection("web01-2"));

        world.Write(10);
        await world.MoveAsync();

        world.AssertImages(DrWorld.Azure, world.Model);
    }
}
