namespace AsrFailback.Core.Tests;

/// <summary>The two sites and what connects them.</summary>
public sealed class SiteCheckTests
{
    // what is asked for and broken | exactly what is found
    internal const string Broken = """
        reprotect azure-gone                       | SourceReachable:SiteUnreachable
        reprotect-to-azure home-gone               | SourceReachable:SiteUnreachable
        reprotect home-gone                        | TargetReachable:SiteUnreachable
        failover azure-gone                        | TargetReachable:SiteUnreachable
        failback home-gone                         | TargetReachable:SiteUnreachable
        test azure-gone                            | TargetReachable:SiteUnreachable
        reprotect azure-cut                        | SitesConnected:ConfigurationServerUnreachable:95226
        reprotect home-cut                         | SitesConnected:ConfigurationServerUnreachable:95226
        reprotect-to-azure azure-cut               | SitesConnected:ConfigurationServerUnreachable:95226
        reprotect target-kind=HyperV               | TargetHypervisor:TargetNotEsxi
        reprotect target-kind=Vmm                  | TargetHypervisor:TargetNotEsxi
        reprotect protected-as=Physical target-kind=HyperV | TargetHypervisor:TargetNotEsxi
        reprotect moves-home target-kind=Azure     | TargetHypervisor:TargetNotEsxi
        reprotect home-kind=Physical               | TargetNotPhysical:TargetPhysical
        reprotect connection=ExpressRoutePublic    | ConnectionHome:ConnectionUnsuitable
        reprotect connection=Internet              | ConnectionHome:ConnectionUnsuitable
        reprotect avs connection=Internet          | ConnectionHome:ConnectionUnsuitable
        reprotect-to-azure connection=SiteToSiteVpn | ConnectionToAzure:ConnectionVpnOnly:Warning
        reprotect latency=100.1                    | Latency:ConnectionSlow:Warning
        reprotect-to-azure latency=100.1           | Latency:ConnectionSlow:Warning
        reprotect bandwidth=9.9                    | Bandwidth:ConnectionNarrow:Warning
        reprotect-to-azure bandwidth=0             | Bandwidth:ConnectionNarrow:Warning
        reprotect-to-azure no-networks             | AzureNetwork:AzureNetworkMissing
        reprotect-to-azure use-mt=mt01             | MasterTargetUsed:MasterTargetNotUsed
        reprotect-to-azure use-ds=ds1              | MasterTargetUsed:MasterTargetNotUsed
        reprotect-to-azure use-volume=R:           | MasterTargetUsed:MasterTargetNotUsed
        reprotect-to-azure use-fabric=onprem       | MasterTargetUsed:MasterTargetNotUsed
        test network=other                         | Network:NetworkNotFound:70038
        """;

    // what is asked for and changed, still possible | checks that looked
    internal const string Fine = """
        reprotect                                  | SourceReachable TargetReachable SitesConnected TargetHypervisor TargetNotPhysical
        failover home-gone no-shutdown             | SourceReachable:Absent TargetReachable
        failback azure-gone no-shutdown            | TargetReachable
        test home-gone                             | TargetReachable
        failover home-cut azure-cut                | SitesConnected:Absent
        reprotect avs                              | TargetHypervisor TargetNotPhysical ConnectionHome
        reprotect protected-as=Physical            | TargetHypervisor TargetNotPhysical
        reprotect home-kind=Vmm recovery-kind=Vmm last=Planned | TargetHypervisor
        reprotect connection=SiteToSiteVpn         | ConnectionHome
        reprotect connection=sitetositevpn         | ConnectionHome
        reprotect connection=ExpressRoutePrivate   | ConnectionHome
        reprotect connection=expressrouteprivate   | ConnectionHome
        reprotect-to-azure connection=Internet     | ConnectionToAzure ConnectionHome:NotApplicable
        reprotect-to-azure connection=ExpressRoutePublic | ConnectionToAzure
        failover connection=SiteToSiteVpn          | ConnectionToAzure:Absent
        reprotect latency=100                      | Latency
        reprotect bandwidth=10                     | Bandwidth
        reprotect unmeasured                       | Latency:NotApplicable Bandwidth:NotApplicable
        reprotect no-networks                      | AzureNetwork:NotApplicable
        reprotect-to-azure                         | AzureNetwork MasterTargetUsed
        reprotect use-mt=mt01                      | MasterTargetUsed:NotApplicable
        reprotect-to-azure use-ps=ps-home          | MasterTargetUsed
        test network=vnet                          | Network
        test network=VNET                          | Network
        test network=none                          | Network:NotApplicable
        """;

    private const string Nothing = """
        reprotect home-gone             | SitesConnected TargetHypervisor TargetNotPhysical ConnectionHome Latency Bandwidth
        reprotect azure-gone            | SitesConnected Latency Bandwidth
        reprotect no-connection         | ConnectionHome Latency Bandwidth
        reprotect-to-azure azure-gone   | ConnectionToAzure AzureNetwork MasterTargetUsed
        reprotect-to-azure home-gone    | ConnectionToAzure AzureNetwork MasterTargetUsed
        reprotect-to-azure no-connection | ConnectionToAzure
        test azure-gone                 | Network
        """;

    public static TheoryData<string> BrokenCases => Notation.Cases(Broken);

    public static TheoryData<string> FineCases => Notation.Cases(Fine);

    public static TheoryData<string> NothingCases => Notation.Cases(Nothing);

    [Theory]
    [Requirement("TO-07", "RP-09", "RP-10", "ER-95226")]
    [MemberData(nameof(BrokenCases))]
    public void What_is_broken_alone_is_found_alone(string line) => ReadinessAssert.Finds(line);

    [Theory]
    [Requirement("TO-07", "FO-03")]
    [MemberData(nameof(FineCases))]
    public void What_nearly_breaks_is_not_found(string line) => ReadinessAssert.Passes(line);

    [Theory]
    [MemberData(nameof(NothingCases))]
    public void A_check_without_anything_to_look_at_says_so(string line) => ReadinessAssert.HasNothingToLookAt(line);
}
