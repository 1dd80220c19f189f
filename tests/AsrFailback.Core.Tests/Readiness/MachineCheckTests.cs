namespace AsrFailback.Core.Tests;

/// <summary>The machine where it runs, its agent, and the one that waits at the target.</summary>
public sealed class MachineCheckTests
{
    // what is asked for and broken | exactly what is found
    internal const string Broken = """
        reprotect protected-as=Azure               | NotCreatedInAzure:MachineCreatedInAzure
        reprotect machine-deleted                  | MachineExists:MachineDeleted
        reprotect machine-deleted replica-gone     | MachineExists:MachineDeleted
        reprotect machine-renamed                  | MachineExists:MachineRenamed:28175
        reprotect group=rg2                        | ResourceGroup:MachineMoved
        reprotect machine-off                      | MachineRunning:MachineNotRunning:78093
        reprotect silent                           | MachineRunning:MachineNotRunning:78093
        reprotect silent no-path agent-missing     | MachineRunning:MachineNotRunning:78093
        reprotect agent-missing booted=0           | AgentRegistered:AgentNotRegisteredYet
        reprotect agent-missing booted=14.99       | AgentRegistered:AgentNotRegisteredYet
        reprotect agent-missing booted=15          | AgentRegistered:AgentNotRegistered
        reprotect agent-missing never-booted       | AgentRegistered:AgentNotRegistered
        reprotect no-path                          | AgentPath:ConfigurationServerUnreachable:95226
        reprotect agent-stopped                    | AgentPath:ConfigurationServerUnreachable:95226
        reprotect protected-as=Physical version=Windows_Server_2008_R2_SP1 | OperatingSystemReturns:PhysicalWindows2008
        reprotect protected-as=Physical version=windows_server_2008_r2_sp1_standard | OperatingSystemReturns:PhysicalWindows2008
        reprotect stray                            | NoNamesake:NameClash:78052
        reprotect replica-renamed                  | ReplicaName:ReplicaRenamed
        reprotect replica-renamed home-on          | ReplicaName:ReplicaRenamed
        reprotect replica-shared                   | DisksOfItsOwn:DiskShared
        failback replica-renamed                   | ReplicaThere:ReplicaRenamed
        failback replica-shared                    | DisksOfItsOwn:DiskShared
        reprotect home-on                          | HomeMachineOff:HomeMachineRuns:Warning
        reprotect snapshots=1 unmergeable          | SnapshotsMerge:SnapshotMergeFails
        failback replica-gone                      | ReplicaThere:MachineNotFound
        failback home-on                           | ReplicaOff:ReplicaRuns
        failback suspect                           | ReplicaTrusted:ReplicaSuspect
        failover suspect                           | ReplicaTrusted:ReplicaSuspect
        test suspect                               | ReplicaTrusted:ReplicaSuspect
        test suspect home-gone                     | ReplicaTrusted:ReplicaSuspect:Warning
        failover machine-deleted                   | ReplicaThere:MachineNotFound
        test machine-deleted                       | ReplicaThere:MachineNotFound
        failback disk-gone                         | ReplicaDisks:ReplicaDiskMissing
        failback snapshots=1                       | ReplicaSnapshots:SnapshotsAppeared:Warning
        failback free-memory=4095                  | HostMemory:HostMemory:8038
        failback avs free-memory=0                 | HostMemory:HostMemory:8038
        failover quota=0                           | AzureQuota:AzureQuotaUsedUp:28031
        test quota=0                               | AzureQuota:AzureQuotaUsedUp:28031
        failover subnet=10.9.0.0/16                | AddressInSubnet:AddressOutsideSubnet
        failback subnet=10.9.0.0/16                | AddressInSubnet:AddressOutsideSubnet
        failover address-taken                     | NetworkInterface:AddressTaken:28092
        failover second-nic=lan,10.0.0.5,10.0.0.4  | NetworkInterface:AddressTaken:28092 AddressKept:AddressChanges:Warning
        failover second-nic=lan,10.0.0.5,10.0.0.5 nic-target=nic1,,10.9.0.5 subnet=10.0.0.0/16 | AddressInSubnet:AddressOutsideSubnet AddressKept:AddressChanges:Warning
        failover address-taken-too second-nic=lan,10.0.0.9,10.0.0.9 | NetworkInterface:AddressTaken:28092
        failover unbootable                        | BootsInAzure:HydrationFails:170010
        test unbootable                            | BootsInAzure:HydrationFails:170010
        """;

    // what is asked for and changed, still possible | checks that looked
    internal const string Fine = """
        reprotect                                  | NotCreatedInAzure MachineExists MachineRunning HomeMachineOff
        reprotect protected-as=Physical            | NotCreatedInAzure
        reprotect group=RG1                        | ResourceGroup
        reprotect group-unknown group=rg2          | ResourceGroup:NotApplicable
        reprotect booted=51                        | AgentRegistered AgentPath
        reprotect protected-as=Physical version=Windows_Server_2008_R2 | OperatingSystemReturns
        reprotect protected-as=Physical version-unknown | OperatingSystemReturns
        reprotect version=Windows_Server_2008_R2_SP1 | OperatingSystemReturns:NotApplicable
        reprotect                                  | DisksOfItsOwn ReplicaName:NotApplicable
        reprotect-to-azure                         | DisksOfItsOwn ReplicaName:NotApplicable
        reprotect replica-gone                     | ReplicaName DisksOfItsOwn
        reprotect replica-gone neighbour-elsewhere | ReplicaName DisksOfItsOwn
        reprotect replica-gone                     | NoNamesake:NotApplicable HomeMachineOff:NotApplicable SnapshotsMerge:NotApplicable
        reprotect use-mt=mt01                      | NoNamesake
        reprotect snapshots=5                      | SnapshotsMerge
        reprotect unmergeable                      | SnapshotsMerge:NotApplicable
        failback                                   | ReplicaOff ReplicaThere ReplicaDisks ReplicaSnapshots
        failback replica-ran                       | ReplicaTrusted
        reprotect suspect                          | ReplicaTrusted:Absent
        failover disk-gone                         | ReplicaThere ReplicaDisks
        reprotect replica-gone                     | ReplicaThere:Absent
        failover snapshots=1                       | ReplicaSnapshots:NotApplicable
        reprotect free-memory=0                    | HostMemory:Absent
        failback free-memory=4096                  | HostMemory
        failover free-memory=0                     | HostMemory:NotApplicable
        failback free-memory-unknown               | HostMemory:NotApplicable
        failback memory-unknown                    | HostMemory:NotApplicable
        failover quota=1                           | AzureQuota
        failover quota-unknown                     | AzureQuota
        failback quota=0                           | AzureQuota:NotApplicable
        failover                                   | NetworkInterface BootsInAzure
        failover address-taken-elsewhere           | NetworkInterface
        failover address-taken-too second-nic=lan,10.0.0.9,10.0.0.9 nic-target=nic1,vnet2, azure-networks=vnet,vnet2 | NetworkInterface
        failover address-taken-too second-nic=lan,10.0.0.9,10.0.0.9 nic-target=nic1,out | NetworkInterface
        failover                                   | AddressInSubnet
        failover subnet=10.0.0.0/16                | AddressInSubnet
        failover subnet=10.9.0.0/16,10.0.0.0/24    | AddressInSubnet
        failback unbootable                        | BootsInAzure:NotApplicable
        """;

    private const string Nothing = """
        reprotect azure-gone      | MachineExists ResourceGroup MachineRunning AgentRegistered AgentPath
        reprotect home-gone       | ReplicaName DisksOfItsOwn AgentRegistered AgentPath OperatingSystemReturns NoNamesake HomeMachineOff SnapshotsMerge
        reprotect machine-deleted | ResourceGroup MachineRunning AgentRegistered AgentPath NoNamesake
        reprotect machine-off     | AgentRegistered AgentPath
        reprotect-to-azure        | OperatingSystemReturns NoNamesake HomeMachineOff SnapshotsMerge
        failback home-gone        | HostMemory ReplicaThere ReplicaDisks ReplicaSnapshots
        failback replica-gone     | HostMemory ReplicaDisks ReplicaSnapshots ReplicaOff
        failover azure-gone       | AzureQuota NetworkInterface BootsInAzure
        failover target-address=none | NetworkInterface
        failover target-address=none subnet=10.9.0.0/16 | AddressInSubnet
        """;

    public static TheoryData<string> BrokenCases => Notation.Cases(Broken);

    public static TheoryData<string> FineCases => Notation.Cases(Fine);

    public static TheoryData<string> NothingCases => Notation.Cases(Nothing);

    [Theory]
    [Requirement("TO-06", "RP-04", "RP-05", "RP-08", "RP-10", "RP-13", "MT-11", "FB-01")]
    [Requirement("ER-95226", "ER-78093", "ER-78052", "ER-8038")]
    [MemberData(nameof(BrokenCases))]
    public void What_is_broken_alone_is_found_alone(string line) => ReadinessAssert.Finds(line);

    [Theory]
    [Requirement("TO-06", "RP-05")]
    [MemberData(nameof(FineCases))]
    public void What_nearly_breaks_is_not_found(string line) => ReadinessAssert.Passes(line);

    [Theory]
    [MemberData(nameof(NothingCases))]
    public void A_check_without_anything_to_look_at_says_so(string line) => ReadinessAssert.HasNothingToLookAt(line);

    [Fact]
    [Requirement("TO-06")]
    public void An_agent_that_is_late_is_told_since_when_and_when_to_try_again()
    {
        var error = World.Report("reprotect agent-missing booted=10").Single(check => check.Id == "AgentRegistered").Finding!;

        Assert.Contains("2020-01-02 11:50:00Z", error.Message, StringComparison.Ordinal);
        Assert.Contains("2020-01-02 12:05:00Z", error.RecommendedAction, StringComparison.Ordinal);
        Assert.True(error.Temporary);
    }
}
