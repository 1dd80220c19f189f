namespace AsrFailback.Engine.Tests;

/// <summary>A machine has its target address at the other site, and its own again when it is home (FO-12).</summary>
public sealed class AddressTests
{
    private const string Own = "10.0.0.4";
    private const string There = "10.1.0.4";
    private const string Guest = "home/web01:nics.0.address=10.0.0.4 home/web01:nics.0.targetAddress=10.1.0.4";

    [Fact]
    [Requirement("FO-12")]
    public async Task It_has_the_target_address_there_and_its_own_again_at_home_as_the_warnings_say()
    {
        await using var world = await WithAddressesAsync();

        var away = await world.RunAsync(new StartFailover(DrWorld.Item, null, true));
        Assert.Equal((There, Own), Addresses(world, DrWorld.Azure));
        await world.RunAsync(new CommitFailover(DrWorld.Item));
        await world.RunAsync(new Reprotect(DrWorld.Item));
        var home = await world.RunAsync(new StartFailover(DrWorld.Item, null, true));

        Assert.Equal((Own, There), Addresses(world, DrWorld.Home));
        Assert.Equal([$"web01 has the address {Own} and will have {There}."], Changes(away));
        Assert.Equal([$"web01 has the address {There} and will have {Own}."], Changes(home));
    }

    [Fact]
    [Requirement("FO-12", "RP-03")]
    public async Task A_machine_that_is_made_anew_at_home_has_its_own_address_again()
    {
        await using var world = await WithAddressesAsync();
        await world.MoveAsync();
        WorldEdit.Make(world, "home/web01:-");

        await world.RunAsync(new Reprotect(DrWorld.Item));
        await world.MoveAsync();

        Assert.Equal((Own, There), Addresses(world, DrWorld.Home));
    }

    [Fact]
    [Requirement("FO-12", "FO-03")]
    public async Task A_target_address_that_was_set_later_counts_although_the_source_is_gone()
    {
        await using var world = await DrWorld.ProtectedAsync();
        WorldEdit.Make(world, Guest);
        await world.Engine.GetProtectedItemAsync(DrWorld.Item);
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);

        await world.RunAsync(new StartFailover(DrWorld.Item, null, true));

        Assert.Equal((There, Own), Addresses(world, DrWorld.Azure));
    }

    [Fact]
    [Requirement("FO-12")]
    public async Task A_machine_without_a_target_address_has_none_that_is_known_there()
    {
        await using var world = await WithAddressesAsync("home/web01:nics.0.address=10.0.0.4");

        await world.RunAsync(new StartFailover(DrWorld.Item, null, true));

        Assert.Equal((null, Own), Addresses(world, DrWorld.Azure));
    }

    [Fact]
    [Requirement("FO-12")]
    public async Task Of_two_machines_with_one_target_address_the_second_is_refused()
    {
        await using var world = await TwoAsync();
        await world.RunAsync(new StartFailover(DrWorld.Item, null, true));

        Assert.Equal(["AddressTaken"], await world.RefusedAsync(new StartFailover(ReadinessStage.Neighbour, null, true)));
    }

    [Fact]
    [Requirement("FO-12")]
    public async Task An_address_is_promised_once_while_a_failover_runs()
    {
        using var held = new ManualResetEventSlim();
        await using var world = await TwoAsync();
        world.Setup.OnProgress = progress =>
        {
            if (progress.Task == "Shut down the virtual machine")
            {
                held.Wait(DrWorld.Patience);
            }
        };
        var first = await world.Engine.SubmitAsync(new StartFailover(DrWorld.Item, null, true));

        var refused = await world.RefusedAsync(new StartFailover(ReadinessStage.Neighbour, null, true));
        held.Set();

        Assert.Equal(["AddressTaken"], refused);
        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync(first.Name).WaitAsync(DrWorld.Patience)).State);
    }

    private static async Task<DrWorld> WithAddressesAsync(string edit = Guest)
    {
        var world = await DrWorld.CreateAsync(ReadinessStage.Setup(new ManualClock()));
        WorldEdit.Make(world, edit);
        await world.RunAsync(DrWorld.Enable());
        return world;
    }

    private static async Task<DrWorld> TwoAsync()
    {
        var world = await WithAddressesAsync();
        await world.AddNeighbourAsync();
        WorldEdit.Make(world, "home/web02:nics.0.address=10.0.0.5 home/web02:nics.0.targetAddress=10.1.0.4");
        return world;
    }

    private static (string? Address, string? TargetAddress) Addresses(DrWorld world, string fabric) =>
        Assert.Single(world.Inventory(fabric).Machines, machine => machine.Name == DrWorld.Item).PrimaryNic is { } nic ? (nic.Address, nic.TargetAddress) : default;

    private static IEnumerable<string> Changes(Job job) => job.Warnings.Where(warning => warning.Id == "AddressChanges").Select(warning => warning.Message);
}
