using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Readiness;

/// <summary>What follows from the direction: the protection group and the policy may be named, but not be others (TO-08, TO-09).</summary>
public static class DerivedChecks
{
    private static readonly ProtectionOperation[] Reprotect = [ProtectionOperation.Reprotect];

    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> All { get; } =
    [
        new("ProtectionGroup", "TO-08", Reprotect, at => at.Reprotect?.ProtectionGroup is not null, at => Outcome.Needs(
            Words.Same(at.Reprotect!.ProtectionGroup, ProtectionGroups.Toward(at.Facts, Target(at))), at.Reprotect!.ProtectionGroup!,
            "ProtectionGroupMismatch", at.Facts.Item, at.Facts.FabricOf(Target(at)), ProtectionGroups.Toward(at.Facts, Target(at)), at.Reprotect!.ProtectionGroup!)),
        new("Policy", "TO-09", Reprotect, at => at.Reprotect?.Policy is not null, at => Outcome.Needs(
            Words.Same(at.Reprotect!.Policy, Policies.NameToward(at.Facts, Target(at))), at.Reprotect!.Policy!,
            "PolicyMismatch", at.Facts.Item, at.Facts.FabricOf(Target(at)), Policies.NameToward(at.Facts, Target(at)), at.Reprotect!.Policy!)),
        new("FailbackPolicy", "TO-09", [ProtectionOperation.Update], at => at.Update is not null && Policies.IsFailback(at.Facts, at.Facts.TargetSide), at => Outcome.Warns(
            !FailbackPolicy.Fixes(at.Facts.Policy, at.Update!.Policy), FailbackPolicy.NameOf(at.Facts.HomeFabric),
            "FailbackPolicyFixed", at.Facts.Item, FailbackPolicy.NameOf(at.Facts.HomeFabric), at.Facts.FabricOf(Side.Recovery))),
    ];

    // Where a reprotect leads: to the side that the machine does not run on.
    private static Side Target(Situation at) => at.Facts.ActiveSide.Other();
}
