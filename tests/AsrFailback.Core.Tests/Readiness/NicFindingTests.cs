namespace AsrFailback.Core.Tests;

/// <summary>Of a machine with several network interfaces a finding names those that it is about (FO-12, RP-16).</summary>
public sealed class NicFindingTests
{
    // what is asked for and changed | check | what it says
    public static TheoryData<string> Cases => Notation.Cases("""
        failover target-address=10.1.0.4 | AddressKept | web01 has the address 10.0.0.4 and will have 10.1.0.4.
        failover second-nic=dmz,10.9.0.5,10.2.0.5 | AddressKept | web01 has the address 10.9.0.5 (nic1) and will have 10.2.0.5 (nic1).
        failover target-address=none second-nic=dmz,10.9.0.5,10.2.0.5 | AddressKept | web01 has the address 10.0.0.4 (nic0), 10.9.0.5 (nic1) and will have DHCP (nic0), 10.2.0.5 (nic1).
        failover second-nic=lan,10.0.0.5,10.0.0.4 | NetworkInterface | The network interface of web01 cannot be created: web01 has the address 10.0.0.4 (nic0), 10.0.0.4 (nic1).
        failover address-taken-too second-nic=lan,10.0.0.9,10.0.0.9 | NetworkInterface | The network interface of web01 cannot be created: db01 has the address 10.0.0.9 (nic1).
        failover second-nic=lan,10.0.0.5,10.9.0.5 subnet=10.0.0.0/16 | AddressInSubnet | web01 is to have the address 10.9.0.5 (nic1) on vnet, whose addresses are 10.0.0.0/16.
        failover second-nic=dmz,9.9.0.5,9.9.0.5,public | PublicAddress | web01 cannot keep its public address 9.9.0.5 (nic1) in Azure.
        failover second-nic=dmz,10.9.0.5,10.9.0.5 neighbour-on=dmz | WholeSubnet | web01 is to keep its address although 1 machines stay on dmz.
        failover neighbour-twice | WholeSubnet | web01 is to keep its address although 1 machines stay on lan.
        failover second-nic=dmz,10.9.0.5,10.9.0.5 nic-target=nic1,gone, | NetworkMapping | The network of web01 is mapped to gone, which is not at azure any more: it gets vnet (nic1).
        failback second-nic=dmz,10.9.0.5,10.9.0.5,static | LinuxStaticAddress | web01 had the static address 10.9.0.5 (nic1) and comes home on DHCP.
        failback windows second-nic=dmz,,,static | WindowsStaticAddress | web01 (nic1) had a static address that was not recorded, and cannot regain it.
        """);

    [Theory]
    [Requirement("FO-12", "RP-16")]
    [MemberData(nameof(Cases))]
    public void A_finding_names_its_interfaces_where_there_are_several(string line)
    {
        var columns = Notation.Columns(line);

        Assert.Equal(columns[2], World.Report(columns[0]).Single(check => check.Id == columns[1]).Finding!.Message);
    }
}
