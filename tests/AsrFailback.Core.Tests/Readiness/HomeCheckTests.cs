using AsrFailback.Core.Protection;
using AsrFailback.Core.Readiness;

namespace AsrFailback.Core.Tests;

/// <summary>A way home to another site than the one the machine left.</summary>
public sealed class HomeCheckTests
{
    // what is asked for and broken | exactly what is found
    internal const string Broken = """
        reprotect unknown-home=dc9                         | HomeDiscovered:SiteNotDiscovered
        reprotect moves-home                               | OldHomeLeft:OldMachineLeft:Warning
        reprotect moves-home former-gone                   | OldHomeLeft:OldMachineLeft:Warning
        reprotect moves-home replicating-home              | OldHomeLeft:OldReplicaGivenUp:Warning
        reprotect moves-home former-cs=cs00                | ConfigurationServerStays:AgentRegistersAnew:Warning
        reprotect moves-home former-address=10.0.0.9       | ConfigurationServerStays:AgentRegistersAnew:Warning
        reprotect moves-home former-cs=cs00 former-known=db01 known=db01 | ConfigurationServerStays:AgentRegistersAnew:Warning
        reprotect moves-home former-known=db01             | MachineKnown:MachineNotKnown
        fetch fetch-unknown=dc9                            | HomeDiscovered:SiteNotDiscovered
        fetch fetch-moves replica-gone create data-sync=DuringFailover | OldHomeLeft:OldMachineLeft:Warning
        reprotect moves-home other-path                    | ProtectionGroupWhole:ProtectionGroupSplit:Warning
        reprotect moves-home grouped plan member=Linux,mt01,onprem-1 | GroupMasterTarget:GroupMasterTarget
        """;

    internal const string Fine = """
        reprotect use-fabric=onprem                        | HomeDiscovered OldHomeLeft:NotApplicable ConfigurationServerStays:NotApplicable ProtectionGroupWhole:NotApplicable
        reprotect                                          | HomeDiscovered:NotApplicable OldHomeLeft:NotApplicable
        reprotect moves-home                               | HomeDiscovered ConfigurationServerStays ProtectionGroupWhole TargetHypervisor MachineKnown
        reprotect moves-home known=db01                    | MachineKnown
        reprotect moves-home grouped plan member=Linux,mt01 | GroupMasterTarget
        failback                                           | HomeDiscovered:NotApplicable OldHomeLeft:NotApplicable ConfigurationServerStays:Absent
        fetch fetch-to=onprem                              | HomeDiscovered OldHomeLeft:NotApplicable
        """;

    private const string Nothing = """
        reprotect moves-home former-gone                   | ConfigurationServerStays MachineKnown MachineFindsServer
        reprotect moves-home no-cs                         | ConfigurationServerStays
        reprotect unknown-home=dc9                         | TargetReachable TargetHypervisor TargetNotPhysical
        """;

    public static TheoryData<string> BrokenCases => Notation.Cases(Broken);

    public static TheoryData<string> FineCases => Notation.Cases(Fine);

    public static TheoryData<string> NothingCases => Notation.Cases(Nothing);

    [Theory]
    [Requirement("RP-03", "RP-06", "RP-15", "TO-02", "TO-08")]
    [MemberData(nameof(BrokenCases))]
    public void What_is_broken_alone_is_found_alone(string line) => ReadinessAssert.Finds(line);

    [Theory]
    [Requirement("RP-15")]
    [MemberData(nameof(FineCases))]
    public void What_nearly_breaks_is_not_found(string line) => ReadinessAssert.Passes(line);

    [Theory]
    [MemberData(nameof(NothingCases))]
    public void A_check_without_anything_to_look_at_says_so(string line) => ReadinessAssert.HasNothingToLookAt(line);

    // what is asked for | the sites that the refusal names
    [Theory]
    [Requirement("RP-10", "RP-15", "FO-04")]
    [InlineData("reprotect unknown-home=dc9 homes=dc1,dc2", "dc1, dc2")]
    [InlineData("reprotect unknown-home=dc9", "-")]
    [InlineData("reprotect home-kind=Physical homes=dc1", "dc1")]
    [InlineData("reprotect moves-home target-kind=HyperV homes=onprem-1", "onprem-1")]
    public void A_site_that_takes_no_machine_home_is_refused_with_those_that_do(string words, string named)
    {
        var reason = World.Report(words).Single(check => check.State == CheckState.Failed).Finding!;

        Assert.Contains($": {named}.", reason.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RP-04")]
    public void A_machine_that_was_left_and_ran_is_in_the_health_until_it_is_gone()
    {
        var facts = HomeMove.To(Facts.In(Phase.Committed, Side.Home, Side.Recovery), "dc1", FabricKind.VMware, Guid.Empty);
        var ran = facts with { Left = [.. facts.Left.Select(left => left with { Ran = true })] };

        Assert.Empty(HealthRules.CheckLeft(facts));
        Assert.Equal("OldMachinePoweredOn", Assert.Single(HealthRules.CheckLeft(ran)).Id);
    }
}
