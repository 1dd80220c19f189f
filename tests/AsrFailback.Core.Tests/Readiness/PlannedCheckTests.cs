namespace AsrFailback.Core.Tests;

/// <summary>Planned failovers lose nothing; home to Hyper-V they fetch the data.</summary>
public sealed class PlannedCheckTests
{
    // what is asked for and broken | exactly what is found
    internal const string Broken = """
        failover home-kind=HyperV planned home-gone               | PlannedSource:PlannedSourceAway
        failover home-kind=HyperV planned home-cut                | PlannedSource:PlannedSourceAway
        failover home-kind=HyperV planned azure-cut               | PlannedSource:PlannedSourceAway
        failover home-kind=Vmm recovery-kind=Vmm planned home-cut | PlannedSource:PlannedSourceAway
        fetch azure-cut                                           | PlannedSource:PlannedSourceAway
        failover home-kind=HyperV planned no-shutdown             | PlannedShutdown:PlannedShutsDown
        fetch no-shutdown                                         | PlannedShutdown:PlannedShutsDown
        failover home-kind=Vmm planned point=oldest               | OlderPointConfirmed:OlderPointUnconfirmed
        failover home-kind=Vmm planned point=newest wrote-since   | OlderPointConfirmed:OlderPointUnconfirmed
        failback home-kind=HyperV planned point=oldest            | OlderPointConfirmed:OlderPointUnconfirmed
        failover home-kind=Vmm planned point=oldest allow-older   | PointAge:PointOlderThanLatest:Warning
        failover data-sync=BeforeFailover                         | FailbackParameters:FailbackOnly
        failover home-kind=HyperV planned data-sync=DuringFailover | FailbackParameters:FailbackOnly
        failover home-kind=HyperV planned create                  | FailbackParameters:FailbackOnly
        failover home-kind=HyperV planned vm-host=esxi01          | FailbackParameters:FailbackOnly
        failover home-kind=Vmm recovery-kind=Vmm planned fetch-to=dc1 | FailbackParameters:FailbackOnly
        fetch away=30                                             | DownloadAdvised:DownloadAdvised:Warning
        fetch replica-gone create                                 | DownloadAdvised:DownloadAdvised:Warning
        fetch replica-gone data-sync=DuringFailover               | HomeMachine:HomeMachineGone
        fetch replica-gone create data-sync=DuringFailover vm-host=hv09 | VMHost:HostUnknown
        fetch replica-gone create data-sync=DuringFailover host-runs=ESXi | VMHost:HostNotHyperV
        fetch replica-gone create data-sync=DuringFailover host-system=Windows_Server_2012 | VMHost:HostNotHyperV
        fetch replica-gone create data-sync=DuringFailover host-system=Windows_Server_2008_R2 | VMHost:HostNotHyperV
        fetch replica-gone create data-sync=DuringFailover host-system=Linux | VMHost:HostNotHyperV
        fetch replica-gone create data-sync=DuringFailover vm-host=esxi01 host-storage=esxi02 | VMHost:HostWithoutStorage
        fetch vm-host=esxi02                                      | VMHost:HostIgnored
        fetch replica-gone create data-sync=DuringFailover host-switch=dmz | VirtualSwitch:SwitchMissing
        reprotect home-kind=Vmm recovery-kind=Vmm last=Unplanned  | ReverseReplication:ReverseResendsAll:Warning
        reprotect-to-azure home-kind=Vmm recovery-kind=Vmm last=Unplanned | ReverseReplication:ReverseResendsAll:Warning
        """;

    // what is asked for and changed, still possible | checks that looked
    internal const string Fine = """
        failover home-kind=HyperV planned                         | PlannedSource PlannedShutdown OlderPointConfirmed:NotApplicable
        failover home-kind=Vmm planned point=newest               | OlderPointConfirmed PointAge:NotApplicable
        failover home-kind=HyperV no-shutdown                     | PlannedShutdown:NotApplicable PlannedSource:NotApplicable
        failover point=newest                                     | OlderPointConfirmed:NotApplicable
        failover                                                  | FailbackParameters:NotApplicable
        fetch                                                     | PlannedSource PlannedShutdown DownloadAdvised HomeMachine VMHost:NotApplicable VirtualSwitch:NotApplicable
        fetch torn phase=Protected                                | HomeMachine FailbackParameters:NotApplicable
        fetch data-sync=BeforeFailover create vm-host=esxi01      | FailbackParameters:NotApplicable
        fetch away=29.9                                           | DownloadAdvised
        fetch away=30 data-sync=DuringFailover                    | DownloadAdvised:NotApplicable
        fetch replica-gone create data-sync=DuringFailover        | HomeMachine VMHost VirtualSwitch
        fetch replica-gone create data-sync=DuringFailover vm-host=ESXI02 host-switch=LAN | VMHost VirtualSwitch
        fetch replica-gone create data-sync=DuringFailover host-storage=esxi02 | VMHost
        fetch vm-host=ESXI01                                      | VMHost:NotApplicable
        fetch replica-gone create data-sync=DuringFailover host-system=windows_server_2012_r2_datacenter host-runs=hyper-v | VMHost
        fetch replica-gone create data-sync=DuringFailover host-system=Windows_Server_2022 | VMHost
        reprotect home-kind=Vmm recovery-kind=Vmm last=Planned    | ReverseReplication
        reprotect                                                 | ReverseReplication:NotApplicable
        """;

    private const string Nothing = """
        fetch home-gone                                           | PlannedSource DownloadAdvised HomeMachine VMHost VirtualSwitch
        failover home-kind=HyperV planned azure-gone              | PlannedSource
        failback home-kind=HyperV planned                         | DownloadAdvised HomeMachine VMHost VirtualSwitch
        """;

    public static TheoryData<string> BrokenCases => Notation.Cases(Broken);

    public static TheoryData<string> FineCases => Notation.Cases(Fine);

    public static TheoryData<string> NothingCases => Notation.Cases(Nothing);

    [Theory]
    [Requirement("FO-02", "FO-09", "FO-10", "FB-05", "FB-07")]
    [MemberData(nameof(BrokenCases))]
    public void What_is_broken_alone_is_found_alone(string line) => ReadinessAssert.Finds(line);

    [Theory]
    [Requirement("FO-02", "FO-10", "FB-05", "FB-07")]
    [MemberData(nameof(FineCases))]
    public void What_nearly_breaks_is_not_found(string line) => ReadinessAssert.Passes(line);

    [Theory]
    [MemberData(nameof(NothingCases))]
    public void A_check_without_anything_to_look_at_says_so(string line) => ReadinessAssert.HasNothingToLookAt(line);
}
