using System.Text.Json.Nodes;

namespace AsrFailback.Engine.Tests;

/// <summary>
/// A machine with several network interfaces, on real sites: each goes to the network of its own and has its own target address, and at
/// home all are as they were (FO-12).
/// </summary>
public sealed class NicTests
{
    private const string Networks = "home:networks=[\"VM~Network\",\"dmz\"] azure:networks=[\"vnet-recovery\",\"vnet-dmz\"]";
    private const string Own = "nic0 VM~Network 10.0.0.4; nic1 dmz 10.9.0.4";

    [Fact]
    [Requirement("FO-12", "FB-04")]
    public async Task Each_interface_goes_to_the_network_of_its_own_and_comes_back_as_it_was()
    {
        await using var world = await WithTwoAsync();
        await world.RunAsync(DrWorld.Enable() with { Nics = [new("NIC1") { Address = "10.2.0.5" }] });
        world.Write();

        await world.FailOverAsync(shutDown: true);
        Assert.Equal("nic0 vnet-recovery 10.1.0.4; nic1 vnet-dmz 10.2.0.5", Nics(world, DrWorld.Azure));
        world.AssertImages(DrWorld.Azure, world.Model);
        await world.RunAsync(new CommitFailover(DrWorld.Item));
        world.Write();
        await world.RunAsync(new Reprotect(DrWorld.Item));
        await world.MoveAsync();
        Assert.Equal(Own, Nics(world, DrWorld.Home));
        world.AssertImages(DrWorld.Home, world.Model);

        await world.RunAsync(new Reprotect(DrWorld.Item));
        world.Write();
        await world.FailOverAsync(shutDown: true);
        Assert.Equal("nic0 vnet-recovery 10.1.0.4; nic1 vnet-dmz 10.2.0.5", Nics(world, DrWorld.Azure)); // what was said counts again
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    [Requirement("FO-12", "FO-03")]
    public async Task What_was_said_counts_although_home_is_gone()
    {
        await using var world = await WithTwoAsync();
        await world.RunAsync(DrWorld.Enable());
        await world.RunAsync(Update(new NicTarget("nic1") { Network = "VNET-recovery", Address = "10.1.0.5" }));
        await world.ReopenAsync();
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);

        await world.FailOverAsync(shutDown: true);

        Assert.Equal("nic0 vnet-recovery 10.1.0.4; nic1 vnet-recovery 10.1.0.5", Nics(world, DrWorld.Azure));
    }

    // whether the machine at home is gone, or its home is another site by then
    [Theory]
    [Requirement("FO-12", "RP-03")]
    [InlineData("")]
    [InlineData("deleted")]
    [InlineData("elsewhere")]
    [InlineData("elsewhere, mapped")]
    public async Task An_interface_that_is_left_out_is_not_made_in_Azure_and_is_at_home_again(string home)
    {
        await using var world = await WithTwoAsync();
        await world.RunAsync(DrWorld.Enable() with { Nics = [new("nic1") { DoNotCreate = true }] });
        await world.MoveAsync();
        Assert.Equal("nic0 vnet-recovery 10.1.0.4", Nics(world, DrWorld.Azure));
        var reprotect = await LeaveHomeAsync(world, home);

        await world.RunAsync(reprotect);
        await world.MoveAsync();

        Assert.Equal(home == "elsewhere, mapped" ? Own.Replace("VM~Network", "far", StringComparison.Ordinal) : Own, Nics(world, reprotect.Fabric ?? DrWorld.Home));
    }

    [Theory]
    [Requirement("FO-12", "FO-01")]
    [InlineData("vnet-dmz", "nic0 vnet-dmz -; nic2 vnet-dmz -")]
    [InlineData(null, "nic0 - -; nic2 - -")]
    public async Task A_test_machine_has_its_interfaces_all_on_one_network_or_isolated(string? network, string expected)
    {
        await using var world = await WithTwoAsync();
        AddNic(world, "nic2", "dmz", null);
        await world.RunAsync(DrWorld.Enable() with { Nics = [new("nic1") { DoNotCreate = true }] });

        await world.RunAsync(new StartTestFailover(DrWorld.Item, null, network));

        Assert.Equal(expected, Nics(world, DrWorld.Azure, DrWorld.Item + "-test"));
    }

    // the network and the address that the second interface of web01 is to have; that of db01 is to have 10.2.0.4 on vnet-dmz
    [Theory]
    [Requirement("FO-12", "RPL-03")]
    [InlineData("vnet-dmz", "10.2.0.4", true)]
    [InlineData("vnet-dmz", "10.2.0.5", false)]
    [InlineData("vnet-recovery", "10.2.0.4", false)]
    public async Task An_address_is_promised_once_over_all_interfaces_of_the_machines_of_a_plan(string network, string address, bool refused)
    {
        await using var world = await PlanWorld.CreateAsync();
        WorldEdit.Make(world, Networks);
        AddNic(world, "nic1", "dmz", null);
        AddNic(world, "nic1", "dmz", null, "db01");
        await world.RunAsync(Update(new NicTarget("nic1") { Network = network, Address = address }));
        await world.RunAsync(Update(new NicTarget("nic0") { Address = "10.1.0.8" }, new NicTarget("nic1") { Network = "vnet-dmz", Address = "10.2.0.4" }) with { Item = "db01" });

        var preview = await world.Engine.PreviewAsync(await PlanWorld.RunAsync(world, PlanWorld.FailOver));

        Assert.Equal(refused, preview.Checks.Any(check => check.Finding?.Id == "AddressTaken"));
    }

    // the second interface of a machine that runs in Azure, or its first | whether the second one of web01 may be given 10.2.0.4 on vnet-dmz
    [Theory]
    [Requirement("FO-12", "ER-Own")]
    [InlineData("azure/web02:nics.0.network=vnet-dmz azure/web02:nics.0.address=10.2.0.4", true)]
    [InlineData("azure/web02:nics=[{\"name\":\"nic0\",\"primary\":true,\"network\":\"vnet-dmz\",\"address\":\"10.2.0.9\"},{\"name\":\"nic1\",\"primary\":false,\"network\":\"VNET-DMZ\",\"address\":\"10.2.0.4\"}]", true)]
    [InlineData("azure/web02:nics=[{\"name\":\"nic0\",\"primary\":true,\"network\":\"vnet-dmz\",\"address\":\"10.2.0.9\"},{\"name\":\"nic1\",\"primary\":false,\"network\":\"vnet-recovery\",\"address\":\"10.2.0.4\"}]", false)]
    public async Task An_address_of_any_interface_of_another_machine_is_taken(string there, bool refused)
    {
        await using var world = await WithTwoAsync();
        await world.AddNeighbourAsync();
        await world.RunAsync(DrWorld.Enable() with { Nics = [new("nic1") { Address = "10.2.0.4" }] });
        WorldEdit.Make(world, there);

        var preview = await world.Engine.PreviewAsync(new StartFailover(DrWorld.Item, null, true));

        Assert.Equal(refused ? ["AddressTaken"] : [], preview.Checks.Where(check => !check.Passed).Select(check => check.Finding!.Id));
    }

    // what is said of interfaces: NAME network address, NAME out | why it is refused
    public static TheoryData<string> Wrong => Notation.Cases("""
        nic7 - 10.2.0.5                     | NicUnknown
        nic1 - 10.2.0.5; NIC1 out           | NicNamedTwice
        nic0 out                            | PrimaryNicLeftOut
        nic1 nowhere -                      | NetworkUnknown
        nic1 - 10.2.0                       | NicAddressInvalid
        nic1 - fd00::5                      | AddressOutsideSubnet
        nic1 - ten                          | NicAddressInvalid AddressOutsideSubnet
        nic1 - 10.1.0.5                     | AddressOutsideSubnet
        nic1 vnet-recovery 10.2.0.5         | AddressOutsideSubnet
        nic1 vnet-recovery 10.1.0.4         | AddressTaken
        nic0 vnet-dmz -                     | AddressOutsideSubnet
        nic1 both 10.2.0.5                  | NicLeftOutHasValues
        """);

    [Theory]
    [Requirement("FO-12")]
    [MemberData(nameof(Wrong))]
    public async Task What_cannot_be_is_refused_and_changes_nothing(string line)
    {
        var columns = Notation.Columns(line);
        await using var world = await WithTwoAsync();
        WorldEdit.Make(world, "azure:subnets=[{\"networkName\":\"vnet-recovery\",\"prefix\":\"10.1.0.0/24\"},{\"networkName\":\"vnet-dmz\",\"prefix\":\"10.2.0.0/24\"}]");
        var targets = columns[0].Split("; ").Select(TargetOf).ToArray();

        Assert.Equal(Notation.Words(columns[1]), await world.RefusedAsync(DrWorld.Enable() with { Nics = targets }));
        await world.RunAsync(DrWorld.Enable());
        var before = world.Facts;
        Assert.Equal(Notation.Words(columns[1]), await world.RefusedAsync(Update(targets)));

        Assert.Equal(before, world.Facts);
    }

    [Fact]
    [Requirement("FO-12")]
    public async Task An_item_and_a_preview_show_its_interfaces()
    {
        await using var world = await WithTwoAsync();
        await world.RunAsync(DrWorld.Enable());
        await world.RunAsync(Update(new NicTarget("nic1") { Address = "10.2.0.5" }));

        var shown = (await world.ItemAsync()).Nics;
        var preview = await world.Engine.PreviewAsync(new StartFailover(DrWorld.Item, null, true));

        Assert.Equal(
            [
                new("nic0", true, "VM Network", "10.0.0.4") { RecoveryAddress = "10.1.0.4" },
                new("nic1", false, "dmz", "10.9.0.4") { RecoveryNetwork = "vnet-dmz", RecoveryAddress = "10.2.0.5" },
            ],
            shown);
        Assert.Equal(["vnet-recovery 10.1.0.4", "vnet-dmz 10.2.0.5"], preview.Nics.Select(nic => $"{nic.Network} {nic.Address}"));
    }

    [Fact]
    [Requirement("FO-12")]
    public async Task What_is_said_of_one_interface_leaves_what_was_said_of_the_others()
    {
        await using var world = await WithTwoAsync();
        await world.RunAsync(DrWorld.Enable() with { Nics = [new("nic0") { Address = "10.1.0.8" }, new("nic1") { DoNotCreate = true }] });

        await world.RunAsync(Update(new NicTarget("nic1") { Network = "vnet-recovery" }));
        Assert.Equal(["10.1.0.8", null], (await world.ItemAsync()).Nics.Select(nic => nic.RecoveryAddress));
        await world.RunAsync(new UpdateProtection(DrWorld.Item, DrWorld.Policy));
        await world.RunAsync(Update(new NicTarget("nic0")));

        await world.MoveAsync();
        Assert.Equal("nic0 vnet-recovery 10.1.0.4; nic1 vnet-recovery -", Nics(world, DrWorld.Azure));
    }

    [Fact]
    [Requirement("FO-12")]
    public async Task A_machine_whose_file_is_of_version_1_fails_over_and_comes_home()
    {
        await using var world = await DrWorld.CreateAsync();
        world.EditMachine(DrWorld.Home, machine =>
        {
            (machine["version"], machine["network"]) = (1, "VM Network");
            machine.Remove("nics");
            (machine["guest"]!["address"], machine["guest"]!["targetAddress"]) = ("10.0.0.4", "10.1.0.4");
        });
        await world.RunAsync(DrWorld.Enable());

        await world.MoveAsync();
        Assert.Equal("nic0 vnet-recovery 10.1.0.4", Nics(world, DrWorld.Azure));
        await world.RunAsync(new Reprotect(DrWorld.Item));
        await world.MoveAsync();

        Assert.Equal("nic0 VM~Network 10.0.0.4", Nics(world, DrWorld.Home));
        world.AssertImages(DrWorld.Home, world.Model);
    }

    [Fact]
    [Requirement("FO-12")]
    public async Task What_a_vault_of_an_earlier_version_knows_of_addresses_counts()
    {
        await using var world = await DrWorld.ProtectedAsync();
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);
        WorldEdit.Make(world, "item/web01:homeNics- item/web01:nicTargets- item/web01:addresses={\"home\":\"10.0.0.4\",\"recovery\":\"10.1.0.4\",\"network\":\"VM~Network\"}");

        await world.FailOverAsync(shutDown: true);

        Assert.Equal("nic0 vnet-recovery 10.1.0.4", Nics(world, DrWorld.Azure));
        Assert.Equal("10.0.0.4", world.Inventory(DrWorld.Azure).Machines.Single(machine => machine.Name == DrWorld.Item).PrimaryNic!.TargetAddress);
    }

    // Two networks at each site; the second is mapped to the second.
    private static async Task<DrWorld> WithTwoAsync()
    {
        var world = await DrWorld.CreateAsync(ReadinessStage.Setup(new ManualClock()));
        WorldEdit.Make(world, $"{Networks} home/web01:nics.0.address=10.0.0.4 home/web01:nics.0.targetAddress=10.1.0.4");
        AddNic(world, "nic1", "dmz", "10.9.0.4");
        await world.RunAsync(new MapNetwork(DrWorld.Home, "DMZ", DrWorld.Azure, "vnet-dmz"));
        return world;
    }

    private static void AddNic(DrWorld world, string name, string network, string? address, string machine = DrWorld.Item) => world.EditMachine(
        DrWorld.Home,
        found =>
        {
            var nic = new JsonObject { ["name"] = name, ["network"] = network, ["primary"] = false };
            if (address is not null)
            {
                nic["address"] = address;
            }

            found["nics"]!.AsArray().Add(nic);
        },
        machine);

    private static async Task<Reprotect> LeaveHomeAsync(DrWorld world, string home)
    {
        if (home == "deleted")
        {
            WorldEdit.Make(world, "home/web01:-");
        }

        if (!home.StartsWith(DrWorld.Elsewhere, StringComparison.Ordinal))
        {
            return new Reprotect(DrWorld.Item);
        }

        await world.AddSiteAsync();
        WorldEdit.Make(world, "elsewhere:networks=[\"other\",\"dmz\",\"VM~Network\",\"far\"]");
        if (home.EndsWith("mapped", StringComparison.Ordinal))
        {
            await world.RunAsync(new MapNetwork(DrWorld.Azure, "vnet-recovery", DrWorld.Elsewhere, "far"));
        }

        return new Reprotect(DrWorld.Item) { Fabric = DrWorld.Elsewhere };
    }

    private static UpdateProtection Update(params NicTarget[] nics) => new(DrWorld.Item, DrWorld.Policy) { Nics = nics };

    private static NicTarget TargetOf(string words) => words.Split(' ') switch
    {
        [var nic, "out"] => new(nic) { DoNotCreate = true },
        [var nic, "both", var address] => new(nic) { Address = address, DoNotCreate = true },
        [var nic, var network, var address] => new(nic) { Network = network == "-" ? null : network, Address = address == "-" ? null : address },
        _ => throw new ArgumentException(words, nameof(words)),
    };

    private static string Nics(DrWorld world, string fabric, string machine = DrWorld.Item) => string.Join("; ", world.Inventory(fabric).Machines.Single(found => found.Name == machine).Nics
        .Select(nic => $"{nic.Name} {nic.Network?.Replace(' ', '~') ?? "-"} {nic.Address ?? "-"}"));
}
