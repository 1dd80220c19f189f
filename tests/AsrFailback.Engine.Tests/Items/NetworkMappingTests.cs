namespace AsrFailback.Engine.Tests;

/// <summary>A machine gets the network that its own is mapped to when it fails over, and its own again at home (FO-12).</summary>
public sealed class NetworkMappingTests
{
    private const string Own = "VM Network";
    private const string Default = "vnet-recovery";
    private const string Mapped = "vnet-web";
    private const string Networks = "azure:networks=[\"vnet-recovery\",\"vnet-web\"]";

    private static readonly MapNetwork Mapping = new(DrWorld.Home, Own, DrWorld.Azure, Mapped);

    // what is edited after the network was mapped | whether home is gone | the network in Azure | warnings of the mapping
    public static TheoryData<string> Cases => Notation.Cases("""
                                              |      | vnet-web      |
                                              | gone | vnet-web      |
        home/web01:nics.0.network=dmz                |      | vnet-recovery |
        azure:networks=["vnet-recovery"]      |      | vnet-recovery | MappedNetworkMissing
        azure:networks=["vnet-recovery"]      | gone | vnet-recovery | MappedNetworkMissing
        """);

    [Theory]
    [Requirement("FO-12")]
    [MemberData(nameof(Cases))]
    public async Task A_machine_gets_the_mapped_network_or_else_the_default_one(string line)
    {
        var columns = Notation.Columns(line);
        await using var world = await MappedAsync();
        WorldEdit.Make(world, columns[0]);
        if (columns[1] == "gone")
        {
            world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);
        }

        var job = await world.FailOverAsync(shutDown: true);

        Assert.Equal(columns[2], NetworkAt(world, DrWorld.Azure));
        Assert.Equal(Notation.Words(columns[3]), job.Warnings.Select(warning => warning.Id).Where(id => id == "MappedNetworkMissing"));
    }

    [Fact]
    [Requirement("FO-12", "FB-04")]
    public async Task At_home_it_has_its_own_network_again_and_a_mapping_that_was_forgotten_does_not_count()
    {
        await using var world = await MappedAsync();
        await world.MoveAsync();
        Assert.Equal(Mapped, NetworkAt(world, DrWorld.Azure));
        await world.RunAsync(new Reprotect(DrWorld.Item));
        await world.MoveAsync();
        Assert.Equal(Own, NetworkAt(world, DrWorld.Home));

        await world.RunAsync(new UnmapNetwork(DrWorld.Home, Own.ToUpperInvariant(), DrWorld.Azure));
        await world.ReopenAsync();
        await world.RunAsync(new Reprotect(DrWorld.Item));
        await world.MoveAsync();

        Assert.Empty(await world.Engine.GetNetworkMappingsAsync());
        Assert.Equal(Default, NetworkAt(world, DrWorld.Azure));
    }

    [Fact]
    [Requirement("FO-12", "ER-Own")]
    public async Task A_target_address_must_be_free_on_the_mapped_network()
    {
        await using var world = await MappedAsync();
        world.AddMachine("db01", MachineModel.Random([1 << 20], 5));
        await world.RunAsync(new EnableProtection("db01", DrWorld.Home, DrWorld.Azure, DrWorld.Policy));
        WorldEdit.Make(world, "home/web01:nics.0.targetAddress=10.1.0.4 azure/db01:nics.0.address=10.1.0.4");
        Assert.True((await world.Engine.PreviewAsync(new StartFailover(DrWorld.Item, null, true))).Ready); // that is on another network

        WorldEdit.Make(world, "azure/db01:nics.0.network=vnet-web");

        Assert.Equal(["AddressTaken"], await world.RefusedAsync(new StartFailover(DrWorld.Item, null, true)));
    }

    // Mapped to one network, two that are on their way to one address are in each other's way.
    [Fact]
    [Requirement("FO-12", "RPL-03")]
    public async Task Two_machines_of_a_plan_are_not_promised_one_address_on_a_mapped_network()
    {
        await using var world = await PlanWorld.CreateAsync();
        WorldEdit.Make(world, $"{Networks} home/db01:nics.0.network=dmz home:networks=[\"VM~Network\",\"dmz\"]");
        await world.RunAsync(Mapping);
        WorldEdit.Make(world, "home/db01:nics.0.targetAddress=10.1.0.4 home/web01:nics.0.targetAddress=10.1.0.4");
        var run = await PlanWorld.RunAsync(world, PlanWorld.FailOver);
        Assert.DoesNotContain((await world.Engine.PreviewAsync(run)).Checks, check => check.Finding?.Id == "AddressTaken");

        await world.RunAsync(new MapNetwork(DrWorld.Home, "dmz", DrWorld.Azure, Mapped));

        Assert.Contains((await world.Engine.PreviewAsync(run)).Checks, check => check.Finding?.Id == "AddressTaken");
    }

    [Theory]
    [Requirement("FO-12")]
    [InlineData(DrWorld.Home, "nowhere", DrWorld.Azure, Default, "NetworkUnknown")]
    [InlineData(DrWorld.Home, Own, DrWorld.Azure, "nowhere", "NetworkUnknown")]
    [InlineData(DrWorld.Home, Own, "aws", Default, "FabricNotFound")]
    [InlineData(DrWorld.Home, Own, DrWorld.Home, Own, "MappingNeedsTwoSites")]
    public async Task What_cannot_be_mapped_is_refused(string from, string network, string to, string recovery, string reason)
    {
        await using var world = await DrWorld.CreateAsync(new WorldSetup { State = new MemoryState() });

        Assert.Equal([reason], await world.RefusedAsync(new MapNetwork(from, network, to, recovery)));
        Assert.Equal(["NetworkNotMapped"], await world.RefusedAsync(new UnmapNetwork(from, network, to)));
        Assert.Empty(await world.Engine.GetNetworkMappingsAsync());
    }

    [Fact]
    [Requirement("FO-12", "TO-01")]
    public async Task A_network_has_one_mapping_to_a_site_and_a_site_that_is_forgotten_has_none()
    {
        await using var world = await DrWorld.CreateAsync();
        WorldEdit.Make(world, Networks);
        await world.RunAsync(Mapping with { RecoveryNetwork = Default });
        await world.RunAsync(Mapping);
        await world.ReopenAsync();
        Assert.Equal([new NetworkMapping(DrWorld.Home, Own, DrWorld.Azure, Mapped)], await world.Engine.GetNetworkMappingsAsync());

        await world.RunAsync(new RemoveFabric(DrWorld.Azure));

        Assert.Empty(await world.Engine.GetNetworkMappingsAsync());
    }

    private static async Task<DrWorld> MappedAsync()
    {
        var world = await DrWorld.ProtectedAsync(new WorldSetup { State = new MemoryState() });
        WorldEdit.Make(world, Networks);
        await world.RunAsync(Mapping);
        return world;
    }

    private static string? NetworkAt(DrWorld world, string fabric) => world.Inventory(fabric).Machines.Single(machine => machine.Name == DrWorld.Item).Network;
}
