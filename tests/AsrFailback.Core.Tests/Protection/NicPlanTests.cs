using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Tests;

/// <summary>The network interfaces of a machine at its two sites, each by its own network (FO-12).</summary>
public sealed class NicPlanTests
{
    private static readonly string[] Networks = ["vnet", "vnet-a", "vnet-b"];
    private static readonly NetworkMapping[] Mappings = [new("onprem", "LAN", "azure", "vnet-a"), new("ONPREM", "dmz", "azure", "VNET-B"), new("onprem", "old", "azure", "gone")];

    // the second interface at home | what is said of it | whether home is gone | what it is in Azure: network, address, address at home; - is none
    public static TheoryData<string> Away => Notation.Cases("""
        DMZ 10.9.0.4 10.2.0.4  |                   |      | vnet-b 10.2.0.4 10.9.0.4
        DMZ 10.9.0.4 10.2.0.4  |                   | gone | vnet-b 10.2.0.4 10.9.0.4
        DMZ 10.9.0.4 -         |                   |      | vnet-b - 10.9.0.4
        DMZ - 10.2.0.4         |                   |      | vnet-b 10.2.0.4 -
        other 10.9.0.4 -       |                   |      | vnet - 10.9.0.4
        old 10.9.0.4 -         |                   |      | vnet - 10.9.0.4
        - 10.9.0.4 -           |                   |      | vnet - 10.9.0.4
        DMZ 10.9.0.4 10.2.0.4  | Vnet-A 10.3.0.4   |      | vnet-a 10.3.0.4 10.9.0.4
        DMZ 10.9.0.4 10.2.0.4  | - 10.3.0.4        |      | vnet-b 10.3.0.4 10.9.0.4
        DMZ 10.9.0.4 10.2.0.4  | vnet-a -          | gone | vnet-a 10.2.0.4 10.9.0.4
        DMZ 10.9.0.4 10.2.0.4  | nowhere -         |      | vnet 10.2.0.4 10.9.0.4
        DMZ 10.9.0.4 10.2.0.4  | out               |      |
        DMZ 10.9.0.4 10.2.0.4  | out               | gone |
        """);

    [Theory]
    [Requirement("FO-12")]
    [MemberData(nameof(Away))]
    public void Away_from_home_an_interface_gets_what_was_said_or_what_its_own_network_is_mapped_to(string line)
    {
        var columns = Notation.Columns(line);
        var home = Home(Second(columns[0]));
        var facts = Facts.Web01 with { HomeNics = home.Nics, NicTargets = Said(columns[1]) };

        var nics = NicPlan.OnArrival(facts, Mappings, columns[2] == "gone" ? null : home, Replica(home), Networks);

        Assert.Equal(("nic0", true, "vnet-a", "10.1.0.4", "10.0.0.4"), (nics[0].Name, nics[0].Primary, nics[0].Network, nics[0].Address, nics[0].TargetAddress));
        Assert.Equal(columns[3], string.Join(' ', nics.Skip(1).SelectMany(nic => new[] { nic.Network, nic.Address, nic.TargetAddress }).Select(word => word ?? "-")));
    }

    [Fact]
    [Requirement("FO-12")]
    public void The_primary_interface_is_made_whatever_was_said_when_it_was_not_the_primary_one()
    {
        var home = Home(Second("DMZ - -"));
        var facts = Facts.Web01 with { NicTargets = [new("NIC0") { DoNotCreate = true }] };

        Assert.Equal(["nic0", "nic1"], NicPlan.OnArrival(facts, Mappings, home, Replica(home), Networks).Select(nic => nic.Name));
    }

    [Fact]
    [Requirement("FO-12")]
    public void Where_nothing_is_known_of_home_what_waits_is_what_it_will_have()
    {
        var replica = Replica(Home(Second("DMZ - -")));

        Assert.Same(replica.Nics, NicPlan.OnArrival(Facts.Web01, Mappings, null, replica, Networks));
        Assert.Empty(NicPlan.OnArrival(Facts.Web01, Mappings, null, null, Networks));
    }

    [Fact]
    [Requirement("FO-12")]
    public void What_an_earlier_version_kept_is_its_only_interface()
    {
        var facts = Facts.Web01 with { Addresses = new("10.0.0.4", "10.1.0.4") { Network = "lan" } };

        var nic = Assert.Single(NicPlan.OnArrival(facts, Mappings, null, null, Networks));

        Assert.Equal(("nic0", true, "vnet-a", "10.1.0.4", "10.0.0.4"), (nic.Name, nic.Primary, nic.Network, nic.Address, nic.TargetAddress));
    }

    // the second interface at home, address at home as it was seen, target address in Azure | its address at home after the failback
    [Theory]
    [Requirement("FO-12")]
    [InlineData("10.9.0.4", "10.9.0.5", "10.9.0.6", "10.9.0.4")]
    [InlineData("-", "10.9.0.5", "10.9.0.6", "10.9.0.6")]
    [InlineData("-", "10.9.0.5", "-", "10.9.0.5")]
    [InlineData("-", "-", "-", "-")]
    public void At_home_all_interfaces_are_there_again_as_they_were_there(string home, string seen, string told, string expected)
    {
        var waiting = Home(Second($"DMZ {home} -") with { AddressIsStatic = true });
        var away = Replica(waiting) with { Nics = [Replica(waiting).Nics[0], Second($"vnet-b 10.2.0.4 {told}")] };
        var facts = Homeward with { HomeNics = [waiting.Nics[0], Second($"DMZ {seen} -")], NicTargets = [new("nic1") { DoNotCreate = true }] };

        var nics = NicPlan.OnArrival(facts, Mappings, away, waiting, ["LAN"]);

        Assert.Equal([waiting.Nics[0], waiting.Nics[1] with { Address = expected == "-" ? null : expected }], nics);
    }

    // where home is now | mapping from Azure | the network that the second interface, which was on DMZ and is on vnet-b, asks for there
    [Theory]
    [Requirement("FO-12", "RP-03")]
    [InlineData("", "DMZ")]
    [InlineData("vnet-b", "far")]
    [InlineData("VNET-B", "far")]
    [InlineData("vnet-a", "DMZ")]
    public void A_machine_that_is_made_anew_gets_the_network_of_the_mapping_or_of_the_same_name(string mapped, string expected)
    {
        var home = Home(Second("DMZ 10.9.0.4 10.2.0.4"), new("nic2", "LAN", Primary: false) { Address = "10.0.0.9" });
        var away = Replica(home) with { Nics = [Replica(home).Nics[0], Second("vnet-b 10.2.0.9 10.9.0.7")] };
        var facts = Homeward with { HomeFabric = "other", HomeNics = home.Nics };

        var nics = NicPlan.BackHome(facts, [.. Mappings, new("azure", mapped, "other", "far")], away);

        Assert.Equal((expected, "10.9.0.7", "10.2.0.9"), (nics[1].Network, nics[1].Address, nics[1].TargetAddress));
        Assert.Equal(home.Nics[2], nics[2]); // it was not made away from home
    }

    [Fact]
    [Requirement("FO-12", "RP-03")]
    public void A_machine_of_whose_home_nothing_is_known_takes_its_interfaces_back()
    {
        var away = Replica(Home(Second("DMZ - -"))) with { Nics = [Second("vnet-b 10.2.0.9 10.9.0.7")] };

        Assert.Equal([Second("- 10.9.0.7 10.2.0.9")], NicPlan.BackHome(Homeward, Mappings, away));
    }

    [Fact]
    [Requirement("FO-12")]
    public void A_replica_has_all_interfaces_and_no_address()
    {
        Assert.Equal(
            [new MachineNic("nic0", null, Primary: true), new MachineNic("nic1", null, Primary: false) { AddressIsStatic = true }],
            NicPlan.Waiting([MachineNic.Only("LAN")[0] with { Address = "10.0.0.4" }, Second("DMZ 10.9.0.4 10.2.0.4") with { AddressIsStatic = true }]));
    }

    [Fact]
    [Requirement("FO-12")]
    public void What_is_said_anew_takes_the_place_of_all_that_was_said_of_that_interface_only()
    {
        NicTarget[] before = [new("nic0") { Address = "10.1.0.4" }, new("nic1") { DoNotCreate = true }];

        Assert.Same(before, NicTargets.Changed(before, null));
        Assert.Equal([before[0], new("NIC1") { Network = "vnet-a" }], NicTargets.Changed(before, [new("NIC1") { Network = "vnet-a" }]));
        Assert.Equal([before[1]], NicTargets.Changed(before, [new("nic0")]));
    }

    [Fact]
    [Requirement("FO-12")]
    public void An_item_shows_what_a_failover_makes_of_each_interface()
    {
        var home = Home(Second("DMZ 10.9.0.4 10.2.0.4"), new("nic2", "old", Primary: false) { TargetAddress = "10.3.0.4" });
        var facts = Facts.Web01 with { HomeNics = home.Nics, NicTargets = [new("nic2") { DoNotCreate = true }] };

        Assert.Equal(
            [
                new("nic0", true, "LAN", "10.0.0.4") { RecoveryNetwork = "vnet-a", RecoveryAddress = "10.1.0.4" },
                new("nic1", false, "DMZ", "10.9.0.4") { RecoveryNetwork = "VNET-B", RecoveryAddress = "10.2.0.4" },
                new("nic2", false, "old", null) { IsCreated = false },
            ],
            NicPlan.Shown(facts, Mappings));
        Assert.Empty(NicPlan.Shown(Facts.Web01, Mappings));
    }

    private static ProtectionFacts Homeward => Facts.In(Phase.Protected, Side.Recovery, Side.Recovery);

    private static Machine Home(params MachineNic[] others) => new(
        "web01", Guid.Empty, "Linux", "", [new("nic0", "LAN", Primary: true) { Address = "10.0.0.4", TargetAddress = "10.1.0.4" }, .. others], [], PowerState.On, 1);

    private static Machine Replica(Machine home) => home with { Nics = [.. NicPlan.Waiting(home.Nics).Select(nic => nic with { Network = "vnet" })], Power = PowerState.Off };

    private static MachineNic Second(string words) => words.Split(' ') is [var network, var address, var target]
        ? new("nic1", OrNone(network), Primary: false) { Address = OrNone(address), TargetAddress = OrNone(target) }
        : throw new ArgumentException(words, nameof(words));

    private static NicTarget[] Said(string words) => words.Split(' ') switch
    {
        ["out"] => [new("NIC1") { DoNotCreate = true }],
        [var network, var address] => [new("NIC1") { Network = OrNone(network), Address = OrNone(address) }],
        _ => [],
    };

    private static string? OrNone(string word) => word == "-" ? null : word;
}
