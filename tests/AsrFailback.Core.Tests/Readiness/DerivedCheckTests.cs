namespace AsrFailback.Core.Tests;

/// <summary>What follows from the direction may be named; another one is refused, and what is fixed stays.</summary>
public sealed class DerivedCheckTests
{
    // what is named or changed | exactly what is found
    internal const string Broken = """
        reprotect use-group=onprem-azure                             | ProtectionGroup:ProtectionGroupMismatch
        reprotect use-group=shop_Failback                            | ProtectionGroup:ProtectionGroupMismatch
        reprotect in-group=shop use-group=shop                       | ProtectionGroup:ProtectionGroupMismatch
        reprotect in-group=shop use-group=onprem-azure_Failback      | ProtectionGroup:ProtectionGroupMismatch
        reprotect-to-azure use-group=onprem-azure_Failback           | ProtectionGroup:ProtectionGroupMismatch
        reprotect-to-azure in-group=shop use-group=shop_Failback     | ProtectionGroup:ProtectionGroupMismatch
        reprotect use-policy=web01-policy                            | Policy:PolicyMismatch
        reprotect use-policy=other-failback                          | Policy:PolicyMismatch
        reprotect-to-azure use-policy=onprem-failback                | Policy:PolicyMismatch
        update-home rpo=30                                           | FailbackPolicy:FailbackPolicyFixed:Warning
        update-home age=72                                           | FailbackPolicy:FailbackPolicyFixed:Warning
        update-home app=120                                          | FailbackPolicy:FailbackPolicyFixed:Warning
        """;

    // what is named or changed, and is possible | checks that looked
    internal const string Fine = """
        reprotect                                                    | ProtectionGroup:NotApplicable Policy:NotApplicable FailbackPolicy:Absent
        reprotect use-group=onprem-azure_Failback                    | ProtectionGroup
        reprotect in-group=shop use-group=SHOP_failback              | ProtectionGroup
        reprotect-to-azure in-group=shop use-group=shop              | ProtectionGroup
        reprotect-to-azure use-group=onprem-azure                    | ProtectionGroup
        reprotect use-policy=ONPREM-failback                         | Policy
        reprotect avs use-policy=onprem-failback                     | Policy
        reprotect-to-azure use-policy=web01-policy                   | Policy
        failover                                                     | ProtectionGroup:Absent Policy:Absent
        update-home                                                  | FailbackPolicy
        update-home every=1                                          | FailbackPolicy
        update rpo=30                                                | FailbackPolicy:NotApplicable
        """;

    public static TheoryData<string> BrokenCases => Notation.Cases(Broken);

    public static TheoryData<string> FineCases => Notation.Cases(Fine);

    [Theory]
    [Requirement("TO-08", "TO-09")]
    [MemberData(nameof(BrokenCases))]
    public void Another_one_than_what_is_taken_is_refused_and_a_change_of_what_is_fixed_is_told(string line) => ReadinessAssert.Finds(line);

    [Theory]
    [Requirement("TO-08", "TO-09")]
    [MemberData(nameof(FineCases))]
    public void What_is_taken_may_be_named_and_the_rest_changed(string line) => ReadinessAssert.Passes(line);

    [Theory]
    [Requirement("TO-08", "TO-09")]
    [InlineData("reprotect in-group=shop use-group=shop", "ProtectionGroup", "Name the group shop_Failback")]
    [InlineData("reprotect-to-azure in-group=shop use-group=shop_Failback", "ProtectionGroup", "Name the group shop,")]
    [InlineData("reprotect use-policy=web01-policy", "Policy", "Name the policy onprem-failback")]
    [InlineData("reprotect-to-azure use-policy=onprem-failback", "Policy", "Name the policy web01-policy")]
    [InlineData("update-home age=72", "FailbackPolicy", "protected to azure again")]
    public void The_right_one_is_named(string words, string check, string remedy) =>
        Assert.Contains(remedy, World.Report(words).Single(result => result.Id == check).Finding!.RecommendedAction, StringComparison.Ordinal);
}
