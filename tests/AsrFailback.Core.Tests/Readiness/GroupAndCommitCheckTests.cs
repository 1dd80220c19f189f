namespace AsrFailback.Core.Tests;

/// <summary>Machines that share their recovery points, and the end of a failover.</summary>
public sealed class GroupAndCommitCheckTests
{
    // what is asked for and broken | exactly what is found
    internal const string Broken = """
        reprotect grouped                            | GroupThroughPlan:GroupNeedsPlan
        reprotect grouped member=Linux               | GroupThroughPlan:GroupNeedsPlan
        reprotect-to-azure grouped                   | GroupThroughPlan:GroupNeedsPlan
        reprotect grouped plan member=Linux,mt02     | GroupMasterTarget:GroupMasterTarget
        reprotect grouped plan member=Linux,mt01 member=Linux,mt02 | GroupMasterTarget:GroupMasterTarget
        reprotect grouped plan member=Windows        | GroupFamily:GroupMixed
        failback grouped member=Windows              | GroupFamily:GroupMixed
        failback windows grouped member=Linux        | GroupFamily:GroupMixed
        commit home-on                             | OtherSideOff:OtherSideRuns
        commit-failback azure-on                   | OtherSideOff:OtherSideRuns
        commit machine-off                         | MachineVerified:MachineNotRunning:78093:Warning
        commit silent                              | MachineVerified:MachineNotRunning:78093:Warning
        cancel replica-gone                        | OldSourceWhole:OldSourceGone
        """;

    // what is asked for and changed, still possible | checks that looked
    internal const string Fine = """
        reprotect member=Windows,mt02              | GroupThroughPlan:NotApplicable GroupMasterTarget:NotApplicable GroupFamily:NotApplicable
        reprotect grouped plan                       | GroupThroughPlan GroupMasterTarget GroupFamily
        reprotect grouped plan member=linux,MT01     | GroupThroughPlan GroupMasterTarget GroupFamily
        reprotect grouped plan member=Linux          | GroupMasterTarget
        failback grouped member=Linux                | GroupFamily GroupThroughPlan:Absent
        failover grouped member=Windows              | GroupFamily:NotApplicable
        reprotect-to-azure grouped plan member=Linux,mt02 | GroupMasterTarget:NotApplicable
        commit                                     | OtherSideOff MachineVerified
        commit-failback                            | OtherSideOff MachineVerified
        commit replica-gone                        | OtherSideOff
        commit home-gone home-on                   | OtherSideOff:NotApplicable
        cancel                                     | OldSourceWhole TargetReachable SourceReachable
        commit azure-gone                          | MachineVerified:NotApplicable
        """;

    public static TheoryData<string> BrokenCases => Notation.Cases(Broken);

    public static TheoryData<string> FineCases => Notation.Cases(Fine);

    [Theory]
    [Requirement("RP-06", "RP-07", "FB-04")]
    [MemberData(nameof(BrokenCases))]
    public void What_is_broken_alone_is_found_alone(string line) => ReadinessAssert.Finds(line);

    [Theory]
    [MemberData(nameof(FineCases))]
    public void What_nearly_breaks_is_not_found(string line) => ReadinessAssert.Passes(line);
}
