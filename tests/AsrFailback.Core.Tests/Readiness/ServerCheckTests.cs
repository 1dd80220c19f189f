namespace AsrFailback.Core.Tests;

/// <summary>The configuration server and the process server.</summary>
public sealed class ServerCheckTests
{
    // what is asked for and broken | exactly what is found
    internal const string Broken = """
        reprotect no-cs                            | ConfigurationServer:NoConfigurationServer
        failback no-cs                             | ConfigurationServer:NoConfigurationServer
        reprotect avs no-cs                        | ConfigurationServer:NoConfigurationServer
        reprotect cs-down                          | ConfigurationServerConnected:ConfigurationServerDown
        failback cs-down                           | ConfigurationServerConnected:ConfigurationServerDown
        reprotect db-damaged                       | ConfigurationDatabase:SiteInvalid
        failback db-damaged                        | ConfigurationDatabase:SiteInvalid
        reprotect rights=ReadOnly                  | AccountRights:AccountReadOnly
        reprotect rights=readonly                  | AccountRights:AccountReadOnly
        reprotect registered-at=10.0.0.1           | MachineFindsServer:MachineAtOldAddress
        failback registered-at=10.0.0.1            | MachineFindsServer:MachineAtOldAddress
        reprotect known=db01                       | MachineKnown:MachineNotKnown
        failback known=db01                        | MachineKnown:MachineNotKnown
        reprotect no-ps                            | ProcessServer:NoProcessServer
        reprotect use-ps=other                     | ProcessServer:NoProcessServer
        reprotect-to-azure no-ps                   | ProcessServer:NoProcessServer
        reprotect use-ps=ps-azure ps-added=14.99   | ProcessServerShows:ProcessServerNew
        reprotect use-ps=ps-azure ps-added=1 refreshed=1.01 | ProcessServerShows:ProcessServerNew
        reprotect use-ps=ps-azure ps-silent        | ProcessServerAnswers:ProcessServerSilent
        reprotect-to-azure use-ps=ps-home ps-silent | ProcessServerAnswers:ProcessServerSilent
        reprotect use-ps=ps-azure ps-heartbeat=15.01 | ProcessServerHeartbeat:ProcessServerHeartbeat
        reprotect use-ps=ps-azure ps-closed=443    | ProcessServerPorts:ProcessServerPortClosed
        reprotect use-ps=ps-azure ps-closed=9443   | ProcessServerPorts:ProcessServerPortClosed
        reprotect use-ps=ps-azure ps-port=9444     | ProcessServerDataPort:ProcessServerPort
        reprotect data-port=9444                   | ProcessServerDataPort:ProcessServerPort
        reprotect-to-azure ps-port=9444            | ProcessServerDataPort:ProcessServerPort
        reprotect use-ps=ps-azure ps-cut           | ProcessServerPath:ProcessServerCut
        failback no-ps                             | ProcessServerRuns:ProcessServerSilent:Warning
        reprotect use-ps=ps-home connection=SiteToSiteVpn | ProcessServerPlace:ProcessServerOnPremises:Warning
        reprotect no-ps-azure connection=SiteToSiteVpn | ProcessServerPlace:ProcessServerOnPremises:Warning
        """;

    // what is asked for and changed, still possible | checks that looked
    internal const string Fine = """
        reprotect                                  | ConfigurationServer ConfigurationServerConnected AccountRights MachineKnown ProcessServer
        failover no-cs                             | ConfigurationServer:NotApplicable
        failover cs-down                           | ConfigurationServerConnected:NotApplicable
        reprotect-to-azure cs-down                 | ConfigurationServerConnected:NotApplicable
        reprotect known-unknown                    | ConfigurationDatabase
        failover db-damaged                        | ConfigurationDatabase:NotApplicable
        failover rights=ReadOnly                   | AccountRights:Absent
        failback rights=ReadOnly                   | AccountRights:Absent
        reprotect rights=full                      | AccountRights
        reprotect known=WEB01                      | MachineKnown
        reprotect known-unknown                    | MachineKnown:NotApplicable
        reprotect registered-at=10.0.0.2           | MachineFindsServer
        reprotect                                  | MachineFindsServer:NotApplicable
        failover known=db01                        | MachineKnown:NotApplicable
        reprotect use-ps=PS-AZURE                  | ProcessServer
        reprotect no-ps-azure                      | ProcessServer ProcessServerPlace
        reprotect ps-silent                        | ProcessServer ProcessServerAnswers
        reprotect ps-added=15                      | ProcessServerShows
        reprotect use-ps=ps-azure ps-added=1 refreshed=1 | ProcessServerShows
        reprotect use-ps=ps-azure ps-added=5 refreshed=0 | ProcessServerShows
        reprotect use-ps=ps-azure ps-heartbeat=15  | ProcessServerHeartbeat ProcessServerAnswers
        reprotect use-ps=ps-azure ps-unheard       | ProcessServerHeartbeat
        reprotect use-ps=ps-azure ps-closed=80     | ProcessServerPorts
        reprotect use-ps=ps-azure ps-closed=9444   | ProcessServerPorts
        reprotect ps-port=9444 data-port=9444      | ProcessServerDataPort
        reprotect use-ps=ps-azure                  | ProcessServerPath
        reprotect use-ps=ps-azure connection=SiteToSiteVpn | ProcessServerPlace
        failback ps-silent                         | ProcessServerRuns
        failover no-ps                             | ProcessServerRuns:NotApplicable
        reprotect use-ps=ps-home                   | ProcessServerPlace
        reprotect-to-azure                         | ProcessServerPlace:NotApplicable ProcessServerPath
        """;

    private const string Nothing = """
        reprotect home-gone       | ConfigurationServer ConfigurationServerConnected AccountRights MachineKnown ProcessServerPlace
        failback home-gone        | ConfigurationServer ConfigurationServerConnected MachineKnown
        reprotect no-cs           | ConfigurationServerConnected AccountRights MachineKnown ProcessServerDataPort
        reprotect azure-gone      | ProcessServer ProcessServerShows ProcessServerAnswers ProcessServerHeartbeat ProcessServerPorts ProcessServerPath
        reprotect no-ps           | ProcessServerShows ProcessServerAnswers ProcessServerHeartbeat ProcessServerPorts ProcessServerDataPort ProcessServerPath ProcessServerPlace
        reprotect no-connection   | ProcessServerPlace
        """;

    public static TheoryData<string> BrokenCases => Notation.Cases(Broken);

    public static TheoryData<string> FineCases => Notation.Cases(Fine);

    public static TheoryData<string> NothingCases => Notation.Cases(Nothing);

    [Theory]
    [Requirement("TO-02", "TO-04", "TO-07", "TO-10", "RP-11", "ER-Own")]
    [MemberData(nameof(BrokenCases))]
    public void What_is_broken_alone_is_found_alone(string line) => ReadinessAssert.Finds(line);

    [Theory]
    [Requirement("TO-02", "TO-10", "RP-11")]
    [MemberData(nameof(FineCases))]
    public void What_nearly_breaks_is_not_found(string line) => ReadinessAssert.Passes(line);

    [Theory]
    [MemberData(nameof(NothingCases))]
    public void A_check_without_anything_to_look_at_says_so(string line) => ReadinessAssert.HasNothingToLookAt(line);
}
