namespace AsrFailback.Core.Tests;

/// <summary>What the caller should know of the outcome before it starts.</summary>
public sealed class OutcomeCheckTests
{
    // what is asked for and changed | exactly what is told
    internal const string Broken = """
        failover point=unknown                     | Point:PointNotFound
        test point=unknown                         | Point:PointNotFound
        fetch points=0 point=unknown               | Point:PointNotFound
        failover point=oldest                      | PointAge:PointOlderThanLatest:Warning
        failback point=oldest                      | PointAge:PointOlderThanLatest:Warning
        switch wrote                               | WritesSinceFailover:WritesGivenUp:Warning
        cancel wrote                               | WritesSinceFailover:WritesGivenUp:Warning
        failover shutdown=0                        | ShutdownTimeout:TimeOutOfRange
        failover shutdown=3601                     | ShutdownTimeout:TimeOutOfRange
        failover roll-back=59                      | RollBackAfter:TimeOutOfRange
        failover roll-back=604801                  | RollBackAfter:TimeOutOfRange
        failover loss=30 no-shutdown               | ExpectedLoss:LossExpected:Warning
        failover loss=0.1 no-shutdown              | ExpectedLoss:LossExpected:Warning
        failover home-gone                         | SourceAnswers:SourceAway:Warning
        failback azure-gone                        | SourceAnswers:SourceAway:Warning
        failover loss=30 home-gone no-shutdown     | ExpectedLoss:LossExpected:Warning
        failover loss=30 home-gone                 | SourceAnswers:SourceAway:Warning ExpectedLoss:LossExpected:Warning
        failover loss=30 home-cut                  | ExpectedLoss:LossExpected:Warning
        failover loss=30 azure-cut                 | ExpectedLoss:LossExpected:Warning
        failback                                   | LinuxNetworkManager:LinuxWithoutNetworkManager:Warning
        failback static                            | LinuxNetworkManager:LinuxWithoutNetworkManager:Warning LinuxStaticAddress:LinuxOnDhcp:Warning
        failback static home-address=10.0.0.9      | LinuxNetworkManager:LinuxWithoutNetworkManager:Warning LinuxStaticAddress:LinuxOnDhcp:Warning
        failback home-address=10.0.0.9             | LinuxNetworkManager:LinuxWithoutNetworkManager:Warning AddressKept:AddressChanges:Warning
        failback avs static                        | LinuxStaticAddress:LinuxOnDhcp:Warning
        failback windows static home-address=none  | WindowsStaticAddress:WindowsAddressNotRecorded:Warning
        failover windows                           | VMwareToolsState:VMwareToolsDisabled:Warning
        failover target-address=10.1.0.4           | AddressKept:AddressChanges:Warning
        failover target-address=none               | AddressKept:AddressChanges:Warning
        failover public                            | PublicAddress:PublicAddressLost:Warning
        failover mapped=gone                       | NetworkMapping:MappedNetworkMissing:Warning
        failover neighbour                         | WholeSubnet:SubnetPartly:Warning
        failover neighbour along                   | WholeSubnet:SubnetPartly:Warning
        failover second-nic=lan,10.0.0.5,          | AddressKept:AddressChanges:Warning
        failover second-nic=dmz,10.9.0.5,10.9.0.5 nic-target=nic1,gone, | NetworkMapping:MappedNetworkMissing:Warning
        failover second-nic=dmz,10.9.0.5,10.9.0.5 nic-target=nic1,,10.9.0.6 | AddressKept:AddressChanges:Warning
        failover second-nic=dmz,10.9.0.5,10.9.0.5 neighbour-on=dmz | WholeSubnet:SubnetPartly:Warning
        failover second-nic=dmz,9.9.0.5,9.9.0.5,public | PublicAddress:PublicAddressLost:Warning
        failback second-nic=dmz,10.9.0.5,10.9.0.5,static | LinuxNetworkManager:LinuxWithoutNetworkManager:Warning LinuxStaticAddress:LinuxOnDhcp:Warning
        failback windows second-nic=dmz,,,static   | WindowsStaticAddress:WindowsAddressNotRecorded:Warning
        failover windows data-disk                 | DriveLetters:DriveLettersMayChange:Warning
        failback windows data-disk                 | DriveLetters:DriveLettersMayChange:Warning
        """;

    // what is asked for and changed, nothing to tell | checks that looked
    internal const string Fine = """
        failover point=newest                      | Point PointAge
        failover                                   | Point:NotApplicable PointAge:NotApplicable ExpectedLoss:NotApplicable
        switch                                     | WritesSinceFailover
        failover shutdown=1 roll-back=60           | ShutdownTimeout RollBackAfter
        failover shutdown=3600 roll-back=604800    | ShutdownTimeout RollBackAfter
        failover                                   | SourceAnswers
        failover home-gone no-shutdown             | SourceAnswers:NotApplicable
        failover loss=30                           | ExpectedLoss
        failover loss=0 no-shutdown                | ExpectedLoss
        failover loss=30 no-shutdown point=newest  | ExpectedLoss:NotApplicable
        failback windows                           | LinuxNetworkManager:NotApplicable LinuxStaticAddress:NotApplicable WindowsStaticAddress
        failover static                            | LinuxNetworkManager:NotApplicable LinuxStaticAddress:NotApplicable
        failback                                   | LinuxStaticAddress
        failback windows static                    | WindowsStaticAddress
        failback windows home-address=none         | WindowsStaticAddress
        failback windows                           | VMwareToolsState:NotApplicable
        failover                                   | VMwareToolsState:NotApplicable
        failover home-kind=Physical windows        | VMwareToolsState:NotApplicable
        failback home-kind=HyperV planned windows  | VMwareToolsState:NotApplicable
        failover                                   | AddressKept
        failover home-address=none                 | AddressKept:NotApplicable WholeSubnet:NotApplicable
        failback public                            | PublicAddress:NotApplicable
        failover                                   | NetworkMapping:NotApplicable
        failover mapped=VNET                       | NetworkMapping
        failback mapped=gone                       | NetworkMapping:NotApplicable
        failover isolated mapped=gone              | NetworkMapping:NotApplicable
        failover second-nic=dmz,10.9.0.5,10.9.0.5  | AddressKept
        failover second-nic=dmz,10.9.0.5, nic-target=nic1,out neighbour-on=dmz | AddressKept WholeSubnet
        failover mapped=VNET second-nic=lan,, nic-target=nic1,out | NetworkMapping
        failover neighbour-off                     | WholeSubnet
        failover neighbour-elsewhere               | WholeSubnet
        failover neighbour neighbour-along         | WholeSubnet
        failover neighbour neighbour-along along   | WholeSubnet
        failover isolated neighbour                | WholeSubnet:NotApplicable
        failover windows                           | DriveLetters
        failover data-disk                         | DriveLetters:NotApplicable
        """;

    private const string Nothing = """
        failback home-gone                    | LinuxNetworkManager LinuxStaticAddress VMwareToolsState AddressKept WholeSubnet
        failover azure-gone public            | AddressKept PublicAddress WholeSubnet
        failover home-gone public neighbour   | AddressKept PublicAddress WholeSubnet
        failover azure-gone windows data-disk | VMwareToolsState DriveLetters
        failover target-address=10.1.0.4 neighbour | WholeSubnet
        """;

    public static TheoryData<string> BrokenCases => Notation.Cases(Broken);

    public static TheoryData<string> FineCases => Notation.Cases(Fine);

    public static TheoryData<string> NothingCases => Notation.Cases(Nothing);

    [Theory]
    [Requirement("FO-03", "FO-10", "FO-12", "RP-16")]
    [MemberData(nameof(BrokenCases))]
    public void What_changes_is_told_and_nothing_else(string line) => ReadinessAssert.Finds(line);

    [Theory]
    [Requirement("RP-16", "FO-12")]
    [MemberData(nameof(FineCases))]
    public void What_stays_as_it_is_is_not_told(string line) => ReadinessAssert.Passes(line);

    [Theory]
    [MemberData(nameof(NothingCases))]
    public void A_check_without_anything_to_look_at_says_so(string line) => ReadinessAssert.HasNothingToLookAt(line);

    [Fact]
    [Requirement("FO-03", "FO-10")]
    public void A_loss_is_told_with_its_time_and_its_seconds()
    {
        var loss = World.Report("failover loss=30 no-shutdown").Single(check => check.Id == "ExpectedLoss").Finding!.Message;
        var age = World.Report("failover point=oldest").Single(check => check.Id == "PointAge").Finding!.Message;

        Assert.Contains("2020-01-02 11:59:30Z: about 30 seconds", loss, StringComparison.Ordinal);
        Assert.Contains("2020-01-02 11:50:00Z, 300 seconds", age, StringComparison.Ordinal);
    }
}
