namespace AsrFailback.Core.Tests;

/// <summary>What a reprotect takes by itself may be named; another one is refused.</summary>
public sealed class DerivedCheckTests
{
    // what is named | exactly what is found
    internal const string Broken = """
        reprotect use-group=onprem-azure                             | ProtectionGroup:ProtectionGroupMismatch
        reprotect use-group=shop_Failback                            | ProtectionGroup:ProtectionGroupMismatch
        reprotect in-group=shop use-group=shop                       | ProtectionGroup:ProtectionGroupMismatch
        reprotect in-group=shop use-group=onprem-azure_Failback      | ProtectionGroup:ProtectionGroupMismatch
        reprotect-to-azure use-group=onprem-azure_Failback           | ProtectionGroup:ProtectionGroupMismatch
        reprotect-to-azure in-group=shop use-group=shop_Failback     | ProtectionGroup:ProtectionGroupMismatch
        """;

    // what is named, and is what is taken | checks that looked
    internal const string Fine = """
        reprotect                                                    | ProtectionGroup:NotApplicable
        reprotect use-group=onprem-azure_Failback                    | ProtectionGroup
        reprotect in-group=shop use-group=SHOP_failback              | ProtectionGroup
        reprotect-to-azure in-group=shop use-group=shop              | ProtectionGroup
        reprotect-to-azure use-group=onprem-azure                    | ProtectionGroup
        failover                                                     | ProtectionGroup:Absent
        """;

    public static TheoryData<string> BrokenCases => Notation.Cases(Broken);

    public static TheoryData<string> FineCases => Notation.Cases(Fine);

    [Theory]
    [Requirement("TO-08")]
    [MemberData(nameof(BrokenCases))]
    public void Another_one_than_what_is_taken_is_refused(string line) => ReadinessAssert.Finds(line);

    [Theory]
    [Requirement("TO-08")]
    [MemberData(nameof(FineCases))]
    public void What_is_taken_may_be_named(string line) => ReadinessAssert.Passes(line);

    [Fact]
    [Requirement("TO-08")]
    public void The_right_group_is_named() =>
        Assert.Contains("Name the group shop_Failback", World.Report("reprotect in-group=shop use-group=shop").Single(check => check.Id == "ProtectionGroup").Finding!.RecommendedAction, StringComparison.Ordinal);
}
