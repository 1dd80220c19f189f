namespace AsrFailback.Core.Tests;

/// <summary>What the facts alone say.</summary>
public sealed class PhaseCheckTests
{
    // what is asked for and broken | exactly what is found
    internal const string Broken = """
        reprotect outdated             | VaultNewest:VaultOutdated
        failover outdated              | VaultNewest:VaultOutdated
        commit busy                    | NotBusy:ItemBusy
        reprotect phase=Protected      | ReplicaLost:ReplicaWhole
        reprotect replicating-home     | ReplicaLost:ReplicaWhole
        reprotect phase=CommitPending  | Phase:WrongPhase
        reprotect phase=Unprotected    | Phase:ProtectionDisabled
        failover phase=Committed       | Phase:WrongPhase
        test switching                 | NotSwitching:FailoverUnfinished
        test shut-down                 | NotSwitching:FailoverUnfinished
        point switching                | NotSwitching:FailoverUnfinished
        commit switching               | NotSwitching:ChangeUnfinished
        switch not-kept                | PointsKept:PointsLost
        cancel not-kept                | PointsKept:PointsLost
        failover planned               | Direction:UnsupportedDirection:InvalidFailoverDirection
        failback planned               | Direction:UnsupportedDirection:InvalidFailoverDirection
        failback avs planned           | Direction:UnsupportedDirection:InvalidFailoverDirection
        failback home-kind=HyperV      | Direction:UnsupportedDirection:InvalidFailoverDirection
        failback home-kind=Vmm         | Direction:UnsupportedDirection:InvalidFailoverDirection
        failover to=ToHome             | ExpectedDirection:DirectionMismatch:InvalidFailoverDirection
        failback to=FromHome           | ExpectedDirection:DirectionMismatch:InvalidFailoverDirection
        failover points=0              | HasRecoveryPoint:NoRecoveryPoint
        failback points=0              | HasRecoveryPoint:NoRecoveryPoint
        test points=0                  | HasRecoveryPoint:NoRecoveryPoint
        failover tested                | NoTestFailover:TestFailoverExists
        test tested                    | NoTestFailover:TestFailoverExists
        disable tested                 | NoTestFailover:TestFailoverExists
        clean-up untested              | TestFailoverExists:NoTestFailover:161011
        point mode=Synchronizing       | ReplicationInOrder:ReplicationNotInOrder
        point mode=Disconnected        | ReplicationInOrder:ReplicationNotInOrder
        reprotect migrated             | NotMigrated:MigrationCompleted
        migrate migrated               | NotMigrated:MigrationCompleted
        migrate at-home                | AwayFromHome:MachineAtHome
        fetch migrated                 | NotMigrated:MigrationCompleted
        fetch to=FromHome              | ExpectedDirection:DirectionMismatch:InvalidFailoverDirection
        reprotect home-kind=HyperV     | TurnsAround:ComesHomeByFailover
        reprotect home-kind=Vmm        | TurnsAround:ComesHomeByFailover
        reprotect home-kind=HyperV replicating-home replica-gone | TurnsAround:ComesHomeByFailover
        """;

    // what is asked for and changed, still possible | checks that looked
    internal const string Fine = """
        reprotect replicating-home replica-gone | ReplicaLost
        reprotect                      | VaultNewest NotBusy Phase NotMigrated
        disable phase=Unprotected      | Phase
        switch switching               | PointsKept NotSwitching:Absent
        cancel                         | PointsKept
        disable phase=Committed        | Phase
        failover switching shut-down   | NotSwitching:Absent Phase
        failover home-kind=HyperV planned | Direction
        failback home-kind=HyperV planned | Direction
        failback home-kind=Vmm planned | Direction
        failover home-kind=Physical    | Direction
        failback avs                   | Direction
        test avs                       | Direction
        failover to=FromHome           | ExpectedDirection
        failback to=ToHome             | ExpectedDirection
        failback                       | ExpectedDirection:NotApplicable
        failover points=1              | HasRecoveryPoint
        point points=0                 | HasRecoveryPoint:NotApplicable
        commit tested                  | NoTestFailover:NotApplicable
        clean-up                       | TestFailoverExists
        point mode=InOrder             | ReplicationInOrder
        failover mode=Disconnected     | ReplicationInOrder:NotApplicable
        disable phase=Committed migrated | NotMigrated:NotApplicable
        migrate                        | AwayFromHome
        test                           | NoTestFailover NotSwitching Direction
        fetch                          | Phase Direction NotMigrated AwayFromHome HasRecoveryPoint:NotApplicable
        fetch to=ToHome points=0       | ExpectedDirection
        reprotect-to-azure home-kind=HyperV | TurnsAround
        reprotect-to-azure home-kind=Vmm | TurnsAround
        reprotect home-kind=Vmm recovery-kind=Vmm last=Planned | TurnsAround
        """;

    public static TheoryData<string> BrokenCases => Notation.Cases(Broken);

    public static TheoryData<string> FineCases => Notation.Cases(Fine);

    [Theory]
    [Requirement("FO-04", "FB-01", "RP-08")]
    [MemberData(nameof(BrokenCases))]
    public void What_is_broken_alone_is_found_alone(string line) => ReadinessAssert.Finds(line);

    [Theory]
    [MemberData(nameof(FineCases))]
    public void What_nearly_breaks_is_not_found(string line) => ReadinessAssert.Passes(line);
}
